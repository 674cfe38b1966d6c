// Types of the API from the committed document: `npm run codegen`, or `npm run codegen -- --check`.
//
// Every answer that is not a success is a problem and carries the same headers; the document repeats that for each
// status of each route. Said once here, the types are a fifth of the size and the compiler is faster.
import { readFile, writeFile } from "node:fs/promises";
import openapi, { astToString } from "openapi-typescript";

const DOCUMENT = new URL("../../openapi.json", import.meta.url);
const TARGET = new URL("../src/api/schema.ts", import.meta.url);
const BANNER = "// Made by `npm run codegen` from openapi.json. Do not edit.\n";
const PROBLEM = {
  description: "A problem.",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

function condense(document) {
  for (const path of Object.values(document.paths)) {
    for (const operation of Object.values(path)) {
      const entries = Object.entries(operation.responses ?? {});
      const good = entries.filter(([status]) => status.startsWith("2"));
      for (const [, response] of good) delete response.headers;
      operation.responses = { ...Object.fromEntries(good), default: PROBLEM };
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in === "header") delete parameter.description;
      }
    }
  }
  delete document.components.headers;
  delete document.components.responses;
  return document;
}

const document = JSON.parse(await readFile(DOCUMENT, "utf8"));
const text = BANNER + astToString(await openapi(condense(document)));
if (process.argv.includes("--check")) {
  const committed = await readFile(TARGET, "utf8").catch(() => "");
  if (committed !== text) {
    process.stderr.write(
      "src/api/schema.ts is not what openapi.json says: run `npm run codegen` and commit\n",
    );
    process.exit(1);
  }
} else {
  await writeFile(TARGET, text);
}
