import { requestWhole } from "~/api/client";
import { Refused } from "~/api/error";
import { invalidate } from "~/api/queries";
import type { Outcome } from "./RunPanel";

interface Call {
  workspace: string;
  flow: string;
  environment: string;
  input: unknown;
}

/** Runs the draft, or what is live, once; a failure of the flow is an outcome too. */
export async function runFlow(what: "draft" | "live", call: Call): Promise<Outcome> {
  const { workspace, flow, environment, input } = call;
  const init = { path: { flow }, body: input as Record<string, never>, workspace, environment };
  try {
    const { data, response } =
      what === "draft"
        ? await requestWhole("post", "/v1/flows/{flow}/draft/run", init)
        : await requestWhole("post", "/v1/flows/{flow}/call", init);
    return { ...costs(response.headers), output: data };
  } catch (error) {
    return { ...costs(error instanceof Refused ? error.headers : null), error };
  } finally {
    void invalidate("/v1/runs", "/v1/credits*", "/v1/usage*", "/v1/flows", "/v1/flows/{flow}");
  }
}

function costs(headers: Headers | null) {
  return {
    run: headers?.get("guildhall-run-id") ?? null,
    charged: headers?.get("guildhall-credits-charged") ?? null,
    available: headers?.get("guildhall-credits-available") ?? null,
  };
}
