import { expect, test } from "vitest";
import { axisLabel, bucketsOf, dayOf, daysBetween, spanOf, startOfDay } from "./range";

const BERLIN = "Europe/Berlin";
const now = Date.parse("2026-11-22T02:30:00Z");

test("a span of days begins where the day begins in the workspace's zone", () => {
  const span = spanOf({ range: "7d" }, BERLIN, now);
  expect(span).toEqual({
    range: "7d",
    from: "2026-11-15T23:00:00.000Z",
    grain: "day",
    mayBeHourly: true,
  });
  const days = bucketsOf(span, BERLIN, now);
  expect(days).toHaveLength(7);
  expect(days.at(0)).toBe("2026-11-16");
  expect(days.at(-1)).toBe("2026-11-22");
});

test("the last 24 hours are 24 hours, also where the clocks are half an hour off", () => {
  for (const zone of ["UTC", BERLIN, "Asia/Kolkata"]) {
    const span = spanOf({ range: "24h" }, zone, now);
    expect(span.grain).toBe("hour");
    expect(bucketsOf(span, zone, now)).toHaveLength(24);
  }
  expect(spanOf({ range: "24h" }, "Asia/Kolkata", now).from).toBe("2026-11-21T03:30:00.000Z");
});

test("a day on which the clocks change has its own length", () => {
  expect(startOfDay(BERLIN, "2026-03-29")).toBe(Date.parse("2026-03-28T23:00:00Z"));
  expect(startOfDay(BERLIN, "2026-03-30")).toBe(Date.parse("2026-03-29T22:00:00Z"));
  const span = spanOf(
    { range: "custom", from: "2026-03-29", to: "2026-03-29", by: "hour" },
    BERLIN,
    now,
  );
  expect(bucketsOf(span, BERLIN, now)).toHaveLength(23);
});

test("chosen days hold both ends, and never more than a summary covers", () => {
  const span = spanOf({ range: "custom", from: "2026-11-01", to: "2026-11-03" }, "UTC", now);
  expect([span.from, span.to]).toEqual(["2026-11-01T00:00:00.000Z", "2026-11-04T00:00:00.000Z"]);
  expect(daysBetween("2026-11-03", "2026-11-01")).toBeNull();
  expect(daysBetween("2020-01-01", "2026-11-01")).toBeNull();
  expect(daysBetween("yesterday", "2026-11-01")).toBeNull();
});

test("what makes no sense in an address is the default", () => {
  const usual = spanOf({}, "UTC", now);
  expect(usual.range).toBe("30d");
  expect(spanOf({ range: "custom", from: "x", to: "y" }, "UTC", now)).toEqual(usual);
  expect(spanOf({ range: "12 parsecs", by: "hour" }, "UTC", now)).toEqual(usual);
});

test("days that are still to come have no bars", () => {
  const span = spanOf({ range: "custom", from: "2026-11-21", to: "2026-12-24" }, "UTC", now);
  expect(bucketsOf(span, "UTC", now)).toEqual(["2026-11-21", "2026-11-22"]);
  expect(dayOf("UTC", now)).toBe("2026-11-22");
});

test("many hours are marked by the days that begin, few by the clock", () => {
  const span = spanOf({ range: "7d", by: "hour" }, BERLIN, now);
  const hours = bucketsOf(span, BERLIN, now);
  const marks = hours.map((hour) => axisLabel(hour, "hour", BERLIN, hours.length)).filter(Boolean);
  expect(marks.slice(0, 2)).toEqual(["16 Nov", "17 Nov"]);
  expect(marks).toHaveLength(7);
  expect(axisLabel("2026-11-21T22:00:00.000Z", "hour", BERLIN, 24)).toBe("23:00");
  expect(axisLabel("2026-11-22", "day", BERLIN, 400)).toBe("22 Nov");
});
