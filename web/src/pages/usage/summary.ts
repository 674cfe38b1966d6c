// What the charts and tables of usage decide without a server: which sums are asked for, bars, words of outcomes.

import type { Schemas } from "~/api/types";
import type { Asked, NameOf } from "~/components/names";
import type { Tone } from "~/ui/Badge";
import type { Point } from "~/ui/chart/Drawing";
import { fromMicro, toMicro, toPlot } from "~/ui/credits";
import type { Grain } from "./range";

export type Sums = Schemas["UsageSums"];
export type Item = Schemas["UsageSummaryItem"];

export const GROUPS = [
  { value: "time", label: "Time" },
  { value: "flow", label: "Flow" },
  { value: "key", label: "API key" },
  { value: "user", label: "Person" },
  { value: "environment", label: "Environment" },
  { value: "status", label: "Outcome" },
] as const;
export type Group = (typeof GROUPS)[number]["value"];

export const METRICS = [
  { value: "credits", label: "Credits" },
  { value: "calls", label: "Calls" },
  { value: "errors", label: "Errors" },
  { value: "latency", label: "Latency" },
] as const;
export type Metric = (typeof METRICS)[number]["value"];

/** From the address; anything else is the first. */
export function oneOf<T extends string>(
  options: readonly { value: T }[],
  text: string | undefined,
): T {
  const found = options.find(({ value }) => value === text) ?? options[0];
  if (!found) throw new Error("there is nothing to choose from");
  return found.value;
}

/** What the rows of a table are apart by. */
export const tableGroups = (group: Group, grain: Grain): string =>
  group === "time" ? grain : group;

/** What the bars are apart by; quantiles of groups cannot be stacked, so latency is that of all calls. */
export const chartGroups = (group: Group, grain: Grain, metric: Metric): string =>
  group === "time" || metric === "latency" ? grain : `${grain},${group}`;

/** The time that an item is about, as the buckets are named. */
export function bucketOf(item: Item): string {
  return item.day ?? (item.hour ? new Date(item.hour).toISOString() : "");
}

/** The value of an item in a group; null where the calls had none. */
export function groupValue(item: Item, group: Group): string | null {
  return group === "time" ? bucketOf(item) : (item[group] ?? null);
}

/** Bars of several things: the biggest, and the rest as one. */
export interface Bars {
  series: { name: string; value: string | null; isRest?: boolean }[];
  data: Point[];
}

const SERIES_MAX = 6;

/** Bars by time, stacked by what the items are apart by. Times without a call are bars of height 0. */
export function barsOf(
  items: Item[],
  buckets: string[],
  group: Group,
  metric: Exclude<Metric, "latency">,
): Bars {
  const amount = (item: Item) =>
    metric === "credits" ? toMicro(item.credits) : BigInt(item[metric]);
  const totals = new Map<string | null, bigint>();
  for (const item of items) {
    const value = group === "time" ? null : groupValue(item, group);
    totals.set(value, (totals.get(value) ?? 0n) + amount(item));
  }
  const ranked = [...totals].sort(([, one], [, other]) =>
    one === other ? 0 : one > other ? -1 : 1,
  );
  const shown = ranked.slice(0, ranked.length > SERIES_MAX ? SERIES_MAX - 1 : SERIES_MAX);
  const series: Bars["series"] = shown.map(([value], index) => ({ name: `s${index}`, value }));
  if (ranked.length > shown.length) series.push({ name: "rest", value: null, isRest: true });
  if (series.length === 0) series.push({ name: "s0", value: null });
  const nameOf = new Map(shown.map(([value], index) => [value, `s${index}`]));

  const cells = new Map(buckets.map((bucket) => [bucket, new Map<string, bigint>()]));
  for (const item of items) {
    const cell = cells.get(bucketOf(item));
    if (!cell) continue;
    const name = nameOf.get(group === "time" ? null : groupValue(item, group)) ?? "rest";
    cell.set(name, (cell.get(name) ?? 0n) + amount(item));
  }
  const plot = (sum: bigint) => (metric === "credits" ? toPlot(fromMicro(sum)) : Number(sum));
  const data = buckets.map((bucket) => ({
    bucket,
    ...Object.fromEntries(
      series.map(({ name }) => [name, plot(cells.get(bucket)?.get(name) ?? 0n)]),
    ),
  }));
  return { series, data };
}

/** Latency by time; nothing where there was no call. */
export function latencyOf(items: Item[], buckets: string[]) {
  const found = new Map(items.map((item) => [bucketOf(item), item]));
  return buckets.map((bucket) => {
    const item = found.get(bucket);
    const has = item && item.calls > 0;
    return {
      bucket,
      p50: has ? item.latency_ms.p50 : null,
      p95: has ? item.latency_ms.p95 : null,
    };
  });
}

/** Of all calls those that did not succeed: "0%", "0.4%", "12%". */
export function errorRate({ calls, errors }: Pick<Sums, "calls" | "errors">): string {
  if (errors === 0 || calls === 0) return "0%";
  const percent = (errors / calls) * 100;
  if (percent < 0.1) return "< 0.1%";
  return `${percent < 10 ? percent.toFixed(1).replace(/\.0$/, "") : Math.round(percent)}%`;
}

/** "1,204". */
export const count = (number: number) => number.toLocaleString("en");

export type StatusFilter = Schemas["UsageStatusFilter"];

/** What calls can be narrowed to by how they ended. The compiler sees to it that none is missing. */
const STATUSES: Record<StatusFilter, "Metered" | "Refused"> = {
  succeeded: "Metered",
  failed: "Metered",
  timed_out: "Metered",
  uncollected: "Metered",
  refused: "Refused",
  refused_insufficient_credits: "Refused",
  refused_cap_reached: "Refused",
  refused_permission_denied: "Refused",
  refused_flow_not_allowed: "Refused",
  refused_environment_not_allowed: "Refused",
  refused_address_denied: "Refused",
  refused_workspace_suspended: "Refused",
  refused_rate_limited: "Refused",
  refused_overloaded: "Refused",
};

/** The same for a list to choose from. */
export const OUTCOMES = (["Metered", "Refused"] as const).map((group) => ({
  group,
  items: Object.entries(STATUSES)
    .filter(([, of]) => of === group)
    .map(([value]) => ({
      value,
      label: value === "refused" ? "refused, any reason" : outcome(value),
    })),
}));

/** How a call ended, for people. */
export function outcome(status: string): string {
  const words = status.replaceAll("_", " ");
  return status.startsWith("refused_") ? words.replace("refused ", "refused: ") : words;
}

const TONES: Record<string, Tone> = {
  succeeded: "good",
  failed: "bad",
  timed_out: "bad",
  uncollected: "warn",
};

export const toneOf = (status: string): Tone => TONES[status] ?? "warn";

const NONE: Record<Exclude<Group, "time">, string> = {
  flow: "No flow",
  key: "No API key",
  user: "No person",
  environment: "No environment",
  status: "Unknown",
};

/** What the items of a summary name by their ids. */
export function idsOf(items: Item[] | undefined, group: Group): Asked[] {
  if (group === "time" || group === "status") return [];
  return (items ?? []).map((item) => ({ kind: group, id: groupValue(item, group) }));
}

/** What a group is called; calls without one have a word too. */
export function nameOfValue(
  value: string | null,
  group: Group,
  what: string,
  names: NameOf,
): string {
  if (group === "time") return what;
  if (value === null) return NONE[group];
  return group === "status" ? outcome(value) : names(group, value);
}
