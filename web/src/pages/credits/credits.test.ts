import { expect, test } from "vitest";
import {
  type Cap,
  dailyRate,
  filled,
  type Grant,
  inBurnOrder,
  lasts,
  NEW_CAP,
  outlook,
  signed,
  toCap,
  validateCap,
} from "./credits";

const now = Date.parse("2026-11-22T12:00:00Z");
const day = (days: number) => new Date(now + days * 86_400_000).toISOString();
let made = 0;

function grant(over: Partial<Grant>): Grant {
  made += 1;
  return {
    id: `grt_${made}`,
    source: "promotion",
    credits: "100",
    remaining: "100",
    held: "0",
    priority: 0,
    effective_at: day(-1),
    expires_at: null,
    external_id: null,
    note: "",
    created_by: { kind: "system", id: null },
    created_at: day(-1),
    ...over,
  };
}

test("grants burn by priority, end, not paid for, age; then come later ones and those that are over", () => {
  const bought = grant({ source: "purchase", note: "bought" });
  const older = grant({ note: "older", created_at: day(-9) });
  const ends = grant({ note: "ends", expires_at: day(3) });
  const first = grant({ note: "first", priority: 10, source: "allowance" });
  const gone = grant({ note: "gone", expires_at: day(-0.5), remaining: "0" });
  const empty = grant({ note: "empty", remaining: "0" });
  const later = grant({ note: "later", effective_at: day(2) });
  const ordered = inBurnOrder([gone, bought, later, older, empty, first, ends], now);
  expect(ordered.map(({ grant: { note }, state, place }) => [note, state, place])).toEqual([
    ["first", "burning", 1],
    ["ends", "open", 2],
    ["older", "open", 3],
    ["bought", "open", 4],
    ["later", "later", null],
    ["gone", "expired", null],
    ["empty", "used up", null],
  ]);
});

test("a grant of which all is held stays open, and the next one burns", () => {
  const held = grant({ remaining: "0", held: "5", priority: 1 });
  expect(inBurnOrder([grant({}), held], now).map(({ state }) => state)).toEqual([
    "open",
    "burning",
  ]);
});

test("what is left goes down by the rate, and what ends is gone with its day", () => {
  const grants = [grant({ remaining: "10", expires_at: day(2) }), grant({ remaining: "9" })];
  const { points, days } = outlook(grants, 3_000_000n, "UTC", now, 5);
  // 3 of the first are spent on each of two days, 4 of it end, then the second is spent.
  expect(points.map(({ left }) => left)).toEqual([19, 16, 9, 6, 3, 0]);
  expect(points.map(({ bucket }) => bucket).at(-1)).toBe("2026-11-27");
  expect(days).toBe(5);
});

test("a grant that begins later is counted from then on", () => {
  const { points } = outlook(
    [grant({ remaining: "1" }), grant({ remaining: "0", effective_at: day(1.5) })],
    0n,
    "UTC",
    now,
    3,
  );
  expect(points.map(({ left }) => left)).toEqual([1, 1, 101, 101]);
});

test("how long they last is a sentence that promises no more than is known", () => {
  const shown = { points: [] };
  expect(lasts(0n, { ...shown, days: null })).toBe("Nothing was spent in the last 7 days.");
  expect(lasts(0n, { ...shown, days: 4 })).toMatch(/ends in 4 days/);
  expect(lasts(2_345_678n, { ...shown, days: 12 })).toBe(
    "At 2.34 credits a day, as in the last 7 days, they last about 12 days.",
  );
  expect(lasts(1n, { ...shown, days: null })).toMatch(/^At 0\.000001 credits .* more than a year/);
  expect(lasts(1n, { ...shown, days: 0 })).toBe("Nothing is left.");
});

test("the average begins with the first day that cost something", () => {
  const days = [
    { day: "2026-11-20", credits: "0" },
    { day: "2026-11-21", credits: "3" },
    { day: "2026-11-22", credits: "1.5" },
  ];
  expect(dailyRate(days, "2026-11-22")).toBe(2_250_000n);
  expect(dailyRate([], "2026-11-22")).toBe(0n);
});

test("a change has its sign", () => {
  expect([signed("10.5"), signed("-1000"), signed("0")]).toEqual(["+10.5", "−1,000", "0"]);
});

test("a cap is full when what is used and held reaches it", () => {
  const cap = (credits: string, used: string, held: string) => ({ credits, used, held }) as Cap;
  expect(filled(cap("10", "2.5", "2.5"))).toBe(50);
  expect(filled(cap("10", "12", "0"))).toBe(100);
  expect(filled(cap("0", "0", "0"))).toBe(100);
});

test("a cap of the workspace names nobody else, and an amount is an amount", () => {
  expect(toCap({ ...NEW_CAP, subject_id: "key_1", credits: " 5 " })).toEqual({
    subject_kind: "workspace",
    subject_id: null,
    period: "month",
    credits: "5",
  });
  expect(validateCap.subject_id("", { ...NEW_CAP, subject_kind: "key" })).toMatch(/Choose/);
  for (const text of ["", "ten", "0.1234567", "1e3"])
    expect(validateCap.credits(text), text).toMatch(/amount/);
  expect(validateCap.credits("-1")).toMatch(/0 or more/);
  expect(validateCap.credits("0")).toBeNull();
});
