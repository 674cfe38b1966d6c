/** A call of a flow, to be written as code. */
export interface SampleCall {
  /** Where the server is, such as `https://guildhall.example`. */
  origin: string;
  flow: string;
  environment: string;
  input: unknown;
}

export const SAMPLE_LANGUAGES = ["curl", "python", "typescript"] as const;
export type SampleLanguage = (typeof SAMPLE_LANGUAGES)[number];

export const SAMPLE_NAMES: Record<SampleLanguage, string> = {
  curl: "curl",
  python: "Python",
  typescript: "TypeScript",
};

/** Code that calls the flow with the key in `GUILDHALL_KEY`. Each runs as it is, with nothing to install. */
export function sample(language: SampleLanguage, call: SampleCall): string {
  const url = `${call.origin}/v1/flows/${encodeURIComponent(call.flow)}/call`;
  switch (language) {
    case "curl":
      return curl(url, call);
    case "python":
      return python(url, call);
    case "typescript":
      return typescript(url, call);
  }
}

function curl(url: string, { environment, input }: SampleCall): string {
  return [
    `curl --fail-with-body ${shell(url)} \\`,
    '  -H "Authorization: Bearer $GUILDHALL_KEY" \\',
    `  -H ${shell(`Guildhall-Environment: ${environment}`)} \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d ${shell(JSON.stringify(input))}`,
  ].join("\n");
}

/** A word of a shell, whatever is in it. */
function shell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function python(url: string, { environment, input }: SampleCall): string {
  return `import json
import os
import urllib.request

request = urllib.request.Request(
    ${JSON.stringify(url)},
    method="POST",
    headers={
        "Authorization": f"Bearer {os.environ['GUILDHALL_KEY']}",
        "Guildhall-Environment": ${JSON.stringify(environment)},
        "Content-Type": "application/json",
    },
    data=json.dumps(${pythonValue(input, 1)}).encode(),
)
with urllib.request.urlopen(request) as response:
    print(json.load(response))
    print("credits:", response.headers["Guildhall-Credits-Charged"])
`;
}

function pythonValue(value: unknown, depth: number): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const [inner, outer] = ["    ".repeat(depth + 1), "    ".repeat(depth)];
  const lines = Array.isArray(value)
    ? value.map((item) => `${inner}${pythonValue(item, depth + 1)},`)
    : Object.entries(value).map(
        ([name, item]) => `${inner}${JSON.stringify(name)}: ${pythonValue(item, depth + 1)},`,
      );
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return lines.length === 0 ? open + close : `${open}\n${lines.join("\n")}\n${outer}${close}`;
}

function typescript(url: string, { environment, input }: SampleCall): string {
  const body = JSON.stringify(input, null, 2).replaceAll("\n", "\n  ");
  return `const response = await fetch(${JSON.stringify(url)}, {
  method: "POST",
  headers: {
    Authorization: \`Bearer \${process.env.GUILDHALL_KEY}\`,
    "Guildhall-Environment": ${JSON.stringify(environment)},
    "Content-Type": "application/json",
  },
  body: JSON.stringify(${body}),
});
const answer = await response.json();
if (!response.ok) throw new Error(\`\${answer.code}: \${answer.detail ?? answer.title}\`);
console.log(answer);
console.log("credits:", response.headers.get("Guildhall-Credits-Charged"));
`;
}
