import { expect, test } from "vitest";
import { formatDuration, formatRelative } from "./time";

const NOW = Date.parse("2026-11-22T12:00:00Z");

test.each([
  ["2026-11-22T11:59:50Z", "just now"],
  ["2026-11-22T11:59:00Z", "1 minute ago"],
  ["2026-11-22T09:30:00Z", "2 hours ago"],
  ["2026-11-21T11:00:00Z", "yesterday"],
  ["2026-11-25T13:00:00Z", "in 3 days"],
  ["2024-11-20T12:00:00Z", "2 years ago"],
])("%s is %s", (at, said) => {
  expect(formatRelative(at, NOW)).toBe(said);
});

test.each([
  [0.4, "< 1 ms"],
  [120, "120 ms"],
  [1240, "1.24 s"],
  [125_000, "2 min 5 s"],
])("%d ms are %s", (milliseconds, said) => {
  expect(formatDuration(milliseconds)).toBe(said);
});
