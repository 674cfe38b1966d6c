import { describe, expect, it } from "vitest";
import { complete, pathAt } from "./complete";

/** The names offered at the bar in the text. */
function offered(text: string): string[] {
  const position = text.indexOf("|");
  const found = complete(text.replace("|", ""), position);
  return found?.words.map((word) => word.name) ?? [];
}

const INPUT = `input:
  schema:
    document:
      type: object
      properties:
        order: {type: object, properties: {total: {type: number}, lines: {type: array}}}
use:
  secrets: [PAY_KEY]
  functions:
    addTax: {set: 1}
do:
  - first:
      set: {a: 1}
`;

describe("the path of a line", () => {
  it("is told by indentation, with items of lists", () => {
    const path = (text: string) => pathAt(text);
    expect(path("do:\n  - a:\n      set:\n        ")).toEqual(["do", "-", "a", "set"]);
    expect(
      path("do:\n  - a:\n      try:\n        - b:\n            with:\n              "),
    ).toEqual(["do", "-", "a", "try", "-", "b", "with"]);
    expect(path("do:\n- a:\n    ")).toEqual(["do", "-", "a"]);
    expect(path("do:\n  - a:\n      set: 1\n  - ")).toEqual(["do", "-"]);
    expect(path("do:\n  - a:\n      set: 1\n\n")).toEqual([]);
    expect(path("")).toEqual([]);
  });
});

describe("what could be typed", () => {
  it("offers the keys of the place, without those that are there", () => {
    expect(offered("|")).toEqual(["document", "input", "use", "do", "output", "timeout"]);
    expect(offered("do: []\n|")).not.toContain("do");
    expect(offered("document:\n  |")).toContain("dsl");
    expect(offered("do:\n  - a:\n      |")).toEqual(
      expect.arrayContaining(["set", "call", "switch", "if"]),
    );
    expect(offered("do:\n  - a:\n      call: http\n      |")).toEqual(
      expect.arrayContaining(["with", "then"]),
    );
    expect(offered("do:\n  - a:\n      call: http\n      |")).not.toContain("set");
    expect(offered("do:\n  - a:\n      call: http\n      with:\n        me|")).toContain("method");
    expect(offered("do:\n  - a:\n      try: []\n      catch:\n        |")).toContain("retry");
    expect(offered("do:\n  - a:\n      switch:\n        - x:\n            |")).toEqual([
      "when",
      "then",
    ]);
    expect(offered("do:\n  - |")).toContain("call http");
    expect(offered("input:\n  schema:\n    document:\n      |")).toContain("properties");
    expect(offered("input:\n  schema:\n    document:\n      properties:\n        |")).toEqual([]);
    expect(
      offered("input:\n  schema:\n    document:\n      properties:\n        a:\n          |"),
    ).toContain("type");
    expect(offered("# |")).toEqual([]);
  });

  it("offers values: where to go, what to call, which method", () => {
    expect(offered(`${INPUT}  - second:\n      then: |`)).toEqual([
      "continue",
      "exit",
      "end",
      "first",
    ]);
    expect(offered(`${INPUT}  - second:\n      call: |`)).toEqual(["http", "addTax"]);
    expect(offered("do:\n  - a:\n      call: http\n      with:\n        method: p|")).toContain(
      "post",
    );
    expect(offered("do:\n  - a:\n      set:\n        x: |")).toEqual([]);
  });

  it("offers in expressions what the schema, the loops and the secrets tell", () => {
    expect(offered(`${INPUT}  - b:\n      set:\n        x: '\${ .|`)).toEqual(["order"]);
    expect(offered(`${INPUT}  - b:\n      set:\n        x: '\${ $workflow.input.order.t|`)).toEqual(
      ["total", "lines"],
    );
    expect(offered(`${INPUT}  - b:\n      if: $secrets.|`)).toEqual(["PAY_KEY"]);
    expect(offered(`${INPUT}  - b:\n      if: |`)).toEqual(
      expect.arrayContaining(["$context", "length"]),
    );
    const loop =
      "do:\n  - a:\n      for: {each: line, in: .l}\n      do:\n        - b:\n            set: '${ $|";
    expect(offered(loop)).toContain("$line");
    expect(offered(`do:\n  - a:\n      set:\n        x: '\${ .a }' |`)).toEqual([]);
  });

  it("survives any text at any place", () => {
    const texts = [
      INPUT,
      "do:\n\t- a",
      "{a: [",
      "- - - -",
      "a:\n -",
      ":",
      "'",
      "&a *a",
      "$" + "{",
      "x: ${ $",
    ];
    for (const text of texts) {
      for (let at = 0; at <= text.length; at++) complete(text, at);
    }
  });
});
