import { joinPointer, splitPointer } from "./source";

/** A JSON Schema, as far as a form reads it. */
export type Schema = Record<string, unknown>;

/** How a value is entered. `json` is the way for everything that has no field of its own. */
export type FieldKind =
  | "object"
  | "array"
  | "text"
  | "number"
  | "integer"
  | "boolean"
  | "choice"
  | "fixed"
  | "json";

const DEPTH_MAX = 16;

/** Is the value a schema with something in it that a form can show? */
export function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Follows `$ref` within the schema; what leads elsewhere, or in a circle, is anything. */
export function resolve(schema: unknown, root: Schema): Schema {
  let found: unknown = schema;
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    if (!isSchema(found)) return {};
    const { $ref: reference, ...rest } = found;
    if (typeof reference !== "string") return found;
    if (!reference.startsWith("#")) return rest;
    const target = splitPointer(decodeURIComponent(reference.slice(1))).reduce<unknown>(
      (value, part) => (isSchema(value) ? value[part] : undefined),
      root,
    );
    if (!isSchema(target)) return rest;
    found = { ...target, ...rest };
  }
  return {};
}

export function kindOf(schema: Schema): FieldKind {
  if ("const" in schema) return "fixed";
  if (Array.isArray(schema.enum) && schema.enum.length > 0) return "choice";
  if (["oneOf", "anyOf", "allOf", "not", "if"].some((key) => key in schema)) return "json";
  const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter(
    (type) => type !== "null",
  );
  if (types.length > 1) return "json";
  switch (types[0] ?? (isSchema(schema.properties) ? "object" : undefined)) {
    case "object":
      return Object.keys(propertiesOf(schema)).length > 0 ? "object" : "json";
    case "array":
      return isSchema(schema.items) && !Array.isArray(schema.prefixItems) ? "array" : "json";
    case "string":
      return "text";
    case "number":
      return "number";
    case "integer":
      return "integer";
    case "boolean":
      return "boolean";
    default:
      return "json";
  }
}

export function propertiesOf(schema: Schema): Record<string, Schema> {
  if (!isSchema(schema.properties)) return {};
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, one]) => [name, isSchema(one) ? one : {}]),
  );
}

export function isRequired(schema: Schema, name: string): boolean {
  return Array.isArray(schema.required) && schema.required.includes(name);
}

/** What a form begins with: defaults, and what can have only one value. Nothing is undefined. */
export function initialOf(schema: unknown, root: Schema, depth = 0): unknown {
  const found = resolve(schema, root);
  if (depth > DEPTH_MAX) return undefined;
  if ("default" in found) return found.default;
  if ("const" in found) return found.const;
  switch (kindOf(found)) {
    case "object":
      return Object.fromEntries(
        Object.entries(propertiesOf(found)).flatMap(([name, one]) => {
          const value = initialOf(one, root, depth + 1);
          const worth = isRequired(found, name) || (value !== undefined && !isEmptyObject(value));
          return value !== undefined && worth ? [[name, value]] : [];
        }),
      );
    case "array":
      return depth === 0 ? [] : undefined;
    default:
      return undefined;
  }
}

function isEmptyObject(value: unknown): boolean {
  return isSchema(value) && Object.keys(value).length === 0;
}

const EXAMPLES: Record<string, string> = {
  date: "2026-01-31",
  "date-time": "2026-01-31T09:30:00Z",
  time: "09:30:00Z",
  email: "ada@example.com",
  uri: "https://example.com/",
  uuid: "0190b5a4-7c1e-7d00-8000-000000000001",
  ipv4: "192.0.2.1",
};

/** A value that fits the schema, for code to copy: an example where there is one, else something plain. */
export function exampleOf(schema: unknown, root: Schema, depth = 0): unknown {
  const found = resolve(schema, root);
  if (Array.isArray(found.examples) && found.examples.length > 0) return found.examples[0];
  if ("default" in found) return found.default;
  if ("const" in found) return found.const;
  if (Array.isArray(found.enum) && found.enum.length > 0) return found.enum[0];
  if (depth > DEPTH_MAX) return null;
  switch (kindOf(found)) {
    case "object": {
      const properties = Object.entries(propertiesOf(found));
      const required = properties.filter(([name]) => isRequired(found, name));
      const shown = required.length > 0 ? required : properties;
      return Object.fromEntries(
        shown.map(([name, one]) => [name, exampleOf(one, root, depth + 1)]),
      );
    }
    case "array":
      return [exampleOf(found.items, root, depth + 1)];
    case "text":
      return textExample(found);
    case "number":
    case "integer":
      return numberExample(found);
    case "boolean":
      return true;
    default:
      return firstAlternative(found, root, depth);
  }
}

function firstAlternative(schema: Schema, root: Schema, depth: number): unknown {
  for (const key of ["oneOf", "anyOf"]) {
    const all = schema[key];
    if (Array.isArray(all) && all.length > 0) return exampleOf(all[0], root, depth + 1);
  }
  return schema.type === "array" ? [] : {};
}

function textExample(schema: Schema): string {
  const format = typeof schema.format === "string" ? EXAMPLES[schema.format] : undefined;
  if (format !== undefined) return format;
  const [least, most] = [numberIn(schema.minLength) ?? 0, numberIn(schema.maxLength) ?? 100];
  return "example".padEnd(least, "-").slice(0, most);
}

function numberExample(schema: Schema): number {
  const above = numberIn(schema.exclusiveMinimum);
  if (above !== null) return above + 1;
  const [least, most] = [numberIn(schema.minimum), numberIn(schema.maximum)];
  if (least !== null && least > 1) return least;
  return most !== null && most < 1 ? most : Math.max(least ?? 1, 1);
}

const TYPED = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;

/** What a typed number is as a value: nothing, a number, or the text, which a check then calls none. */
export function typedNumber(text: string): number | string | undefined {
  const typed = text.trim();
  if (typed === "") return undefined;
  return TYPED.test(typed) && Number.isFinite(Number(typed)) ? Number(typed) : text;
}

export function numberIn(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}

/** The value with one place changed; undefined takes a member away, or an item out of a list. */
export function withAt(value: unknown, path: (string | number)[], changed: unknown): unknown {
  const [first, ...rest] = path;
  if (first === undefined) return changed;
  if (typeof first === "number") {
    const list = Array.isArray(value) ? [...value] : [];
    if (rest.length === 0 && changed === undefined) list.splice(first, 1);
    else list[first] = withAt(list[first], rest, changed);
    return list;
  }
  const object = isSchema(value) ? { ...value } : {};
  const inner = withAt(object[first], rest, changed);
  if (inner === undefined) delete object[first];
  else object[first] = inner;
  return object;
}

export function pointerOf(path: (string | number)[]): string {
  return path.reduce<string>(joinPointer, "");
}

/** How a name of a member reads as a label: `customer_id` and `customerId` become "Customer id". */
export function labelOf(name: string, schema: Schema): string {
  if (typeof schema.title === "string" && schema.title !== "") return schema.title;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/[_-]+/g, " ")
    .trim()
    .toLowerCase();
  return words === "" ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

/** Why a text is no JSON, in one line; null when it is. */
export function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const said = error instanceof Error ? error.message : "";
    const place = /position (\d+)/.exec(said)?.[1];
    const line = place === undefined ? null : text.slice(0, Number(place)).split("\n").length;
    return line === null ? "This is not JSON yet." : `This is not JSON yet: look at line ${line}.`;
  }
}
