// What the operator's pages of workspaces decide without a server.

import type { Schemas, Workspace } from "~/api/types";
import type { Tone } from "~/ui/Badge";
import { AN_AMOUNT, isCredits, toMicro } from "~/ui/credits";
import { toTimestamp } from "~/ui/time";

export type State = "in use" | "suspended" | "deleted";

export function stateOf({ deleted_at, suspended_at }: Workspace): State {
  if (deleted_at) return "deleted";
  return suspended_at ? "suspended" : "in use";
}

export const toneOf: Record<State, Tone> = { "in use": "good", suspended: "warn", deleted: "bad" };

/** What the filter of the list asks for. */
export function stateQuery(state: string | undefined): { suspended?: boolean; deleted?: boolean } {
  switch (state) {
    case "in use":
      return { suspended: false, deleted: false };
    case "suspended":
      return { suspended: true };
    case "deleted":
      return { deleted: true };
    default:
      return {};
  }
}

/** From where credits come, with what it is for. */
export const SOURCES: { value: Schemas["GrantSource"]; label: string }[] = [
  { value: "promotion", label: "Promotion" },
  { value: "purchase", label: "Purchase" },
  { value: "trial", label: "Trial" },
  { value: "allowance", label: "Allowance of a plan" },
  { value: "signup_bonus", label: "Sign-up bonus" },
  { value: "adjustment", label: "Adjustment" },
];

export const sourceName = (source: string) =>
  SOURCES.find(({ value }) => value === source)?.label ?? source.replaceAll("_", " ");

/** An amount that is above nothing. */
export function asGift(text: string): string | null {
  if (!isCredits(text)) return AN_AMOUNT;
  return toMicro(text) > 0n ? null : "It must be more than 0.";
}

/** An amount either way. */
export function asCorrection(text: string): string | null {
  if (!isCredits(text)) return `${AN_AMOUNT} Put a minus in front to take credits.`;
  return toMicro(text) === 0n ? "It must not be 0." : null;
}

/** What the form for a gift holds. */
export type GrantValues = {
  credits: string;
  source: Schemas["GrantSource"];
  effective_at: string | null;
  expires_at: string | null;
  external_id: string;
  note: string;
};

export const NEW_GRANT: GrantValues = {
  credits: "",
  source: "promotion",
  effective_at: null,
  expires_at: null,
  external_id: "",
  note: "",
};

/** What is left empty is not sent. */
export function toGrant(values: GrantValues): Schemas["GrantCreate"] {
  const { credits, source, effective_at, expires_at, external_id, note } = values;
  return {
    credits: credits.trim(),
    source,
    ...(effective_at ? { effective_at: toTimestamp(effective_at) } : {}),
    ...(expires_at ? { expires_at: toTimestamp(expires_at) } : {}),
    ...(external_id.trim() ? { external_id: external_id.trim() } : {}),
    ...(note.trim() ? { note: note.trim() } : {}),
  };
}

/** An end that has passed, or one before the beginning. */
export function asEnd(at: string | null, from: string | null = null): string | null {
  if (!at) return null;
  const end = Date.parse(toTimestamp(at));
  if (end <= Date.now()) return "Choose a time that is still to come.";
  if (from && end <= Date.parse(toTimestamp(from))) return "It ends before it begins.";
  return null;
}
