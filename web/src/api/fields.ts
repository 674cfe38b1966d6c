// Which field of a form the server speaks of.

import { capitalized } from "./problems";
import type { FieldProblem } from "./types";

/** Puts the server's pointers at the fields; what belongs to no field of the form is left over. */
export function placeErrors(
  problems: FieldProblem[],
  fields: string[],
  pointers: Record<string, string> = {},
): { errors: Record<string, string>; rest: string[] } {
  const errors: Record<string, string> = {};
  const rest: string[] = [];
  for (const { pointer, message } of problems) {
    const field = pointer ? fieldOf(pointer, fields, pointers) : undefined;
    const text = capitalized(message);
    if (!field) rest.push(pointer ? `${pointer.slice(1)}: ${message}` : text);
    else errors[field] = errors[field] ? `${errors[field]} ${text}` : text;
  }
  return { errors, rest };
}

/** `/permissions/2` belongs to the field `permissions`. */
function fieldOf(pointer: string, fields: string[], pointers: Record<string, string>) {
  const parts = pointer.split("/").slice(1);
  for (let length = parts.length; length > 0; length -= 1) {
    const prefix = `/${parts.slice(0, length).join("/")}`;
    const field = pointers[prefix] ?? parts.slice(0, length).join(".");
    if (fields.includes(field)) return field;
  }
  return undefined;
}
