import { expect, test } from "vitest";
import { numberOf, whyNoNumber } from "./numbers";

test.each([
  ["60", 60],
  [" 1,000,000 ", 1_000_000],
  ["-2.50", -2.5],
  ["1,5", null],
  ["0,500", null],
  ["1.5.2", null],
  ["1e30", null],
  ["９", null],
  ["", null],
])("%j is the number %j", (text, number) => {
  expect(numberOf(text)).toBe(number);
});

test.each([
  ["0", /1 or more/],
  ["1,000,001", /1,000,000 or less/],
  ["99999999999999999999999", /or less/],
  ["1.5", /whole number/],
  ["many", /whole number/],
  ["1,000,000", null],
])("%j is answered with %j", (text, said) => {
  const why = whyNoNumber(text, { min: 1, max: 1_000_000 });
  if (said) expect(why).toMatch(said);
  else expect(why).toBeNull();
});

test("as many places as are allowed are taken", () => {
  expect(whyNoNumber("0.125", { min: 0, max: 1_000, places: 3 })).toBeNull();
  expect(whyNoNumber("0.1255", { min: 0, max: 1_000, places: 3 })).toMatch(/at most 3/);
  // One, to some readers.
  expect(whyNoNumber("1,000", { min: 0, max: 1_000, places: 3 })).toMatch(/such as 1.5/);
});
