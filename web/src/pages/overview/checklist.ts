// What a new workspace still needs before its first call, and the first call itself.

export interface Have {
  credits: boolean;
  key: boolean;
  flow: boolean;
  call: boolean;
}

export type StepName = "credits" | "key" | "flow" | "call";

export interface Step {
  name: StepName;
  title: string;
  about: string;
  isDone: boolean;
}

/** The steps in order. Whoever has called needs no flow: the calls may be of the provider's own API. */
export function stepsOf(have: Have): Step[] {
  return [
    {
      name: "credits",
      title: "Get credits",
      about: "Calls are paid from them. The operator of this instance grants them.",
      isDone: have.credits,
    },
    {
      name: "key",
      title: "Create an API key",
      about: "Your program sends it with each call.",
      isDone: have.key,
    },
    {
      name: "flow",
      title: "Create a flow, or let your own API verify keys",
      about:
        "A flow is a saved workflow that is called like a function. An API of your own asks Guildhall whether a key is valid, and charges for it.",
      isDone: have.flow || have.call,
    },
    {
      name: "call",
      title: "Make the first call",
      about: "It appears here with what it cost and how long it took.",
      isDone: have.call,
    },
  ];
}

/** The step that is next; null when nothing is missing. */
export const nextStep = (steps: Step[]): StepName | null =>
  steps.find(({ isDone }) => !isDone)?.name ?? null;

/** A call of a flow, to be pasted into a shell. */
export const callSnippet = (origin: string, flow: string | undefined) =>
  `curl -X POST ${origin}/v1/flows/${flow ?? "FLOW"}/call \\
  -H "Authorization: Bearer $GUILDHALL_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{}'`;

/** What the provider's own API asks for each of its calls. */
export const verifySnippet = (origin: string) =>
  `curl -X POST ${origin}/v1/operator/verify \\
  -H "Authorization: Bearer $GUILDHALL_SERVICE_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{"key": "gld_live_…", "credits": "1"}'`;
