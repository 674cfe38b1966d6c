// What keys and service tokens have in common without a server: states, and the restrictions that hold for whatever
// they may.

import type { Schemas } from "~/api/types";
import type { Tone } from "~/ui/Badge";
import { numberOf, whyNoNumber } from "~/ui/numbers";
import { toLocal, toTimestamp } from "~/ui/time";

export type Status = Schemas["CredentialStatus"];

export const STATUSES: Status[] = ["active", "expired", "revoked"];

const TONES: Record<Status, Tone> = { active: "good", expired: "warn", revoked: "quiet" };

export const toneOf = (status: Status): Tone => TONES[status] ?? "quiet";

/** How one is recognized without knowing it. */
export const maskOf = ({ prefix, last_four }: { prefix: string; last_four: string }) =>
  `${prefix}…${last_four}`;

/** What a form holds of the restrictions. */
export type LimitValues = {
  addresses: string[];
  expires_at: string | null;
  /** As typed; empty for none. */
  rate_limit_per_minute: string;
};

export const NO_LIMITS: LimitValues = {
  addresses: [],
  expires_at: null,
  rate_limit_per_minute: "",
};

type Limits = Pick<Schemas["ServiceToken"], "addresses" | "expires_at" | "rate_limit_per_minute">;

/** For the body of the request: nothing chosen means no restriction. */
export const toLimits = (values: LimitValues): Limits => ({
  addresses: orNull(values.addresses),
  expires_at: values.expires_at ? toTimestamp(values.expires_at) : null,
  rate_limit_per_minute: numberOf(values.rate_limit_per_minute),
});

/** The form of restrictions that there are. */
export const fromLimits = (limits: Limits): LimitValues => ({
  addresses: limits.addresses ?? [],
  expires_at: limits.expires_at ? toLocal(limits.expires_at) : null,
  rate_limit_per_minute: limits.rate_limit_per_minute?.toString() ?? "",
});

export const validate = {
  name: (name: string) => (name.trim() ? null : "Give it a name by which you will know it again."),
  expires_at: (at: string | null) =>
    at && Date.parse(toTimestamp(at)) <= Date.now() ? "Choose a time that is still to come." : null,
  rate_limit_per_minute: (text: string) =>
    text.trim() === "" ? null : whyNoNumber(text, { min: 1, max: 1_000_000 }),
};

/** How long the old one lives on after a rotation. */
export const OVERLAPS = [
  { value: "0", label: "Not at all: it ends now" },
  { value: "3600", label: "One hour" },
  { value: "86400", label: "One day" },
  { value: "604800", label: "Seven days" },
];

export function orNull<T>(list: T[]): T[] | null {
  return list.length > 0 ? list : null;
}
