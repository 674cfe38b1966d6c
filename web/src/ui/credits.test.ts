import { expect, test } from "vitest";
import { formatCredits, fromMicro, isCredits, toMicro, whyNoCredits } from "./credits";

test("credits are shown digit by digit, never through a float", () => {
  expect(formatCredits("9007199254740993.000001")).toBe("9,007,199,254,740,993.000001");
  expect(formatCredits("0")).toBe("0");
  expect(formatCredits("-1234.5")).toBe("−1,234.5");
});

test("microcredits there and back", () => {
  for (const amount of ["0", "0.000001", "-0.5", "12", "123456789012.345678"]) {
    expect(fromMicro(toMicro(amount))).toBe(amount);
  }
});

test("what is no amount is refused", () => {
  for (const text of ["", "1e5", "1.0000001", "1,5", "abc", "."])
    expect(isCredits(text)).toBe(false);
});

test("an amount that no account can hold is answered before it is sent", () => {
  expect(["0", "9223372036854.775807"].map(whyNoCredits)).toEqual([null, null]);
  expect(whyNoCredits("9223372036854.775808")).toMatch(/or less/);
  expect(whyNoCredits("-1")).toMatch(/0 or more/);
  expect(whyNoCredits("1e30")).toMatch(/amount/);
});
