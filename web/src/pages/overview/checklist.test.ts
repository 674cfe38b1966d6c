import { expect, test } from "vitest";
import { callSnippet, nextStep, stepsOf, verifySnippet } from "./checklist";

const nothing = { credits: false, key: false, flow: false, call: false };

test("the first thing that is missing is the next step", () => {
  expect(nextStep(stepsOf(nothing))).toBe("credits");
  expect(nextStep(stepsOf({ ...nothing, credits: true }))).toBe("key");
  expect(nextStep(stepsOf({ ...nothing, credits: true, key: true, flow: true }))).toBe("call");
  expect(nextStep(stepsOf({ credits: true, key: true, flow: true, call: true }))).toBeNull();
});

test("who was charged by the own API needs no flow", () => {
  expect(nextStep(stepsOf({ credits: true, key: true, flow: false, call: true }))).toBeNull();
});

test("snippets name this server and hold no key", () => {
  expect(callSnippet("http://here", "greeting")).toContain("http://here/v1/flows/greeting/call");
  expect(verifySnippet("http://here")).toContain("http://here/v1/operator/verify");
  expect(callSnippet("http://here", undefined)).not.toMatch(/gld_live_\w/);
});
