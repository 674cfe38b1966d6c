// What the pages of keys decide without a server: states, the body of a request, the words of restrictions.

import type { Schemas } from "~/api/types";
import type { Tone } from "~/ui/Badge";
import { whyNoCredits } from "~/ui/credits";
import { numberOf, whyNoNumber } from "~/ui/numbers";

export type Key = Schemas["Key"];
export type KeyStatus = Schemas["CredentialStatus"];

export const STATUSES: KeyStatus[] = ["active", "expired", "revoked"];

const TONES: Record<KeyStatus, Tone> = { active: "good", expired: "warn", revoked: "quiet" };

export const toneOf = (status: KeyStatus): Tone => TONES[status] ?? "quiet";

/** How a key is recognized without knowing it. */
export const maskOf = ({ prefix, last_four }: Pick<Key, "prefix" | "last_four">) =>
  `${prefix}…${last_four}`;

/** What the form holds. */
export type KeyValues = {
  name: string;
  description: string;
  kind: Schemas["KeyKind"];
  permissions: string[];
  flows: string[];
  environments: string[];
  addresses: string[];
  expires_at: string | null;
  /** As typed; empty for none. */
  rate_limit_per_minute: string;
  /** Only for a new one; later a cap is set by itself. Empty for none. */
  cap_credits: string;
  cap_period: Schemas["Period"];
};

export const NEW_KEY: KeyValues = {
  name: "",
  description: "",
  kind: "live",
  permissions: ["flows:call"],
  flows: [],
  environments: [],
  addresses: [],
  expires_at: null,
  rate_limit_per_minute: "",
  cap_credits: "",
  cap_period: "month",
};

/** The body of the request: nothing chosen means no restriction. */
export function toBody(values: KeyValues): Schemas["KeyCreate"] {
  const { name, kind, permissions, expires_at, rate_limit_per_minute } = values;
  return {
    name: name.trim(),
    description: values.description.trim(),
    kind,
    permissions,
    flows: orNull(values.flows),
    environments: orNull(values.environments),
    addresses: orNull(values.addresses),
    expires_at: expires_at ? toTimestamp(expires_at) : null,
    rate_limit_per_minute: numberOf(rate_limit_per_minute),
  };
}

/** What can be changed later: all but the kind, and null takes a restriction away. */
export function toChange(values: KeyValues): Schemas["KeyUpdate"] {
  const { kind: _, ...body } = toBody(values);
  return body;
}

/** The cap that a new key is to have; null for none. */
export function toCap(values: KeyValues, key: string): Schemas["CapSet"] | null {
  const credits = values.cap_credits.trim();
  if (!credits) return null;
  return { subject_kind: "key", subject_id: key, period: values.cap_period, credits };
}

/** The form of a key that there is. */
export function fromKey(key: Key): KeyValues {
  return {
    name: key.name,
    description: key.description,
    kind: key.kind,
    permissions: key.permissions,
    flows: key.flows ?? [],
    environments: key.environments ?? [],
    addresses: key.addresses ?? [],
    expires_at: key.expires_at ? toLocal(key.expires_at) : null,
    rate_limit_per_minute: key.rate_limit_per_minute?.toString() ?? "",
    cap_credits: "",
    cap_period: "month",
  };
}

export const validate = {
  name: (name: string) => (name.trim() ? null : "Give it a name by which you will know it again."),
  permissions: (permissions: string[]) =>
    permissions.length > 0 ? null : "A key without a permission can do nothing. Choose one.",
  expires_at: (at: string | null) =>
    at && Date.parse(toTimestamp(at)) <= Date.now() ? "Choose a time that is still to come." : null,
  rate_limit_per_minute: (text: string) =>
    text.trim() === "" ? null : whyNoNumber(text, { min: 1, max: 1_000_000 }),
  cap_credits: (text: string) => (text.trim() === "" ? null : whyNoCredits(text)),
};

/** How long the old key lives on after a rotation. */
export const OVERLAPS = [
  { value: "0", label: "Not at all: it ends now" },
  { value: "3600", label: "One hour" },
  { value: "86400", label: "One day" },
  { value: "604800", label: "Seven days" },
];

function orNull<T>(list: T[]): T[] | null {
  return list.length > 0 ? list : null;
}

/** The picker gives "2026-12-01 09:30:00" in the zone of the reader. */
function toTimestamp(local: string): string {
  return new Date(local.replace(" ", "T")).toISOString();
}

function toLocal(at: string): string {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
