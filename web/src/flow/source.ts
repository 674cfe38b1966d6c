import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
} from "yaml";

/** A stretch of a text, in characters from its beginning. */
export interface Span {
  from: number;
  to: number;
}

/** The text of a definition, read as far as it can be read while somebody types. */
export interface Source {
  text: string;
  document: Document;
  /** What keeps the text from being YAML at all; null when it is. */
  broken: { message: string; line: number } | null;
}

export function readSource(text: string): Source {
  const document = parseDocument(text, {
    version: "1.2",
    logLevel: "silent",
    strict: false,
    uniqueKeys: false,
  });
  const [error] = document.errors;
  const broken = error
    ? { message: error.message.split("\n", 1)[0] ?? "", line: error.linePos?.[0].line ?? 1 }
    : null;
  return { text, document, broken };
}

/** The value of a text, or undefined where it cannot be read or would take too much room. */
export function dataOf(source: Source): unknown {
  if (source.broken) return undefined;
  try {
    return source.document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

export function splitPointer(pointer: string): string[] {
  if (pointer === "") return [];
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

export function joinPointer(pointer: string, part: string | number): string {
  return `${pointer}/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Where a JSON pointer leads in the text: its key where it has one. Of what is missing, the nearest that is there. */
export function spanOf(source: Source, pointer: string): Span | null {
  let node: unknown = source.document.contents;
  let found: Span | null = null;
  for (const part of splitPointer(pointer)) {
    const value = isAlias(node) ? node.resolve(source.document) : node;
    if (isMap(value)) {
      const pair = value.items.find((item) => keyOf(item.key) === part);
      if (!pair) break;
      found = spanOfNode(pair.key) ?? found;
      node = pair.value;
    } else if (isSeq(value)) {
      node = value.items[Number(part)];
      if (node === undefined) break;
      found = spanOfNode(node) ?? found;
    } else break;
  }
  return found;
}

/** Where the value that a pointer leads to is written. */
export function valueSpanOf(source: Source, pointer: string): Span | null {
  let node: unknown = source.document.contents;
  for (const part of splitPointer(pointer)) {
    if (isMap(node)) node = node.items.find((item) => keyOf(item.key) === part)?.value;
    else if (isSeq(node)) node = node.items[Number(part)];
    else return null;
  }
  return spanOfNode(node);
}

export function keyOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}

function spanOfNode(node: unknown): Span | null {
  if (!isNode(node)) return null;
  const range = (node as Node).range;
  return range ? { from: range[0], to: range[1] } : null;
}
