import { expect, test } from "vitest";
import { fromKey, type Key, NEW_KEY, toBody, toCap, toChange, validate } from "./key";

test("nothing chosen is no restriction", () => {
  expect(toBody({ ...NEW_KEY, name: "  Checkout " })).toEqual({
    name: "Checkout",
    description: "",
    kind: "live",
    permissions: ["flows:call"],
    flows: null,
    environments: null,
    addresses: null,
    expires_at: null,
    rate_limit_per_minute: null,
  });
});

test("a key that is opened and saved as it is stays as it is", () => {
  const key = {
    name: "Checkout",
    description: "Of the shop",
    kind: "live",
    permissions: ["flows:call"],
    flows: ["flw_1"],
    environments: null,
    addresses: ["203.0.113.0/24"],
    rate_limit_per_minute: 60,
    expires_at: "2027-01-31T08:30:15.000Z",
  } as Key;
  const { kind: _, ...rest } = key;
  expect(toChange(fromKey(key))).toEqual(rest);
});

test("an end in the past is answered at the field", () => {
  expect(validate.expires_at("2001-01-01 00:00:00")).toMatch(/still to come/);
  expect(validate.expires_at(null)).toBeNull();
});

test("a cap is set only where one was typed", () => {
  expect(toCap(NEW_KEY, "key_1")).toBeNull();
  expect(toCap({ ...NEW_KEY, cap_credits: " 12.5 " }, "key_1")).toEqual({
    subject_kind: "key",
    subject_id: "key_1",
    period: "month",
    credits: "12.5",
  });
  expect(validate.cap_credits("a lot")).toMatch(/amount/);
  expect(validate.cap_credits("")).toBeNull();
});

test("a limit that is none, or out of bounds, is answered at the field", () => {
  const why = (text: string) => validate.rate_limit_per_minute(text);
  expect(["", " 60 ", "1,000,000"].map(why)).toEqual([null, null, null]);
  expect(why("0")).toMatch(/1 or more/);
  expect(why("1000001")).toMatch(/1,000,000 or less/);
  expect(why("1.5")).toMatch(/whole number/);
});
