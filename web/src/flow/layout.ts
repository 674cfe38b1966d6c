import { Graph, layout as place } from "@dagrejs/dagre";
import type { Branch, Task } from "./tree";

/** A point of the picture, in its own pixels. */
export interface Point {
  x: number;
  y: number;
}

interface Box extends Point {
  width: number;
  height: number;
}

/** A thing in the picture. Boxes of groups lie under what is in them. */
export type PictureNode = Box & {
  id: string;
  depth: number;
} & (
    | { kind: "task" | "group"; task: Task }
    | { kind: "lane"; branch: Branch }
    | { kind: "pill"; label: string; role: "start" | "end" | "empty" }
  );

/** A way from one thing to the next. */
export interface PictureEdge {
  id: string;
  from: string;
  to: string;
  label: string;
  /** `error` leads from a body to what handles its errors. */
  kind: "next" | "case" | "error";
  points: Point[];
  /** Where the label stands. */
  labelAt: Point | null;
  depth: number;
}

/** A whole picture, from the top left corner. */
export interface Picture {
  width: number;
  height: number;
  nodes: PictureNode[];
  edges: PictureEdge[];
}

const TASK = { width: 220, height: 54 };
const PILL = { width: 88, height: 28 };
const PADDING = 16;
const HEADER = 46;
const LANE_HEADER = 28;
const LANE_GAP = 40;
const RANK_GAP = 34;
const LABEL_CHARS_MAX = 22;

/** Places all tasks: lists go downwards, cases of a switch side by side, bodies inside of their task. */
export function layoutFlow(tasks: Task[]): Picture {
  return layoutList(tasks, "", 0);
}

interface Jump {
  from: string;
  to: string;
  labels: string[];
  kind: "next" | "case";
}

function layoutList(tasks: Task[], pointer: string, depth: number): Picture {
  const outermost = pointer === "";
  const inner = new Map<string, Picture>();
  const graph = new Graph({ multigraph: true });
  graph.setGraph({
    rankdir: "TB",
    nodesep: 32,
    ranksep: RANK_GAP,
    edgesep: 16,
    marginx: 0,
    marginy: 0,
  });
  for (const task of tasks) {
    const size = task.branches.length > 0 ? sizeOfGroup(task, inner, depth) : TASK;
    graph.setNode(task.pointer, { ...size });
  }
  const jumps = jumpsOf(tasks, pointer);
  if (outermost) {
    graph.setNode("start", { ...PILL });
    const first = tasks[0]?.pointer ?? "end";
    jumps.unshift({ from: "start", to: first, labels: [], kind: "next" });
  }
  const ends = new Set(jumps.map((jump) => jump.to).filter((to) => !inList(tasks, to)));
  if (outermost) ends.add("end");
  for (const end of ends) graph.setNode(end, { ...PILL });
  if (!outermost && tasks.length === 0) graph.setNode(`${pointer}/empty`, { ...TASK });
  for (const jump of jumps) {
    const label = labelOf(jump);
    const room = label ? { width: label.length * 6.4 + 14, height: 20, labelpos: "c" } : {};
    graph.setEdge(jump.from, jump.to, { ...room, jump }, jump.kind);
  }
  if (!stack(graph)) place(graph);
  return collect(graph, tasks, inner, pointer, depth);
}

/** Places a list without jumps under each other, which is most of them and need not be computed. */
function stack(graph: Graph): boolean {
  const nodes = graph.nodes();
  const next = new Map<string, string>();
  for (const edge of graph.edges()) {
    if (next.has(edge.v) || graph.inEdges(edge.w)?.length !== 1) return false;
    if (edge.name !== "next") return false;
    next.set(edge.v, edge.w);
  }
  const heads = nodes.filter((id) => graph.inEdges(id)?.length === 0);
  if (heads.length !== 1) return false;
  const width = Math.max(...nodes.map((id) => (graph.node(id) as Box).width));
  let [y, placed] = [0, 0];
  for (let id = heads[0]; id !== undefined; id = next.get(id)) {
    const box = graph.node(id) as Box;
    box.x = width / 2;
    box.y = y + box.height / 2;
    y += box.height;
    const following = next.get(id);
    if (following !== undefined) {
      const edge = graph.edge(id, following, "next") as { points?: Point[] };
      edge.points = [
        { x: width / 2, y },
        { x: width / 2, y: y + RANK_GAP },
      ];
      y += RANK_GAP;
    }
    placed += 1;
  }
  if (placed !== nodes.length) return false;
  Object.assign(graph.graph() as object, { width, height: y });
  return true;
}

/** What follows what in a list, with jumps to the same place made one. */
function jumpsOf(tasks: Task[], pointer: string): Jump[] {
  const jumps: Jump[] = [];
  const add = (from: string, to: string | null, label: string, kind: Jump["kind"]) => {
    if (to === null) return;
    const same = jumps.find((jump) => jump.from === from && jump.to === to && jump.kind === kind);
    if (same) same.labels.push(label);
    else jumps.push({ from, to, labels: label ? [label] : [], kind });
  };
  tasks.forEach((task, index) => {
    if (task.kind === "raise" && task.condition === null) return;
    const resolve = (next: string) => target(tasks, index, next, pointer);
    if (task.kind === "switch") {
      for (const one of task.cases) add(task.pointer, resolve(one.next), one.name, "case");
      if (task.cases.some((one) => one.when === null)) return;
      add(task.pointer, resolve(task.next), task.cases.length > 0 ? "else" : "", "case");
      return;
    }
    add(task.pointer, resolve(task.kind === "raise" ? "continue" : task.next), "", "next");
    // A task that is left out does not follow its own `then`.
    if (task.condition !== null && !["continue", ""].includes(task.next)) {
      add(task.pointer, resolve("continue"), "skipped", "case");
    }
  });
  return jumps;
}

/** Where a `then` leads; null for out of an inner list by its end, which needs no arrow, and for an unknown name. */
function target(tasks: Task[], index: number, then: string, pointer: string): string | null {
  const end = pointer === "" ? "end" : null;
  switch (then) {
    case "continue":
      return tasks[index + 1]?.pointer ?? end;
    case "end":
      return end ?? `${pointer}/end`;
    case "exit":
      return end ?? `${pointer}/exit`;
    default:
      return tasks.find((task) => task.name === then)?.pointer ?? null;
  }
}

function inList(tasks: Task[], id: string): boolean {
  return tasks.some((task) => task.pointer === id);
}

function labelOf(jump: Jump): string {
  const label = jump.labels.join(", ");
  return label.length > LABEL_CHARS_MAX ? `${label.slice(0, LABEL_CHARS_MAX - 1)}…` : label;
}

function sizeOfGroup(task: Task, inner: Map<string, Picture>, depth: number) {
  let [width, height] = [0, 0];
  for (const branch of task.branches) {
    const picture = layoutList(branch.tasks, branch.pointer, depth + 2);
    inner.set(branch.pointer, picture);
    width += picture.width + 2 * PADDING;
    height = Math.max(height, picture.height + 2 * PADDING + (branch.title ? LANE_HEADER : 0));
  }
  if (task.branches.length > 1) {
    width += 2 * PADDING + LANE_GAP * (task.branches.length - 1);
    height += 2 * PADDING;
  }
  return { width: Math.max(width, TASK.width + 2 * PADDING), height: height + HEADER };
}

function collect(
  graph: Graph,
  tasks: Task[],
  inner: Map<string, Picture>,
  pointer: string,
  depth: number,
): Picture {
  const nodes: PictureNode[] = [];
  const edges: PictureEdge[] = [];
  for (const id of graph.nodes()) {
    const placed = graph.node(id) as Box;
    const box = {
      id,
      depth,
      width: placed.width,
      height: placed.height,
      x: placed.x - placed.width / 2,
      y: placed.y - placed.height / 2,
    };
    const task = tasks.find((candidate) => candidate.pointer === id);
    if (!task) nodes.push({ ...box, kind: "pill", ...pill(id) });
    else if (task.branches.length === 0) nodes.push({ ...box, kind: "task", task });
    else {
      nodes.push({ ...box, kind: "group", task });
      fillGroup({ nodes, edges }, task, box, inner, depth);
    }
  }
  for (const edge of graph.edges()) {
    const placed = graph.edge(edge) as { points: Point[]; x?: number; y?: number; jump: Jump };
    const label = labelOf(placed.jump);
    edges.push({
      id: `${pointer}:${edge.v}>${edge.w}:${placed.jump.kind}`,
      from: edge.v,
      to: edge.w,
      label,
      kind: placed.jump.kind,
      points: placed.points.map(({ x, y }) => ({ x, y })),
      labelAt: label ? { x: placed.x ?? 0, y: placed.y ?? 0 } : null,
      depth,
    });
  }
  const size = graph.graph() as { width?: number; height?: number };
  return { width: size.width ?? 0, height: size.height ?? 0, nodes, edges };
}

function pill(id: string): { label: string; role: "start" | "end" | "empty" } {
  if (id === "start") return { label: "Input", role: "start" };
  if (id === "end") return { label: "Output", role: "end" };
  if (id.endsWith("/empty")) return { label: "No tasks yet", role: "empty" };
  return { label: id.endsWith("/exit") ? "leave" : "end of flow", role: "end" };
}

/** Puts the bodies of a task into its box, beside each other. */
function fillGroup(
  into: Pick<Picture, "nodes" | "edges">,
  task: Task,
  box: Box,
  inner: Map<string, Picture>,
  depth: number,
) {
  const lanes = task.branches.length > 1;
  const height = box.height - HEADER - (lanes ? 2 * PADDING : 0);
  const pictures = task.branches.map((branch) => inner.get(branch.pointer) ?? EMPTY);
  const taken = pictures.reduce((sum, picture) => sum + picture.width + 2 * PADDING, 0);
  const used = taken + (lanes ? LANE_GAP * (pictures.length - 1) : 0);
  let x = box.x + (box.width - used) / 2;
  const y = box.y + HEADER + (lanes ? PADDING / 2 : 0);
  let before: string | null = null;
  task.branches.forEach((branch, index) => {
    const picture = pictures[index] ?? EMPTY;
    const width = picture.width + 2 * PADDING;
    const header = branch.title ? LANE_HEADER : 0;
    if (lanes) {
      const id = branch.pointer;
      into.nodes.push({ id, kind: "lane", branch, depth: depth + 1, x, y, width, height });
      if (before !== null) into.edges.push(errorEdge(before, id, { x, y }, depth + 1));
      before = id;
    }
    move(picture, into, x + PADDING, y + PADDING + header);
    x += width + LANE_GAP;
  });
}

const EMPTY: Picture = { width: 0, height: 0, nodes: [], edges: [] };

function errorEdge(from: string, to: string, lane: Point, depth: number): PictureEdge {
  const y = lane.y + LANE_HEADER / 2;
  const points = [
    { x: lane.x - LANE_GAP, y },
    { x: lane.x, y },
  ];
  return {
    id: `${from}>${to}:error`,
    from,
    to,
    label: "",
    kind: "error",
    points,
    labelAt: null,
    depth,
  };
}

function move(picture: Picture, into: Pick<Picture, "nodes" | "edges">, dx: number, dy: number) {
  const moved = (point: Point): Point => ({ x: point.x + dx, y: point.y + dy });
  for (const node of picture.nodes) into.nodes.push({ ...node, ...moved(node) });
  for (const edge of picture.edges) {
    const labelAt = edge.labelAt && moved(edge.labelAt);
    into.edges.push({ ...edge, points: edge.points.map(moved), labelAt });
  }
}
