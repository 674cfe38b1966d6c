import { expect, test } from "vitest";
import { Refused, Unreachable } from "./error";
import { say, sentence } from "./problems";
import type { Problem } from "./types";

const refused = (problem: Partial<Problem>) =>
  new Refused(
    {
      type: "x",
      title: "Title",
      status: 422,
      instance: "req_1",
      code: "invalid",
      ...problem,
    } as Problem,
    null,
  );

test("a code that only a newer server knows is told in the server's words", () => {
  expect(sentence(refused({ code: "brand_new" as never, detail: "Because." }))).toBe("Because.");
});

test("who may is named when a permission is missing", () => {
  const error = refused({ code: "permission_denied", status: 403, roles: ["owner", "admin"] });
  expect(sentence(error)).toBe("Your role may not do this; owner, admin may.");
});

test("an error of the server offers the request id and another try", () => {
  expect(say(refused({ code: "internal_error", status: 500 }))).toMatchObject({
    requestId: "req_1",
    again: true,
  });
  expect(say(new Unreachable())).toMatchObject({ requestId: null, again: true });
});
