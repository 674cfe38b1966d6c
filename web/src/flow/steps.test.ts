import { expect, it } from "vitest";
import { nestSteps } from "./steps";

it("puts a task before what it did inside, iterations in their order", () => {
  const ended = ["/do/0/a", "/do/1/b/do/0/c", "/do/1/b/do/0/c", "/do/1/b", "/do/10/d"];
  const nested = nestSteps(ended.map((pointer, index) => ({ pointer, index })));
  expect(nested.map(({ step, depth }) => [step.pointer, step.index, depth])).toEqual([
    ["/do/0/a", 0, 0],
    ["/do/1/b", 3, 0],
    ["/do/1/b/do/0/c", 1, 1],
    ["/do/1/b/do/0/c", 2, 1],
    ["/do/10/d", 4, 0],
  ]);
  expect(nestSteps([])).toEqual([]);
});
