import { isMap, isScalar, isSeq } from "yaml";
import { BARE_EXPRESSIONS, FUNCTIONS, KEYS, TASKS, VALUES, VARIABLES, type Word } from "./language";
import { dataOf, keyOf, readSource, type Source } from "./source";

/** What could be typed at a place. */
export interface Completion {
  /** Where what is already typed of it begins. */
  from: number;
  words: Word[];
  /** How far a text of several lines is indented. */
  indent: string;
}

/** What could stand at the position. Reads lines by their indentation, because a half typed text is no YAML. */
export function complete(text: string, position: number): Completion | null {
  const before = text.slice(0, position);
  const line = before.slice(before.lastIndexOf("\n") + 1);
  if (/^\s*#/.test(line)) return null;
  // Without the line that is being typed, the rest is usually YAML.
  const after = text.indexOf("\n", position);
  const others =
    before.slice(0, before.length - line.length) + (after < 0 ? "" : text.slice(after));
  const path = pathAt(before);
  const shape = /^(\s*(?:- )*\s*)(?:([\w$.-]+)\s*:\s+)?(.*)$/.exec(line);
  if (!shape) return null;
  const [, lead = "", key, rest = ""] = shape;
  const expression = expressionAt(line, key);
  if (expression !== null) return inExpression(others, position, expression);
  if (key !== undefined) {
    if (!/^[\w-]*$/.test(rest)) return null;
    const words = valuesFor(others, path, key);
    return words.length > 0 ? { from: position - rest.length, words, indent: "" } : null;
  }
  if (!/^[\w-]*$/.test(rest)) return null;
  const isItem = /-\s*$/.test(lead);
  const words = isItem && isTaskList(path) ? TASKS : keysFor(others, before, path);
  if (words.length === 0) return null;
  return { from: position - rest.length, words, indent: " ".repeat(lead.length) };
}

/** The keys that lead to the line of the end of `before`; `-` for an item of a list. */
export function pathAt(before: string): string[] {
  const lines = before.split("\n");
  const last = lines.pop() ?? "";
  const path: string[] = [];
  let column = columnOf(last);
  // An item of a list may stand as far out as the key of the list.
  const markers = markersOf(last);
  for (const marker of markers.toReversed()) {
    path.unshift("-");
    column = marker;
  }
  let isItem = markers.length > 0;
  for (const line of lines.toReversed()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const key = /^(\s*(?:- +)*)("[^"]*"|'[^']*'|[^\s"'#{[-][^:]*)\s*:(?:\s|$)/.exec(line);
    const inner = columnOf(line);
    const outer = markersOf(line);
    if (key && (inner < column || (isItem && inner === column && outer.length === 0))) {
      path.unshift((key[2] ?? "").replace(/^["']|["']$/g, ""));
      column = inner;
      isItem = false;
    }
    for (const marker of outer.toReversed()) {
      if (marker < column) {
        path.unshift("-");
        column = marker;
        isItem = true;
      }
    }
    if (column === 0 && !isItem) break;
  }
  return path;
}

/** Where the first thing of a line stands that is no marker of a list. */
function columnOf(line: string): number {
  return /^(\s*(?:- +)*)/.exec(line)?.[1]?.length ?? 0;
}

function markersOf(line: string): number[] {
  const lead = /^\s*(?:-(?: +|$))*/.exec(line)?.[0] ?? "";
  return [...lead].flatMap((character, index) => (character === "-" ? [index] : []));
}

const LISTS = ["do", "try", "branches"];

/** Is it an item of a list of tasks? */
function isTaskList(path: string[]): boolean {
  const list = path.at(-2);
  return path.at(-1) === "-" && list !== undefined && LISTS.includes(list);
}

function keysFor(text: string, before: string, path: string[]): Word[] {
  const [last, second, third] = [path.at(-1), path.at(-2), path.at(-3)];
  if (last === undefined) return unused(KEYS.root, Object.keys(asObject(dataOf(readSource(text)))));
  const schema = schemaDepth(path);
  if (schema !== null) return schema === "properties" ? [] : (KEYS.schema ?? []);
  if (last === "document") return path.length === 1 ? (KEYS.document ?? []) : [];
  if (last === "schema") return KEYS.schemaHolder ?? [];
  if (path.length === 1 && last === "input") return KEYS.taskInput ?? [];
  if (path.length === 1 && last === "output") return KEYS.taskOutput ?? [];
  if (path.length === 1 && last === "use") return KEYS.use ?? [];
  if (path[0] === "use" && path[1] === "functions" && path.length === 3) return KEYS.task ?? [];
  if (path[0] === "use" && path[1] === "errors" && path.length === 3) return KEYS.error ?? [];
  if (path[0] === "use" && path[1] === "retries" && path.length === 3) return KEYS.retry ?? [];
  if (second === "-" && third === "switch") return KEYS.case ?? [];
  if (second === "-" && third !== undefined && LISTS.includes(third)) return taskKeys(before);
  const byKey: Record<string, string> = {
    for: "loop",
    with: second === "errors" ? "filter" : "http",
    catch: "catch",
    retry: "retry",
    raise: "raise",
    error: "error",
    input: "taskInput",
    output: "taskOutput",
    export: "taskOutput",
    metadata: "metadata",
  };
  const place = byKey[last];
  return (place && KEYS[place]) || [];
}

/** What a task may have besides what it has above the cursor. */
function taskKeys(before: string): Word[] {
  const lines = before.split("\n");
  const indent = columnOf(lines.pop() ?? "");
  const have: string[] = [];
  for (const line of lines.toReversed()) {
    if (/^\s*(#|$)/.test(line)) continue;
    if (
      columnOf(line) < indent ||
      markersOf(line).some((marker) => marker < indent && columnOf(line) <= indent)
    )
      break;
    const key = columnOf(line) === indent ? /^\s*([\w]+)\s*:/.exec(line)?.[1] : undefined;
    if (key) have.push(key);
  }
  const kind = ["call", "for", "try"].find((key) => have.includes(key));
  const other = ["set", "switch", "raise", "do", "wait", "emit", "run", "fork", "listen"];
  const place = kind ?? (other.some((key) => have.includes(key)) ? "common" : "task");
  return unused(KEYS[place], have);
}

function unused(words: Word[] | undefined, have: string[]): Word[] {
  return (words ?? []).filter((one) => !have.includes(one.name));
}

/** In a JSON Schema, or among the names of its properties; null for outside. */
function schemaDepth(path: string[]): "schema" | "properties" | null {
  const start = path.findIndex(
    (part, index) => part === "document" && path[index - 1] === "schema",
  );
  if (start < 0) return null;
  let place: "schema" | "properties" = "schema";
  for (const part of path.slice(start + 1)) {
    if (place === "properties") place = "schema";
    else if (["properties", "$defs", "patternProperties"].includes(part)) place = "properties";
  }
  return place;
}

function valuesFor(text: string, path: string[], key: string): Word[] {
  const source = readSource(text);
  const used = (section: string) =>
    Object.keys(asObject(asObject(asObject(dataOf(source)).use)[section])).map(
      (name): Word => ({ name, about: `from use.${section}`, text: name }),
    );
  switch (key) {
    case "then":
      return [...(VALUES.directive ?? []), ...siblings(text, path)];
    case "call":
      return [{ name: "http", about: "An HTTP request", text: "http" }, ...used("functions")];
    case "method":
    case "format":
      return VALUES[key] ?? [];
    case "type":
      return schemaDepth(path) === "schema" ? (VALUES.type ?? []) : [];
    case "output":
      return path.at(-1) === "with" ? (VALUES.httpOutput ?? []) : [];
    case "error":
      return used("errors");
    case "retry":
      return used("retries");
    case "timeout":
      return used("timeouts");
    case "redirect":
    case "charge_on_failure":
    case "additionalProperties":
      return ["true", "false"].map((name) => ({ name, about: "", text: name }));
    default:
      return [];
  }
}

/** The names of all tasks: which of them are in the same list is told by the check. */
function siblings(text: string, path: string[]): Word[] {
  const names = new Set<string>();
  const self = path.findLast((_, index) => path[index - 1] === "-");
  for (const match of text.matchAll(/^\s*- (["']?)([\w-]+)\1:\s*$/gm)) {
    const name = match[2];
    if (name && name !== self) names.add(name);
  }
  return [...names].map((name) => ({ name, about: "A task", text: name }));
}

/** The expression that the line ends in, as far as it is typed; null for outside of one. */
function expressionAt(line: string, key: string | undefined): string | null {
  const open = line.lastIndexOf("${");
  if (open >= 0 && !line.slice(open).includes("}")) return line.slice(open + 2);
  if (key === undefined || !BARE_EXPRESSIONS.includes(key)) return null;
  const value = /:\s+(.*)$/.exec(line)?.[1] ?? "";
  if (value.startsWith("${") && value.includes("}")) return null;
  return value.replace(/^['"]/, "");
}

function inExpression(text: string, position: number, typed: string): Completion | null {
  const source = readSource(text);
  const path = /(\$?[\w]*(?:\.[\w]*)+)$/.exec(typed)?.[1];
  if (path !== undefined) {
    const last = path.slice(path.lastIndexOf(".") + 1);
    const words = membersOf(source, path.slice(0, path.length - last.length - 1));
    return words.length > 0 ? { from: position - last.length, words, indent: "" } : null;
  }
  const last = /\$?[\w]*$/.exec(typed)?.[0] ?? "";
  const words = [...VARIABLES, ...loopVariables(text), ...FUNCTIONS].map((one) => ({
    ...one,
    text: one.text ?? one.name,
  }));
  return { from: position - last.length, words, indent: "" };
}

/** The members behind `.a.b`, `$input.a` and the like, as far as the schema of the input or the text tells. */
function membersOf(source: Source, path: string): Word[] {
  const root = asObject(dataOf(source));
  const [head = "", ...parts] = path.replace(/^\$workflow\.input/, "$input").split(".");
  if (head === "$secrets" && parts.length === 0) return secretNames(source);
  if (head === "$workflow") return names(["id", "definition", "input", "startedAt"]);
  if (head === "$task")
    return names(["name", "reference", "definition", "input", "output", "startedAt"]);
  if (head === "$tenant") return names(["id", "slug", "metadata"]);
  if (head !== "" && head !== "$input") return [];
  let schema = asObject(asObject(asObject(root.input).schema).document);
  for (const part of parts) schema = asObject(asObject(schema.properties)[part]);
  const properties = asObject(schema.properties);
  return Object.entries(properties).map(([name, one]) => {
    const { description, type } = asObject(one);
    const about = [description, type].find((text) => typeof text === "string") as
      | string
      | undefined;
    return { name, about: about ?? "From the input's schema", text: name };
  });
}

function secretNames(source: Source): Word[] {
  const root = source.document.contents;
  const use = isMap(root) ? root.items.find((pair) => keyOf(pair.key) === "use")?.value : null;
  const list = isMap(use) ? use.items.find((pair) => keyOf(pair.key) === "secrets")?.value : null;
  if (!isSeq(list)) return [];
  return names(list.items.flatMap((item) => (isScalar(item) ? [String(item.value)] : [])));
}

function loopVariables(text: string): Word[] {
  const found = [...text.matchAll(/\b(?:each|at|as):\s*([A-Za-z_]\w*)\s*(?:[,}]|$)/gm)];
  const unique = new Set(found.map((match) => `$${match[1]}`));
  return [...unique].map((name) => ({ name, about: "Of a loop or a handler" }));
}

function names(all: string[]): Word[] {
  return all.map((name) => ({ name, about: "", text: name }));
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
