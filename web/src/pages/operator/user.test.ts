import { expect, test } from "vitest";
import { offOf, standingQuery } from "./user";

test("nobody locks himself out, and nobody is made operator twice", () => {
  expect(offOf({ operator_since: "2026-11-22T10:00:00Z" }, true).disable).toMatch(/yourself/);
  expect(offOf({ operator_since: "2026-11-22T10:00:00Z" }, false).promote).toMatch(/already/);
  expect(offOf({ operator_since: null }, false)).toEqual({ promote: null, disable: null });
});

test("a standing that is none asks for everybody", () => {
  expect(standingQuery("operator")).toEqual({ operator: true });
  expect(standingQuery("nonsense")).toEqual({});
});
