import { expect, test } from "vitest";
import { fromPrice, inWords, type Price, toPrice } from "./price";

test("a price that is opened and saved as it is stays as it is", () => {
  const price = {
    kind: "unit",
    subject: "tokens",
    credits: "0.5",
    per: 1000,
    updated_at: "2026-11-22T10:00:00Z",
  } as Price;
  expect(toPrice(fromPrice(price))).toEqual({
    kind: "unit",
    subject: "tokens",
    credits: "0.5",
    per: 1000,
  });
});

test("a price reads as a sentence", () => {
  expect(inWords({ credits: "1", per: 1 })).toBe("1 credit each");
  expect(inWords({ credits: "0.5", per: 1000 })).toBe("0.5 credits per 1,000");
});
