import { describe, expect, it } from "vitest";
import {
  exampleOf,
  initialOf,
  jsonProblem,
  kindOf,
  labelOf,
  pointerOf,
  resolve,
  type Schema,
  typedNumber,
  withAt,
} from "./form";

const ORDER: Schema = {
  type: "object",
  required: ["customer", "lines"],
  properties: {
    customer: { $ref: "#/$defs/customer" },
    lines: {
      type: "array",
      items: {
        type: "object",
        required: ["price"],
        properties: { price: { type: "number", minimum: 2 }, note: { type: "string" } },
      },
    },
    kind: { enum: ["a", "b"] },
    express: { type: "boolean", default: false },
    at: { type: ["string", "null"], format: "date" },
    extra: { type: "object" },
    loop: { $ref: "#/$defs/loop" },
  },
  $defs: {
    customer: {
      type: "object",
      required: ["email"],
      properties: { email: { type: "string", format: "email" } },
    },
    loop: { type: "object", properties: { again: { $ref: "#/$defs/loop" } } },
  },
};

describe("a form of a schema", () => {
  it("knows how each value is entered", () => {
    const kind = (name: string) => kindOf(resolve((ORDER.properties as Schema)[name], ORDER));
    expect(kindOf(ORDER)).toBe("object");
    expect(["customer", "lines", "kind", "express", "at", "extra"].map(kind)).toEqual([
      "object",
      "array",
      "choice",
      "boolean",
      "text",
      "json",
    ]);
    expect(
      [{}, { type: ["string", "number"] }, { oneOf: [] }, { type: "array" }].map(kindOf),
    ).toEqual(["json", "json", "json", "json"]);
  });

  it("takes a number as a number, and leaves what is none to the check", () => {
    expect(["", "5", " -1.50 ", "2e3", "1,5", "many", "1e999"].map(typedNumber)).toEqual([
      undefined,
      5,
      -1.5,
      2_000,
      "1,5",
      "many",
      "1e999",
    ]);
  });

  it("begins with defaults and nothing else", () => {
    expect(initialOf(ORDER, ORDER)).toEqual({ customer: {}, express: false });
    expect(initialOf({ type: "string" }, {})).toBeUndefined();
  });

  it("makes an example that fits", () => {
    expect(exampleOf(ORDER, ORDER)).toEqual({
      customer: { email: "ada@example.com" },
      lines: [{ price: 2 }],
    });
    expect(exampleOf({ type: "string", minLength: 10, maxLength: 12 }, {})).toBe("example---");
    expect(exampleOf({ type: "integer", exclusiveMinimum: 5 }, {})).toBe(6);
    expect(exampleOf({}, {})).toEqual({});
  });

  it("changes one place, takes members away and items out", () => {
    expect(withAt(undefined, ["a", 0, "b"], 1)).toEqual({ a: [{ b: 1 }] });
    expect(withAt({ a: 1, b: 2 }, ["a"], undefined)).toEqual({ b: 2 });
    expect(withAt({ a: [1, 2, 3] }, ["a", 1], undefined)).toEqual({ a: [1, 3] });
    expect(pointerOf(["a/b", 0, "c~d"])).toBe("/a~1b/0/c~0d");
  });

  it("ends references that lead in a circle or nowhere", () => {
    const root: Schema = { $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } };
    expect(resolve({ $ref: "#/$defs/a" }, root)).toEqual({});
    expect(resolve({ $ref: "https://example.com/s", title: "T" }, root)).toEqual({ title: "T" });
    expect(resolve({ $ref: "#/$defs/none" }, root)).toEqual({});
    expect(() => initialOf(ORDER.properties && { $ref: "#/$defs/loop" }, ORDER)).not.toThrow();
  });

  it("speaks to people", () => {
    expect([
      labelOf("customer_id", {}),
      labelOf("customerId", {}),
      labelOf("x", { title: "Size" }),
    ]).toEqual(["Customer id", "Customer id", "Size"]);
    expect(jsonProblem("{}")).toBeNull();
    expect(jsonProblem("{\n  a: 1\n}")).toContain("not JSON");
  });
});
