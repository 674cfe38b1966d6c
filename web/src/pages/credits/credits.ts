// What the pages of credits decide without a server: the order in which grants burn, how long they last, words.

import type { Schemas } from "~/api/types";
import type { Tone } from "~/ui/Badge";
import { formatCredits, fromMicro, toMicro, toPlot, whyNoCredits } from "~/ui/credits";
import { addDays, dayOf } from "../usage/range";

export type Grant = Schemas["Grant"];
export type Line = Schemas["LedgerLine"];
export type Cap = Schemas["Cap"];

const DAY_MS = 86_400_000;

export type GrantState = "burning" | "open" | "later" | "used up" | "expired";

/** Where a grant stands. The first open one is what the next call is paid from. */
export function stateOf(grant: Grant, now: number): Exclude<GrantState, "burning"> {
  if (Date.parse(grant.effective_at) > now) return "later";
  if (grant.expires_at && Date.parse(grant.expires_at) <= now) return "expired";
  const isUsedUp = toMicro(grant.remaining) === 0n && toMicro(grant.held) === 0n;
  return isUsedUp ? "used up" : "open";
}

/** The highest priority, then the soonest end, then what was not paid for, then the oldest. */
export function byBurnOrder(one: Grant, other: Grant): number {
  const end = ({ expires_at }: Grant) => (expires_at ? Date.parse(expires_at) : Infinity);
  const paid = ({ source }: Grant) => (source === "purchase" ? 1 : 0);
  const [first, second] = [end(one), end(other)];
  return (
    other.priority - one.priority ||
    (first === second ? 0 : first - second) ||
    paid(one) - paid(other) ||
    Date.parse(one.created_at) - Date.parse(other.created_at) ||
    (one.id < other.id ? -1 : 1)
  );
}

export interface Ordered {
  grant: Grant;
  state: GrantState;
  /** Its place in the order, from 1; null for what cannot be spent now. */
  place: number | null;
}

/** What can be spent in the order it burns, then what comes later, then what is over from the newest. */
export function inBurnOrder(grants: Grant[], now: number): Ordered[] {
  const of = (state: GrantState) => grants.filter((grant) => stateOf(grant, now) === state);
  const open = of("open").sort(byBurnOrder);
  const later = of("later").sort(
    (one, other) => Date.parse(one.effective_at) - Date.parse(other.effective_at),
  );
  const over = grants.filter((grant) => ["used up", "expired"].includes(stateOf(grant, now)));
  const next = open.findIndex(({ remaining }) => toMicro(remaining) > 0n);
  return [
    ...open.map(
      (grant, index): Ordered => ({
        grant,
        state: index === next ? "burning" : "open",
        place: index + 1,
      }),
    ),
    ...later.map((grant): Ordered => ({ grant, state: "later", place: null })),
    ...over.map((grant): Ordered => ({ grant, state: stateOf(grant, now), place: null })),
  ];
}

export const GRANT_TONES: Record<GrantState, Tone> = {
  burning: "good",
  open: "quiet",
  later: "busy",
  "used up": "quiet",
  expired: "warn",
};

/** What a day cost on the average, over the days since the first that cost something; in microcredits. */
export function dailyRate(days: { day?: string | null; credits: string }[], today: string): bigint {
  const used = days.filter(({ credits }) => toMicro(credits) > 0n);
  const first = used.map(({ day }) => day ?? today).sort()[0];
  if (!first) return 0n;
  const sum = used.reduce((total, { credits }) => total + toMicro(credits), 0n);
  const count = Math.round((Date.parse(today) - Date.parse(first)) / DAY_MS) + 1;
  return sum / BigInt(Math.max(count, 1));
}

export interface Outlook {
  /** What is left at the end of each of the next days. */
  points: { bucket: string; left: number }[];
  /** In so many days nothing is left; null: not within a year. */
  days: number | null;
}

const LOOKED_DAYS = 365;

/** How what is left goes down if every day costs the same: in burn order, with what ends and what begins. */
export function outlook(
  grants: Grant[],
  rate: bigint,
  zone: string,
  now: number,
  shown = 30,
): Outlook {
  const pool = grants
    .filter((grant) => ["open", "later"].includes(stateOf(grant, now)))
    .sort(byBurnOrder)
    .map((grant) => ({
      left: toMicro(stateOf(grant, now) === "later" ? grant.credits : grant.remaining),
      from: Date.parse(grant.effective_at),
      end: grant.expires_at ? Date.parse(grant.expires_at) : Infinity,
    }));
  const leftAt = (at: number) =>
    pool.reduce((sum, one) => (one.from <= at && at < one.end ? sum + one.left : sum), 0n);
  const today = dayOf(zone, now);
  const plot = (at: number) => toPlot(fromMicro(leftAt(at)));
  const points = [{ bucket: today, left: plot(now) }];
  let days: number | null = leftAt(now) === 0n ? 0 : null;
  for (let day = 1; day <= LOOKED_DAYS && (days === null || day <= shown); day += 1) {
    const at = now + day * DAY_MS;
    let due = rate;
    for (const one of pool) {
      if (one.from > at - DAY_MS || one.end <= at - DAY_MS) continue;
      // biome-ignore lint/complexity/useMathMinMax: `Math.min` takes no bigint
      const paid = due < one.left ? due : one.left;
      one.left -= paid;
      due -= paid;
    }
    if (days === null && leftAt(at) === 0n) days = day;
    if (day <= shown) points.push({ bucket: addDays(today, day), left: plot(at) });
  }
  return { points, days };
}

/** How long they last, in a sentence. */
export function lasts(rate: bigint, { days }: Outlook): string {
  if (days === 0) return "Nothing is left.";
  const daily = rounded(rate);
  const pace = `At ${formatCredits(daily)} ${daily === "1" ? "credit" : "credits"} a day, as in the last 7 days,`;
  if (rate === 0n)
    return days === null
      ? "Nothing was spent in the last 7 days."
      : `Nothing was spent in the last 7 days; what is left ends in ${inDays(days)}.`;
  return days === null
    ? `${pace} they last more than a year.`
    : `${pace} they last about ${inDays(days)}.`;
}

/** "14 days", shorter. */
export function inDays(days: number): string {
  return days === 1 ? "one day" : `${days} days`;
}

/** At most two places: an average is not exact anyway. */
function rounded(micro: bigint): string {
  const step = micro >= 10_000n ? 10_000n : 1n;
  return fromMicro((micro / step) * step);
}

/** "+10", "−1", "0". */
export function signed(credits: string): string {
  return toMicro(credits) > 0n ? `+${formatCredits(credits)}` : formatCredits(credits);
}

export const LINE_KINDS: Schemas["LineKind"][] = [
  "grant",
  "activate",
  "refund",
  "charge",
  "hold",
  "post",
  "void",
  "expire",
  "adjust",
];

const LINE_TONES: Partial<Record<Schemas["LineKind"], Tone>> = {
  grant: "good",
  activate: "good",
  refund: "good",
  expire: "warn",
  adjust: "warn",
  hold: "busy",
};

export const toneOfLine = (kind: Schemas["LineKind"]): Tone => LINE_TONES[kind] ?? "quiet";

/** How much of a cap is used or set aside, for a bar from 0 to 100. */
export function filled({ credits, used, held }: Cap): number {
  const limit = toMicro(credits);
  const taken = toMicro(used) + toMicro(held);
  if (limit <= 0n || taken >= limit) return 100;
  return Number((taken * 1_000n) / limit) / 10;
}

/** What the form of a cap holds. */
export type CapValues = {
  subject_kind: Schemas["CapSubjectKind"];
  subject_id: string;
  period: Schemas["Period"];
  credits: string;
};

export const NEW_CAP: CapValues = {
  subject_kind: "workspace",
  subject_id: "",
  period: "month",
  credits: "",
};

export const validateCap = {
  subject_id: (id: string, { subject_kind }: CapValues) =>
    subject_kind === "workspace" || id.trim() ? null : "Choose whose spending it limits.",
  credits: whyNoCredits,
};

export function toCap({ subject_kind, subject_id, period, credits }: CapValues): Schemas["CapSet"] {
  return {
    subject_kind,
    subject_id: subject_kind === "workspace" ? null : subject_id.trim(),
    period,
    credits: credits.trim(),
  };
}
