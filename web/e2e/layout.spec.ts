import type { Page } from "@playwright/test";
import { expect, test } from "./fixture";
import { furnish } from "./furnish";

/** From here on people notice that something jumped. */
const SHIFT_MAX = 0.1;
/** Answers arrive one after the other, as over a real line, so that whatever can push something does. */
const ANSWER_MS = [80, 160, 240];

/** What moved on the page since it was opened, without being asked to. */
async function shiftOf(page: Page, path: string): Promise<number> {
  await page.goto(path);
  await page.waitForLoadState("networkidle");
  await expect(page.locator("[aria-busy='true'], .mantine-Skeleton-root")).toHaveCount(0);
  return page.evaluate(() => (window as unknown as { shifted: number }).shifted);
}

test("nothing jumps while a page is loaded", async ({ page, context, operator, server }) => {
  test.slow();
  const { person, flow, run, key } = await furnish(operator, server.url, 40);
  await context.addCookies((await operator.api.storageState()).cookies);
  await page.addInitScript(() => {
    const sum = window as unknown as { shifted: number };
    sum.shifted = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        sum.shifted += (entry as PerformanceEntry & { value: number }).value;
    }).observe({ type: "layout-shift", buffered: true });
  });
  let asked = 0;
  await page.route("**/v1/**", async (route) => {
    asked += 1;
    const wait = ANSWER_MS[asked % ANSWER_MS.length];
    await new Promise((done) => setTimeout(done, wait));
    await route.continue();
  });
  const jumped: string[] = [];
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of [
      "",
      "/flows",
      `/flows/${flow}`,
      `/flows/${flow}/editor`,
      `/flows/${flow}/deployments`,
      "/runs",
      `/runs/${run}`,
      "/keys",
      `/keys/${key}`,
      "/credits",
      "/credits/ledger",
      "/usage",
      "/settings",
    ]) {
      const shift = await shiftOf(page, `/${person.ws}${path}`);
      if (shift >= SHIFT_MAX) jumped.push(`${path} at ${width}: ${shift.toFixed(3)}`);
    }
  }
  expect(jumped).toEqual([]);
});
