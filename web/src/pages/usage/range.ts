// Which span of time a page covers, as the address says it, and the days or hours that it is made of.

/** Spans that end now. */
export const RANGES = [
  { value: "24h", label: "Last 24 hours" },
  { value: "7d", label: "Last 7 days" },
  { value: "30d", label: "Last 30 days" },
  { value: "90d", label: "Last 90 days" },
  { value: "custom", label: "Chosen days" },
];

export const RANGE_DEFAULT = "30d";

/** The longest span that a summary covers. */
const DAYS_MAX = 400;
/** So many days can be looked at by the hour. */
const HOURLY_DAYS_MAX = 8;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export type Grain = "hour" | "day";

export interface Span {
  /** Its name among `RANGES`. */
  range: string;
  from: string;
  /** Nothing: until now. */
  to?: string;
  grain: Grain;
  /** Is it short enough for hours? */
  mayBeHourly: boolean;
}

/** What the address holds. */
export interface RangeText {
  range?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  by?: string | undefined;
}

/** Reads the address; what makes no sense there is taken as the default. */
export function spanOf({ range, from, to, by }: RangeText, zone: string, now: number): Span {
  const today = dayOf(zone, now);
  const chosen = daysBetween(from, to);
  if (range === "custom" && from && to && chosen !== null) {
    return {
      range: "custom",
      from: iso(startOfDay(zone, from)),
      to: iso(startOfDay(zone, addDays(to, 1))),
      ...grainOf(chosen, by),
    };
  }
  if (range === "24h") {
    return {
      range: "24h",
      from: iso(startOfHour(zone, now) - 23 * HOUR_MS),
      ...grainOf(1, by ?? "hour"),
    };
  }
  const known = RANGES.some(({ value }) => value === range && value !== "custom");
  const name = range && known ? range : RANGE_DEFAULT;
  const days = Number.parseInt(name, 10);
  return {
    range: name,
    from: iso(startOfDay(zone, addDays(today, 1 - days))),
    ...grainOf(days, by),
  };
}

function grainOf(days: number, by: string | undefined): Pick<Span, "grain" | "mayBeHourly"> {
  const mayBeHourly = days <= HOURLY_DAYS_MAX;
  return { grain: mayBeHourly && by === "hour" ? "hour" : "day", mayBeHourly };
}

/** How many days from the first to the last, both counted; null if it is no span. */
export function daysBetween(from: string | undefined, to: string | undefined): number | null {
  if (!from || !to || !DAY.test(from) || !DAY.test(to)) return null;
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1;
  return days >= 1 && days <= DAYS_MAX ? days : null;
}

/** The days or hours of the span, named as the API names them. */
export function bucketsOf(span: Span, zone: string, now: number): string[] {
  const end = span.to ? Math.min(Date.parse(span.to) - 1, now) : now;
  const last = Math.max(end, Date.parse(span.from));
  const buckets: string[] = [];
  if (span.grain === "hour") {
    for (let at = startOfHour(zone, Date.parse(span.from)); at <= last; at += HOUR_MS)
      buckets.push(iso(at));
    return buckets;
  }
  const lastDay = dayOf(zone, last);
  for (let day = dayOf(zone, Date.parse(span.from)); day <= lastDay; day = addDays(day, 1))
    buckets.push(day);
  return buckets;
}

/** "2026-11-21", where the clocks show the zone. */
export function dayOf(zone: string, at: number): string {
  return new Date(at + offsetMs(zone, at)).toISOString().slice(0, 10);
}

/** The instant at which the day begins there. */
export function startOfDay(zone: string, day: string): number {
  const asUtc = Date.parse(`${day}T00:00:00Z`);
  const first = asUtc - offsetMs(zone, asUtc);
  return asUtc - offsetMs(zone, first);
}

function startOfHour(zone: string, at: number): number {
  const offset = offsetMs(zone, at);
  return Math.floor((at + offset) / HOUR_MS) * HOUR_MS - offset;
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** How far the clocks of the zone are ahead of UTC. */
function offsetMs(zone: string, at: number): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).formatToParts(at);
  const [year = 0, month = 1, ...rest] = ["year", "month", "day", "hour", "minute", "second"].map(
    (type) => Number(parts.find((part) => part.type === type)?.value),
  );
  const [day = 1, hour = 0, minute = 0, second = 0] = rest;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
}

const iso = (at: number) => new Date(at).toISOString();

/** For an axis: "21 Nov", "14:00"; for a row of a table with the year or the day. */
export function bucketLabel(bucket: string, grain: Grain, zone: string, long = false): string {
  if (grain === "day") {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone: "UTC",
      day: "numeric",
      month: "short",
      ...(long ? { weekday: "short", year: "numeric" } : {}),
    }).format(new Date(`${bucket}T00:00:00Z`));
  }
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
    ...(long ? { day: "numeric", month: "short" } : {}),
  }).format(new Date(bucket));
}

/** So many hours are told apart by the clock; more of them by the day that begins. */
const HOURS_LABELLED_MAX = 36;

/** For an axis of `count` buckets; empty where there is no mark. */
export function axisLabel(bucket: string, grain: Grain, zone: string, count: number): string {
  if (grain === "day" || count <= HOURS_LABELLED_MAX) return bucketLabel(bucket, grain, zone);
  const at = Date.parse(bucket);
  const day = dayOf(zone, at);
  return startOfDay(zone, day) === at ? bucketLabel(day, "day", zone) : "";
}
