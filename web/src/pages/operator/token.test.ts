import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fromToken, NEW_TOKEN, PERMISSIONS, type Token, toBody, validate } from "./token";

test("the permissions that can be chosen are those of the server", () => {
  const source = readFileSync("../crates/domain/src/access/permission.rs", "utf8");
  const table = [...source.matchAll(/= "(operator:\w+)": "([^"]+)"/g)].map(([, name, says]) => [
    name,
    says,
  ]);
  expect(PERMISSIONS).toEqual(table);
});

test("nothing chosen is no restriction", () => {
  expect(toBody({ ...NEW_TOKEN, name: " Gateway " })).toEqual({
    name: "Gateway",
    description: "",
    permissions: ["operator:verify"],
    addresses: null,
    expires_at: null,
    rate_limit_per_minute: null,
  });
});

test("a token that is opened and saved as it is stays as it is", () => {
  const token = {
    name: "Gateway",
    description: "In front of the shop",
    permissions: ["operator:verify", "operator:refund"],
    addresses: ["203.0.113.0/24"],
    rate_limit_per_minute: 600,
    expires_at: "2027-01-31T08:30:15.000Z",
  } as Token;
  expect(toBody(fromToken(token))).toEqual(token);
});

test("a token without a permission, or with an end in the past, is answered at the field", () => {
  expect(validate.permissions([])).toMatch(/can do nothing/);
  expect(validate.expires_at("2001-01-01 00:00:00")).toMatch(/still to come/);
  expect(validate.rate_limit_per_minute("0")).toMatch(/1 or more/);
});
