import { expect, test } from "vitest";
import { describeAgent } from "./agent";

const CHROME =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

test("a browser is known by what it is, not by what else it claims to be", () => {
  expect(describeAgent(CHROME)).toBe("Chrome on Linux");
  expect(describeAgent(`${CHROME} Edg/142.0.0.0`)).toBe("Edge on Linux");
  expect(
    describeAgent(
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
    ),
  ).toBe("Safari on iPhone");
  expect(
    describeAgent("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"),
  ).toBe("Firefox on Windows");
});

test("a program that is no browser is shown as it was sent", () => {
  expect(describeAgent("deploy-bot 1.2")).toBe("deploy-bot 1.2");
  expect(describeAgent("  ")).toBe("A program that does not say its name");
});
