import { expect, test } from "vitest";
import {
  differences,
  erasedAt,
  merged,
  type SettingsValues,
  timeZones,
  toChange,
} from "./settings";

const BEFORE: SettingsValues = {
  name: "Acme",
  slug: "acme",
  description: "",
  picture_url: "",
  time_zone: "UTC",
};

test("only what is different is sent, and an empty picture takes it away", () => {
  expect(toChange(BEFORE, { ...BEFORE, name: " Acme " })).toEqual({});
  expect(toChange(BEFORE, { ...BEFORE, slug: "acme-2" })).toEqual({ slug: "acme-2" });
  const pictured = { ...BEFORE, picture_url: "https://example.com/a.png" };
  expect(toChange(pictured, BEFORE)).toEqual({ picture_url: null });
});

test("when two people changed different fields both changes stay", () => {
  const mine = { ...BEFORE, name: "Acme Ltd" };
  const theirs = { ...BEFORE, time_zone: "Europe/Berlin" };
  expect(merged(BEFORE, mine, theirs)).toEqual({
    ...BEFORE,
    name: "Acme Ltd",
    time_zone: "Europe/Berlin",
  });
  expect(differences(BEFORE, mine, theirs).map(({ both }) => both)).toEqual([false, false]);
});

test("when two people changed the same field both sides are shown", () => {
  const mine = { ...BEFORE, name: "Mine" };
  const theirs = { ...BEFORE, name: "Theirs" };
  expect(differences(BEFORE, mine, theirs)).toEqual([
    { field: "name", mine: "Mine", theirs: "Theirs", both: true },
  ]);
  expect(merged(BEFORE, mine, theirs).name).toBe("Mine");
});

test("a zone that the browser does not know stays to be chosen", () => {
  expect(timeZones("Mars/Olympus")[0]).toBe("Mars/Olympus");
  expect(timeZones("UTC").filter((zone) => zone === "UTC")).toHaveLength(1);
});

test("a deleted workspace is kept for thirty days", () => {
  expect(erasedAt("2026-11-22T10:00:00Z")).toBe("2026-12-22T10:00:00.000Z");
});
