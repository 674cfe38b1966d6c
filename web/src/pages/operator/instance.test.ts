import { expect, test } from "vitest";
import { fromSettings, type Settings, toChange } from "./instance";

const SETTINGS: Settings = {
  product_name: "Guildhall",
  logo_url: "https://example.com/logo.svg",
  support_url: null,
  sign_up: "open",
  signup_bonus: "0",
  flow_call_price: "1",
  verify_price: "1",
};

test("only what is different is sent, so that the change of somebody else stays", () => {
  const before = fromSettings(SETTINGS);
  expect(toChange(before, before)).toEqual({});
  expect(toChange(before, { ...before, sign_up: "closed", signup_bonus: " 5 " })).toEqual({
    sign_up: "closed",
    signup_bonus: "5",
  });
});

test("an empty address takes it away", () => {
  const before = fromSettings(SETTINGS);
  expect(toChange(before, { ...before, logo_url: "" })).toEqual({ logo_url: null });
});
