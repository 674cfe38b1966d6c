import type { FullConfig, Reporter, Suite, TestStep } from "@playwright/test/reporter";

/** What colours text in a terminal. */
const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");

/**
 * Says in two lines for each failed test what failed in it. It runs after the list and stands at the very end, where
 * somebody who has only the last lines of a log finds it.
 */
export default class Failures implements Reporter {
  private suite?: Suite;

  onBegin(_config: FullConfig, suite: Suite) {
    this.suite = suite;
  }

  onEnd() {
    for (const test of this.suite?.allTests() ?? []) {
      const result = test.results.at(-1);
      if (test.ok() || !result) continue;
      const at = path(result.steps);
      const said = (result.error?.message ?? result.status)
        .replaceAll(COLOUR, "")
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean);
      const where = `${test.location.file.split("/").at(-1)}: ${[test.title, ...at].join(" > ")}`;
      process.stdout.write(
        `failed: ${where}\n        ${said.slice(0, 6).join(" | ").slice(0, 400)}\n`,
      );
    }
  }
}

/** The named steps down to the one that failed. */
function path(steps: TestStep[]): string[] {
  const failed = steps.find((step) => step.error);
  if (!failed) return [];
  return failed.category === "test.step" ? [failed.title, ...path(failed.steps)] : [];
}
