// Times for people: relative, with the exact time beside.

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const NOW_SECONDS = 45;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** "3 minutes ago", "in 2 days". */
export function formatRelative(at: string, now: number = Date.now()): string {
  const seconds = (Date.parse(at) - now) / 1_000;
  const size = Math.abs(seconds);
  if (size < NOW_SECONDS) return seconds > 5 ? "in a moment" : "just now";
  for (const [unit, length] of STEPS) {
    if (size >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return relative.format(Math.sign(seconds), "minute");
}

/** "21 Nov 2026, 12:00:03 UTC+1", in the zone of the reader. */
export function formatExact(at: string, timeZone?: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    dateStyle: "medium",
    timeStyle: "long",
    ...(timeZone ? { timeZone } : {}),
  }).format(new Date(at));
}

/** An upper end: "≤ 25 ms". */
export function formatAtMost(milliseconds: number): string {
  return milliseconds < 1 ? formatDuration(milliseconds) : `≤ ${formatDuration(milliseconds)}`;
}

/** "120 ms", "1.24 s", "2 min 5 s". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1) return "< 1 ms";
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1_000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** The picker gives "2026-12-01 09:30:00" in the zone of the reader. */
export function toTimestamp(local: string): string {
  return new Date(local.replace(" ", "T")).toISOString();
}

/** The same way back. */
export function toLocal(at: string): string {
  const date = new Date(at);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
