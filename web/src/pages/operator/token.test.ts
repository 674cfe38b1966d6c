import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { NEW_TOKEN, PERMISSIONS, stateOf, type Token, toBody } from "./token";

test("the permissions that can be chosen are those of the server", () => {
  const source = readFileSync("../crates/domain/src/access/permission.rs", "utf8");
  const table = [...source.matchAll(/= "(operator:\w+)": "([^"]+)"/g)].map(([, name, says]) => [
    name,
    says,
  ]);
  expect(PERMISSIONS).toEqual(table);
});

test("a token that was revoked is that, whenever it expires", () => {
  const at = "2026-11-22T10:00:00Z";
  const now = Date.parse("2026-11-22T11:00:00Z");
  const state = (revoked_at: string | null, expires_at: string | null) =>
    stateOf({ revoked_at, expires_at } as Token, now);
  expect(state(at, at)).toBe("revoked");
  expect(state(null, at)).toBe("expired");
  expect(state(null, "2027-01-01T00:00:00Z")).toBe("active");
  expect(state(null, null)).toBe("active");
});

test("a token without an end is sent without one", () => {
  expect(toBody({ ...NEW_TOKEN, name: " Gateway " })).toEqual({
    name: "Gateway",
    permissions: ["operator:verify"],
  });
});
