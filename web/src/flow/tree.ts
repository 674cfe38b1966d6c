import { isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import { joinPointer, keyOf, type Source, type Span, spanOf } from "./source";

/** The kinds of tasks of the language; `unknown` is one that is still being typed. */
export const TASK_KINDS = [
  "call",
  "do",
  "fork",
  "emit",
  "for",
  "listen",
  "raise",
  "run",
  "set",
  "switch",
  "try",
  "wait",
] as const;
export type TaskKind = (typeof TASK_KINDS)[number] | "unknown";

/** A case of a `switch`. */
export interface Case {
  name: string;
  when: string | null;
  next: string;
}

/** A list of tasks inside of another one. */
export interface Branch {
  pointer: string;
  /** What stands over it; empty where the task's own header says enough. */
  title: string;
  role: "body" | "catch";
  tasks: Task[];
}

/** A task as the picture shows it. */
export interface Task {
  /** JSON pointer of the task, as findings and steps name it. */
  pointer: string;
  name: string;
  kind: TaskKind;
  /** What it does, in a few words. */
  summary: string;
  /** Under which condition it is done at all. */
  condition: string | null;
  next: string;
  cases: Case[];
  branches: Branch[];
  /** Where it is written, its name first. */
  span: Span;
}

/** All tasks of a definition; null where the text has no list of tasks. */
export function readTasks(source: Source): Task[] | null {
  const root = source.document.contents;
  if (!isMap(root)) return null;
  const list = get(root, "do");
  return isSeq(list) ? tasksOf(source, list, "/do") : null;
}

/** Every task, outer ones before inner ones. */
export function allTasks(tasks: Task[]): Task[] {
  return tasks.flatMap((task) => [
    task,
    ...task.branches.flatMap((branch) => allTasks(branch.tasks)),
  ]);
}

/** The innermost task that the position is in. */
export function taskAt(tasks: Task[], position: number): Task | null {
  let found: Task | null = null;
  for (const task of allTasks(tasks)) {
    if (task.span.from <= position && position <= task.span.to) found = task;
  }
  return found;
}

/** The task that a pointer leads to or into; the innermost one. */
export function taskOf(tasks: Task[], pointer: string): Task | null {
  let found: Task | null = null;
  for (const task of allTasks(tasks)) {
    if (pointer === task.pointer || pointer.startsWith(`${task.pointer}/`)) found = task;
  }
  return found;
}

function tasksOf(source: Source, list: unknown, pointer: string): Task[] {
  if (!isSeq(list)) return [];
  const tasks: Task[] = [];
  list.items.forEach((item, index) => {
    if (!isMap(item)) return;
    const pair = item.items[0];
    if (!pair) return;
    const name = keyOf(pair.key);
    const body = isMap(pair.value) ? pair.value : null;
    tasks.push(taskFrom(source, name, body, joinPointer(joinPointer(pointer, index), name)));
  });
  return tasks;
}

function taskFrom(source: Source, name: string, body: YAMLMap | null, pointer: string): Task {
  const kind = kindOf(body);
  const key = spanOf(source, pointer) ?? { from: 0, to: 0 };
  const range = body?.range;
  return {
    pointer,
    name,
    kind,
    summary: body ? summaryOf(kind, body) : "",
    condition: text(body, "if"),
    next: text(body, "then") ?? "continue",
    cases: kind === "switch" && body ? casesOf(get(body, "switch")) : [],
    branches: body ? branchesOf(source, kind, body, pointer) : [],
    span: { from: key.from, to: range ? range[1] : key.to },
  };
}

function kindOf(body: YAMLMap | null): TaskKind {
  const has = (key: string) => body?.items.some((pair) => keyOf(pair.key) === key);
  // A `for` has a `do` as well.
  if (has("for")) return "for";
  return TASK_KINDS.find(has) ?? "unknown";
}

function branchesOf(source: Source, kind: TaskKind, body: YAMLMap, pointer: string): Branch[] {
  const branch = (path: string[], title: string, role: Branch["role"]): Branch => {
    const at = path.reduce(joinPointer, pointer);
    return { pointer: at, title, role, tasks: tasksOf(source, getIn(body, path), at) };
  };
  if (kind === "do" || kind === "for") return [branch(["do"], "", "body")];
  if (kind === "fork") return [branch(["fork", "branches"], "", "body")];
  if (kind !== "try") return [];
  const branches = [branch(["try"], "", "body")];
  const caught = getIn(body, ["catch", "do"]);
  if (isSeq(caught)) branches.push(branch(["catch", "do"], catchTitle(body), "catch"));
  return branches;
}

function catchTitle(body: YAMLMap): string {
  const filter = getIn(body, ["catch", "errors", "with"]);
  if (!isMap(filter)) return "on error";
  const parts = filter.items.map((pair) => short(pair.value));
  return `on error ${parts.join(", ")}`;
}

function casesOf(list: unknown): Case[] {
  if (!isSeq(list)) return [];
  return list.items.flatMap((item) => {
    const pair = isMap(item) ? item.items[0] : undefined;
    if (!pair) return [];
    const body = isMap(pair.value) ? pair.value : null;
    return [
      { name: keyOf(pair.key), when: text(body, "when"), next: text(body, "then") ?? "continue" },
    ];
  });
}

function summaryOf(kind: TaskKind, body: YAMLMap): string {
  switch (kind) {
    case "set": {
      const set = get(body, "set");
      return isMap(set) ? set.items.map((pair) => keyOf(pair.key)).join(", ") : short(set);
    }
    case "call":
      return callSummary(body);
    case "for":
      return `each ${text(body, "for", "each") ?? "item"} in ${short(getIn(body, ["for", "in"]))}`;
    case "raise":
      return short(getIn(body, ["raise", "error"]));
    case "switch":
      return "";
    case "try":
      return retrySummary(getIn(body, ["catch", "retry"]));
    case "wait":
      return short(get(body, "wait"));
    default:
      return "";
  }
}

function callSummary(body: YAMLMap): string {
  const called = text(body, "call") ?? "";
  if (called !== "http") return called;
  const method = (text(body, "with", "method") ?? "").toUpperCase();
  const endpoint = getIn(body, ["with", "endpoint"]);
  const address = isMap(endpoint) ? short(get(endpoint, "uri")) : short(endpoint);
  return `${method} ${address.replace(/^https?:\/\//, "")}`.trim();
}

function retrySummary(retry: unknown): string {
  if (retry === undefined || retry === null) return "";
  if (isScalar(retry)) return `retry ${String(retry.value)}`;
  const count = isMap(retry) ? getIn(retry, ["limit", "attempt", "count"]) : null;
  return isScalar(count) ? `up to ${String(count.value)} retries` : "retries";
}

function get(map: unknown, key: string): unknown {
  return isMap(map) ? map.items.find((pair) => keyOf(pair.key) === key)?.value : undefined;
}

function getIn(map: unknown, path: string[]): unknown {
  return path.reduce(get, map);
}

function text(map: unknown, ...path: string[]): string | null {
  const value = getIn(map, path);
  return isScalar(value) && value.value !== null ? String(value.value) : null;
}

/** A value in a few words. */
function short(value: unknown): string {
  if (isScalar(value)) return bare(String(value.value ?? ""));
  if (isSeq(value)) return `${value.items.length} item${value.items.length === 1 ? "" : "s"}`;
  if (!isMap(value)) return "";
  const title = text(value, "title") ?? text(value, "type") ?? text(value, "status");
  return title === null ? "" : (title.split("/").at(-1) ?? title);
}

/** An expression without its `${ }`. */
export function bare(expression: string): string {
  const inner = /^\s*\$\{([\s\S]*)\}\s*$/.exec(expression);
  return (inner?.[1] ?? expression).trim();
}
