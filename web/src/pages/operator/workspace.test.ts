import { expect, test } from "vitest";
import type { Workspace } from "~/api/types";
import { asCorrection, asEnd, asGift, NEW_GRANT, stateOf, stateQuery, toGrant } from "./workspace";

test("amounts are answered at the field before they are sent", () => {
  expect(asGift("100.5")).toBeNull();
  expect(asGift("0")).toMatch(/more than 0/);
  expect(asGift("1,000")).toMatch(/decimal places/);
  expect(asCorrection("-3")).toBeNull();
  expect(asCorrection("0.000000")).toMatch(/not be 0/);
});

test("what is left empty is not sent with a gift", () => {
  expect(toGrant({ ...NEW_GRANT, credits: " 5 ", note: "  " })).toEqual({
    credits: "5",
    source: "promotion",
  });
});

test("a gift cannot end before it begins", () => {
  expect(asEnd("2001-01-01 00:00:00")).toMatch(/still to come/);
  expect(asEnd("2100-01-01 00:00:00", "2100-02-01 00:00:00")).toMatch(/before it begins/);
  expect(asEnd("2100-01-01 00:00:00", "2099-02-01 00:00:00")).toBeNull();
});

test("deleted says more than suspended", () => {
  const at = "2026-11-22T10:00:00Z";
  expect(stateOf({ suspended_at: at, deleted_at: at } as Workspace)).toBe("deleted");
  expect(stateQuery("in use")).toEqual({ suspended: false, deleted: false });
  expect(stateQuery("nonsense")).toEqual({});
});
