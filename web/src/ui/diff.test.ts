import { expect, it } from "vitest";
import { condense, diffLines } from "./diff";

const sides = (left: string, right: string) =>
  diffLines(left, right).map((row) => [row.left?.text ?? null, row.right?.text ?? null, row.kind]);

it("finds what was changed, added and taken away", () => {
  expect(sides("a\nb\nc\nd", "a\nB\nc\nx\nd")).toEqual([
    ["a", "a", "same"],
    ["b", "B", "changed"],
    ["c", "c", "same"],
    [null, "x", "changed"],
    ["d", "d", "same"],
  ]);
  expect(sides("a\nb", "a")).toEqual([
    ["a", "a", "same"],
    ["b", null, "changed"],
  ]);
  expect(sides("x", "x")).toEqual([["x", "x", "same"]]);
});

it("gives both texts back whole, whatever they are", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  for (let round = 0; round < 200; round++) {
    const text = () => Array.from({ length: random(12) }, () => "abc"[random(3)]).join("\n");
    const [left, right] = [text(), text()];
    const rows = diffLines(left, right);
    const side = (name: "left" | "right") =>
      rows.flatMap((row) => (row[name] ? [row[name].text] : []));
    expect(side("left").join("\n")).toBe(left);
    expect(side("right").join("\n")).toBe(right);
    for (const row of rows) if (row.kind === "same") expect(row.left?.text).toBe(row.right?.text);
  }
});

it("cuts what is the same down to a few lines", () => {
  const many = Array.from({ length: 50 }, (_, index) => String(index));
  const changed = many.with(25, "other");
  const shown = condense(diffLines(many.join("\n"), changed.join("\n")));
  expect(shown).toHaveLength(9);
  expect([shown[0], shown.at(-1)]).toEqual([null, null]);
});
