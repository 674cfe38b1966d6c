import { describe, expect, it } from "vitest";
import { labelsThatFit, nearest, placesOf, runsOf, stacked, ticksTo } from "./scale";

describe("the steps of an axis", () => {
  it.each([
    [1, [0, 0.25, 0.5, 0.75, 1]],
    [0.3, [0, 0.1, 0.2, 0.3]],
    [7, [0, 2, 4, 6, 8]],
    [157, [0, 50, 100, 150, 200]],
    [2_593, [0, 1_000, 2_000, 3_000]],
    [0.000_004, [0, 0.000_001, 0.000_002, 0.000_003, 0.000_004]],
    [1e15, [0, 2.5e14, 5e14, 7.5e14, 1e15]],
  ])("up to %d are round and reach it", (max, ticks) => {
    expect(ticksTo(max)).toEqual(ticks);
  });

  it("are few and begin at nothing, whatever the highest value is", () => {
    for (let max = 1e-6; max < 1e12; max *= 1.37) {
      const ticks = ticksTo(max);
      expect(ticks[0]).toBe(0);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * 0.999_999);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(5);
    }
  });

  it.each([0, -3, Number.NaN, Number.POSITIVE_INFINITY])("up to %d are only the line", (max) => {
    expect(ticksTo(max)).toEqual([0]);
  });

  it("of whole things are whole", () => {
    expect(ticksTo(1, true)).toEqual([0, 1]);
    expect(ticksTo(2, true)).toEqual([0, 1, 2]);
    expect(ticksTo(3, true)).toEqual([0, 1, 2, 3]);
    expect(ticksTo(10, true)).toEqual([0, 5, 10]);
    for (let max = 1; max < 5_000; max += 7)
      expect(ticksTo(max, true).every(Number.isInteger)).toBe(true);
  });
});

describe("labels below the axis", () => {
  const days = Array.from({ length: 30 }, (_, day) => `day ${day}`);

  it("are all shown where there is room", () => {
    expect(labelsThatFit(days, 60, 50, "last")).toHaveLength(30);
  });

  it("are evenly far from each other and have the last, or the first, among them", () => {
    expect(labelsThatFit(days, 10, 48, "last")).toEqual([4, 9, 14, 19, 24, 29]);
    expect(labelsThatFit(days, 10, 48, "first")).toEqual([0, 5, 10, 15, 20, 25]);
  });

  it("stand only where there is one", () => {
    const hours = Array.from({ length: 72 }, (_, hour) => (hour % 24 === 5 ? "a day" : ""));
    expect(labelsThatFit(hours, 4, 48, "last")).toEqual([5, 29, 53]);
    expect(labelsThatFit(hours, 1, 48, "last")).toEqual([53 - 48, 53]);
  });

  it("are one when there is room for no more", () => {
    expect(labelsThatFit(days, 0.1, 48, "last")).toEqual([29]);
    expect(labelsThatFit(["a"], 300, 48, "last")).toEqual([0]);
    expect(labelsThatFit([], 300, 48, "last")).toEqual([]);
  });
});

describe("places", () => {
  it("of bands are their middles, of points from edge to edge", () => {
    expect([0, 1, 2].map(placesOf(3, 300, "bands").middle)).toEqual([50, 150, 250]);
    expect([0, 1, 2].map(placesOf(3, 300, "points").middle)).toEqual([0, 150, 300]);
    expect(placesOf(1, 300, "points").middle(0)).toBe(150);
  });

  it("that are pointed at are the nearest, also from outside", () => {
    expect(nearest(149, 3, 300, "bands")).toBe(1);
    expect(nearest(76, 3, 300, "points")).toBe(1);
    expect(nearest(-20, 3, 300, "points")).toBe(0);
    expect(nearest(999, 3, 300, "bands")).toBe(2);
    expect(nearest(10, 0, 300, "bands")).toBeNull();
    expect(nearest(10, 3, 0, "bands")).toBeNull();
  });
});

describe("values", () => {
  it("are put upon each other, and what is missing adds nothing", () => {
    expect(stacked([1, null, 2, Number.NaN])).toEqual([
      { from: 0, to: 1 },
      { from: 1, to: 1 },
      { from: 1, to: 3 },
      { from: 3, to: 3 },
    ]);
  });

  it("with a gap between them are drawn apart", () => {
    expect(runsOf([null, 1, 2, null, 3, null])).toEqual([[1, 2], [4]]);
    expect(runsOf([null, undefined])).toEqual([]);
  });
});
