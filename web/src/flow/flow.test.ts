import { describe, expect, it } from "vitest";
import { layoutFlow, type PictureNode } from "./layout";
import { dataOf, readSource, spanOf, valueSpanOf } from "./source";
import { allTasks, readTasks, taskAt, taskOf } from "./tree";

const ORDER = `document: {dsl: '1.0.3', namespace: t, name: order, version: '1.0.0'}
do:
  - choose:
      switch:
        - big:
            when: .total > 100
            then: review
        - empty:
            when: .total == 0
            then: end
        - other:
            then: pay
  - review:
      for: {each: line, in: .lines}
      do:
        - keep:
            set: {line: '\${ $line }'}
  - pay:
      try:
        - charge:
            call: http
            with: {method: post, endpoint: https://pay.example.com/charges}
      catch:
        errors: {with: {status: 503}}
        retry: {limit: {attempt: {count: 3}}}
        do:
          - refuse:
              raise: {error: {type: 'https://example.com/down', status: 503}}
  - done:
      if: .ok
      set: {done: true}
`;

function tasksOf(text: string) {
  return readTasks(readSource(text)) ?? [];
}

describe("the tree", () => {
  it("finds every task with its kind, its pointer and what it does", () => {
    const all = allTasks(tasksOf(ORDER));
    expect(all.map((task) => [task.pointer, task.kind, task.summary])).toEqual([
      ["/do/0/choose", "switch", ""],
      ["/do/1/review", "for", "each line in .lines"],
      ["/do/1/review/do/0/keep", "set", "line"],
      ["/do/2/pay", "try", "up to 3 retries"],
      ["/do/2/pay/try/0/charge", "call", "POST pay.example.com/charges"],
      ["/do/2/pay/catch/do/0/refuse", "raise", "down"],
      ["/do/3/done", "set", "done"],
    ]);
  });

  it("finds the task of a position and of a pointer, the innermost one", () => {
    const tasks = tasksOf(ORDER);
    expect(taskAt(tasks, ORDER.indexOf("$line }"))?.name).toBe("keep");
    expect(taskAt(tasks, ORDER.indexOf("retry:"))?.name).toBe("pay");
    expect(taskAt(tasks, 3)).toBeNull();
    expect(taskOf(tasks, "/do/2/pay/try/0/charge/with/endpoint")?.name).toBe("charge");
    expect(taskOf(tasks, "/document/dsl")).toBeNull();
  });

  it("reads what is half typed: a name without a task, a task without a value, no list at all", () => {
    expect(tasksOf("do:\n  - greet:\n").map((task) => [task.name, task.kind])).toEqual([
      ["greet", "unknown"],
    ]);
    expect(tasksOf("do:\n  - greet:\n      set:\n")[0]?.kind).toBe("set");
    expect(tasksOf("do:\n  - \n  - 5\n  - a: {call: http}\n").map((task) => task.pointer)).toEqual([
      "/do/2/a",
    ]);
    for (const text of ["", "do", "do: 5", "- 1", "{", "a: &x [*x]", "do: *nowhere"]) {
      expect(readTasks(readSource(text)) ?? []).toEqual([]);
    }
  });

  it("reads JSON as it reads YAML", () => {
    const json = JSON.stringify({ do: [{ greet: { set: { a: 1 } } }] });
    expect(tasksOf(json).map((task) => task.pointer)).toEqual(["/do/0/greet"]);
  });
});

describe("places in the text", () => {
  it("leads a pointer to its key, and what is missing to the nearest that is there", () => {
    const source = readSource(ORDER);
    const at = (pointer: string) => {
      const span = spanOf(source, pointer);
      return span && ORDER.slice(span.from, span.to);
    };
    expect(at("/do/2/pay/try/0/charge/with/endpoint")).toBe("endpoint");
    expect(at("/do/3/done/nothing/here")).toBe("done");
    expect(at("")).toBeNull();
    const value = valueSpanOf(source, "/do/2/pay/try/0/charge/with/method");
    expect(value && ORDER.slice(value.from, value.to)).toBe("post");
  });

  it("says why a text is no YAML, and has no value then", () => {
    const source = readSource("do:\n  - a: [\n");
    expect(source.broken?.line).toBeGreaterThan(0);
    expect(dataOf(source)).toBeUndefined();
  });
});

function overlap(a: PictureNode, b: PictureNode): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function inside(a: PictureNode, b: PictureNode): boolean {
  return (
    a.x >= b.x &&
    a.y >= b.y &&
    a.x + a.width <= b.x + b.width + 1 &&
    a.y + a.height <= b.y + b.height + 1
  );
}

/** Nothing lies on anything but on the box that it belongs to. */
function expectTidy(nodes: PictureNode[]) {
  for (const [index, a] of nodes.entries()) {
    for (const b of nodes.slice(index + 1)) {
      if (overlap(a, b)) expect(inside(a, b) || inside(b, a), `${a.id} and ${b.id}`).toBe(true);
    }
  }
}

describe("the layout", () => {
  it("puts cases side by side, bodies inside, and the rest below", () => {
    const picture = layoutFlow(tasksOf(ORDER));
    const node = (id: string) => {
      const found = picture.nodes.find((candidate) => candidate.id === id);
      if (!found) throw new Error(`${id} is not in the picture`);
      return found;
    };
    expectTidy(picture.nodes);
    expect(inside(node("/do/1/review/do/0/keep"), node("/do/1/review"))).toBe(true);
    expect(inside(node("/do/2/pay/catch/do"), node("/do/2/pay"))).toBe(true);
    expect(node("/do/2/pay").y).toBeGreaterThan(node("/do/0/choose").y);
    expect(node("end").y).toBeGreaterThan(node("/do/3/done").y);
    const labels = picture.edges.map((edge) => edge.label).filter(Boolean);
    expect(labels.sort()).toEqual(["big", "empty", "other"]);
    for (const { x, y, width, height } of picture.nodes) {
      expect([
        x >= -1,
        y >= -1,
        x + width <= picture.width + 1,
        y + height <= picture.height + 1,
      ]).toEqual([true, true, true, true]);
    }
  });

  it("makes jumps to one place one arrow, and draws loops, unknown targets and empty lists", () => {
    const picture = layoutFlow(
      tasksOf(`do:
  - a: {switch: [{x: {when: .x, then: a}}, {y: {when: .y, then: a}}, {z: {when: .z, then: nowhere}}]}
  - b: {for: {each: i, in: .l}, do: []}
  - c: {try: [{d: {set: 1, then: exit}}, {e: {set: 2, then: end}}], catch: {do: []}}
`),
    );
    expectTidy(picture.nodes);
    expect(picture.edges.filter((edge) => edge.label === "x, y")).toHaveLength(1);
    expect(picture.nodes.some((node) => node.kind === "pill" && node.label === "leave")).toBe(true);
    expect(picture.nodes.some((node) => node.kind === "pill" && node.role === "empty")).toBe(true);
    expect(layoutFlow([]).nodes.map((node) => node.id)).toEqual(["start", "end"]);
  });

  it("takes a thousand tasks", { timeout: 60_000 }, () => {
    const text = `do:\n${Array.from({ length: 1000 }, (_, n) => `  - t${n}: {set: {n: ${n}}}\n`).join("")}`;
    expect(layoutFlow(tasksOf(text)).nodes).toHaveLength(1002);
  });
});
