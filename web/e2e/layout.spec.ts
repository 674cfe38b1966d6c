import type { Page } from "@playwright/test";
import { expect, expectNoOverflow, GREETING, test } from "./fixture";
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

test("names as long as they may be, in any script, fit every page", async ({
  page,
  person,
  grant,
  request,
}) => {
  test.slow();
  // Without a place to break it, from the left and from the right, and outside of the first plane.
  const name = `Ünï😀שלום${"W".repeat(60)}`;
  await grant(person.ws, "10");
  await person.call("PATCH", `/v1/workspaces/${person.workspaceId}`, {
    name,
    description: "D".repeat(300),
  });
  const flow = await person.deployFlow(name, GREETING);
  await person.call("PATCH", `/v1/flows/${flow}`, { description: "x".repeat(300) });
  await person.call("POST", `/v1/flows/${flow}/versions`, {
    definition: GREETING.replace("Hello", "Welcome"),
    comment: name,
  });
  await person.call("POST", `/v1/flows/${flow}/deployments`, {
    environment: "production",
    version: 2,
    note: name,
  });
  const key = await person.call<{ id: string; key: string }>("POST", "/v1/keys", { name });
  const called = await request.post(`/v1/flows/${flow}/call`, {
    headers: { authorization: `Bearer ${key.key}` },
    data: { name: "مرحبا".repeat(40) },
  });
  expect(called.ok()).toBe(true);
  const { items } = await person.call<{ items: { id: string }[] }>("GET", "/v1/runs");
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const path of [
      "",
      "/flows",
      `/flows/${flow}`,
      `/flows/${flow}/editor`,
      `/flows/${flow}/versions`,
      `/flows/${flow}/deployments`,
      `/flows/${flow}/api`,
      "/runs",
      `/runs/${items[0]?.id}`,
      "/keys",
      `/keys/${key.id}`,
      "/credits/ledger",
      "/usage?group=flow",
      "/usage/events",
      "/settings",
    ]) {
      await test.step(`${path} at ${width}`, async () => {
        await page.goto(`/${person.ws}${path}`);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await page.waitForLoadState("networkidle");
        await expect(page.locator("[aria-busy='true'], .mantine-Skeleton-root")).toHaveCount(0);
        await expectNoOverflow(page);
      });
    }
  }
});

test("what a sign-in is refused with fits a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/sign-in");
  await page.getByLabel("Mail address").fill("nobody@example.com");
  await page.getByLabel(/^Password/).fill("a wrong password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("wrong");
  await expectNoOverflow(page);
});
