// Who may do what: the server decides; this only lets the console say beforehand what it would answer.

import { POLICY } from "./policy";

export type Role = keyof typeof POLICY;
export type Permission = (typeof POLICY)["owner"][number];

/** Does the role hold the permission? A role that we do not know may be a newer one: the server shall say. */
export function may(role: string | null | undefined, permission: Permission): boolean {
  if (!role || !(role in POLICY)) return true;
  return (POLICY[role as Role] as readonly string[]).includes(permission);
}

/** Why it is off, in words. */
export function missing(role: string | null | undefined, permission: Permission): string {
  const roles = Object.entries(POLICY).filter(([, held]) =>
    (held as readonly string[]).includes(permission),
  );
  return `As ${role ?? "a guest"} you may not do this. ${list(roles.map(([name]) => name))} may.`;
}

function list(names: string[]): string {
  const text =
    names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}
