import { expect, test } from "vitest";
import { barsOf, chartGroups, errorRate, type Item, latencyOf, outcome } from "./summary";

const latency_ms = { mean: 1, p50: 2, p95: 5, p99: 5 };
const item = (day: string, flow: string | null, calls: number, credits: string): Item => ({
  day,
  flow,
  calls,
  credits,
  errors: 0,
  refused: 0,
  latency_ms,
});

test("a day without a call is a bar of height 0, and the biggest thing is the first", () => {
  const items = [item("2026-11-20", "flw_a", 1, "0.1"), item("2026-11-22", "flw_b", 2, "0.200001")];
  const { series, data } = barsOf(
    items,
    ["2026-11-20", "2026-11-21", "2026-11-22"],
    "flow",
    "credits",
  );
  expect(series.map(({ value }) => value)).toEqual(["flw_b", "flw_a"]);
  expect(data).toEqual([
    { bucket: "2026-11-20", s0: 0, s1: 0.1 },
    { bucket: "2026-11-21", s0: 0, s1: 0 },
    { bucket: "2026-11-22", s0: 0.200001, s1: 0 },
  ]);
});

test("more things than can be told apart become one, and none is lost", () => {
  const items = Array.from({ length: 20 }, (_, index) =>
    item("2026-11-20", `flw_${index}`, index + 1, "0.1"),
  );
  const { series, data } = barsOf(items, ["2026-11-20"], "flow", "calls");
  expect(series).toHaveLength(6);
  expect(series.at(-1)).toMatchObject({ isRest: true });
  const { bucket: _, ...sums } = data[0] ?? {};
  expect(Object.values(sums).reduce((sum: number, one) => sum + Number(one), 0)).toBe(210);
});

test("credits are added up exactly before they are drawn", () => {
  const items = Array.from({ length: 10 }, () => item("2026-11-20", null, 1, "0.1"));
  expect(barsOf(items, ["2026-11-20"], "time", "credits").data).toEqual([
    { bucket: "2026-11-20", s0: 1 },
  ]);
});

test("latency has no point where there was no call", () => {
  const items = [item("2026-11-20", null, 1, "1")];
  expect(latencyOf(items, ["2026-11-20", "2026-11-21"])).toEqual([
    { bucket: "2026-11-20", p50: 2, p95: 5 },
    { bucket: "2026-11-21", p50: null, p95: null },
  ]);
  expect(chartGroups("flow", "day", "latency")).toBe("day");
  expect(chartGroups("flow", "hour", "calls")).toBe("hour,flow");
});

test("a share of errors is never rounded to none", () => {
  expect(errorRate({ calls: 0, errors: 0 })).toBe("0%");
  expect(errorRate({ calls: 100_000, errors: 1 })).toBe("< 0.1%");
  expect(errorRate({ calls: 200, errors: 1 })).toBe("0.5%");
  expect(errorRate({ calls: 3, errors: 1 })).toBe("33%");
});

test("outcomes are words", () => {
  expect(outcome("timed_out")).toBe("timed out");
  expect(outcome("refused_no_credits")).toBe("refused: no credits");
});
