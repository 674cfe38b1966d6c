// Types of the API from the committed document: `npm run codegen`, or `npm run codegen -- --check`.
//
// Every answer that is not a success is a problem and carries the same headers; the document repeats that for each
// status of each route. Said once here, the types are a fifth of the size and the compiler is faster.
import { readFile, writeFile } from "node:fs/promises";
import openapi, { astToString } from "openapi-typescript";

const DOCUMENT = new URL("../../openapi.json", import.meta.url);
const GOLDEN = new URL("../../crates/domain/src/access/policy.golden.txt", import.meta.url);
const TYPES = new URL("../src/api/schema.ts", import.meta.url);
const ROLES = new URL("../src/api/policy.ts", import.meta.url);
const BANNER = "// Made by `npm run codegen` from openapi.json. Do not edit.\n";
const POLICY_BANNER = "// Made by `npm run codegen` from policy.golden.txt. Do not edit.\n";
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

/** The table of roles and permissions that the server's own tests hold, for buttons that say why they are off. */
function policy(golden) {
  const [head, ...rows] = golden
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/));
  // The last one is what keys may hold: that the server tells by itself.
  const columns = head.slice(1, -1);
  const lists = columns.map((column, index) => {
    const may = rows.filter((row) => row[index + 1] === "yes").map(([permission]) => permission);
    return `  ${column}: [\n${may.map((permission) => `    "${permission}",\n`).join("")}  ],\n`;
  });
  return `${POLICY_BANNER}export const POLICY = {\n${lists.join("")}} as const;\n`;
}

const document = JSON.parse(await readFile(DOCUMENT, "utf8"));
const files = [
  [TYPES, BANNER + astToString(await openapi(condense(document), { defaultNonNullable: false }))],
  [ROLES, policy(await readFile(GOLDEN, "utf8"))],
];
for (const [url, text] of files) {
  if (!process.argv.includes("--check")) {
    await writeFile(url, text);
    continue;
  }
  const committed = await readFile(url, "utf8").catch(() => "");
  if (committed !== text) {
    process.stderr.write(`${url.pathname} is out of date: run \`npm run codegen\` and commit\n`);
    process.exitCode = 1;
  }
}
