import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { sample } from "./samples";

const CALL = {
  origin: "https://guildhall.example",
  flow: "greet",
  environment: "production",
  input: { name: 'O\'Hara "$HOME" ü', yes: true, none: null, list: [1, { a: [] }] },
};

describe("code to copy", () => {
  it("gives the shell the input as it is, whatever quotes it has", () => {
    const script = `${sample("curl", CALL)}`.replace(/^curl --fail-with-body/, "printf '%s\\n'");
    const said = execFileSync("sh", ["-c", script], { encoding: "utf8" }).trim().split("\n");
    expect(said[0]).toBe("https://guildhall.example/v1/flows/greet/call");
    expect(JSON.parse(said.at(-1) ?? "")).toEqual(CALL.input);
  });

  it("writes values as Python writes them", () => {
    const code = sample("python", CALL);
    expect(code).toContain('"yes": True,');
    expect(code).toContain('"none": None,');
    expect(code).toContain('"a": [],');
  });

  it("names the environment, and the key only by its variable", () => {
    for (const language of ["curl", "python", "typescript"] as const) {
      const code = sample(language, CALL);
      expect(code).toContain("GUILDHALL_KEY");
      expect(code).toMatch(/Guildhall-Environment["']?: "?production/);
    }
  });
});
