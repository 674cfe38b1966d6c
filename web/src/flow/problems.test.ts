import { expect, it } from "vitest";
import { problemsOf } from "./problems";
import { readSource } from "./source";

const TEXT = "do:\n  - greet:\n      sett: {a: 1}\n      then: nowhere\n";

it("marks the key or the value that is meant, and never more than a line", () => {
  const source = readSource(TEXT);
  const at = (pointer: string, line: number | null, column: number | null) => {
    const [problem] = problemsOf(
      [{ severity: "error", pointer, message: "is wrong", line, column }],
      source,
    );
    return problem && TEXT.slice(problem.from, problem.to);
  };
  expect(at("/do/0/greet/sett", 3, 7)).toBe("sett");
  expect(at("/do/0/greet/then", 4, 13)).toBe("nowhere");
  expect(at("/do/0/greet", null, null)).toBe("greet");
  expect(at("", null, null)).toBe("do:");
  expect(at("/do/0/greet", 2, 5)).toBe("greet");
  expect(at("", 99, 99)).toBe("");
});

it("says what is wrong and what to write instead, as sentences", () => {
  const [problem] = problemsOf(
    [
      {
        severity: "warning",
        pointer: "/x",
        message: "sett is not a word",
        suggestion: "did you mean set?",
        line: 3,
      },
    ],
    readSource(TEXT),
  );
  expect(problem?.message).toBe("Sett is not a word. Did you mean set?");
  expect([problem?.severity, problem?.line]).toEqual(["warning", 3]);
});
