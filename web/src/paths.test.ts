import { expect, test } from "vitest";
import { paths, safeReturn } from "./paths";

test("names in addresses are escaped", () => {
  expect(paths.flow("acme", "a/b c")).toBe("/acme/flows/a%2Fb%20c");
});

test("after signing in nobody is sent to another site", () => {
  for (const to of [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "javascript:x",
    "",
    null,
  ]) {
    expect(safeReturn(to)).toBeNull();
  }
  expect(safeReturn("/acme/keys?status=active")).toBe("/acme/keys?status=active");
});
