import { expect, test } from "vitest";
import { placeErrors } from "./fields";

const at = (pointer: string | null, message: string) => ({ pointer, message, code: "invalid" });

test("what the server says stands at its field", () => {
  const { errors, rest } = placeErrors(
    [
      at("/name", "must not be empty"),
      at("/permissions/1", "is unknown"),
      at("/overlap_seconds", "is too long"),
    ],
    ["name", "permissions", "overlap"],
    { "/overlap_seconds": "overlap" },
  );
  expect(errors).toEqual({
    name: "Must not be empty.",
    permissions: "Is unknown.",
    overlap: "Is too long.",
  });
  expect(rest).toEqual([]);
});

test("what belongs to no field is said all the same", () => {
  expect(placeErrors([at("/other", "is unknown"), at(null, "is odd")], ["name"])).toEqual({
    errors: {},
    rest: ["other: is unknown", "Is odd."],
  });
});
