import type { APIRequestContext } from "@playwright/test";
import {
  downloaded,
  expect,
  expectAccessible,
  expectNoOverflow,
  GREETING,
  type Person,
  test,
} from "./fixture";

/** Ends each call with an error. */
const FAILING = `document: { dsl: '1.0.3', namespace: test, name: failing, version: '1.0.0' }
do:
  - fail:
      raise:
        error: { type: "https://example.com/broken", status: 500, title: Broken }
`;

/** Calls as a program does. */
async function calls(api: APIRequestContext, key: string, flow: string, times: number) {
  for (let done = 0; done < times; done += 1)
    await api.post(`/v1/flows/${flow}/call`, {
      headers: { authorization: `Bearer ${key}` },
      data: { name: "Ada" },
    });
}

type Line = { available_delta: string; held_delta: string; usage: string | null };

/** What the closing lines of calls took, in millionths. */
async function chargedBy(person: Person): Promise<bigint> {
  const { items } = await person.call<{ items: Line[] }>("GET", "/v1/credits/ledger?limit=200");
  const micro = (credits: string) => {
    const [whole = "0", part = ""] = credits.replace("-", "").split(".");
    const sum = BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, "0"));
    return credits.startsWith("-") ? -sum : sum;
  };
  return items
    .filter(({ usage }) => usage)
    .reduce((sum, line) => sum - micro(line.available_delta) - micro(line.held_delta), 0n);
}

test("totals equal the ledger's, by time, flow, key and outcome", async ({
  page,
  person,
  grant,
  request,
}) => {
  // Many views, each looked through for everybody's use in light and dark.
  test.slow();
  await grant(person.ws, "100");
  const greeting = await person.deployFlow("Greeting", GREETING);
  const failing = await person.deployFlow("Failing", FAILING);
  const [checkout, nightly] = [
    await person.key({ name: "Checkout" }),
    await person.key({ name: "Nightly" }),
  ];
  await calls(request, checkout, greeting, 3);
  await calls(request, nightly, greeting, 2);
  await calls(request, nightly, failing, 1);
  const charged = await chargedBy(person);
  expect(charged).toBeGreaterThan(0n);
  const total = String(charged / 1_000_000n);

  await page.goto(`/${person.ws}/usage`);
  const table = page.getByRole("table", { name: "Usage" });
  const last = table.getByRole("row").last();
  await expect(last).toContainText("Total");
  await expect(last.getByRole("cell").nth(1)).toHaveText("6");
  await expect(last.getByRole("cell").nth(2)).toHaveText("1");
  await expect(last.getByRole("cell").last()).toHaveText(total);
  await expect(page.getByRole("img", { name: /^Credits by day/ })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("combobox", { name: "Group by" }).click();
  await page.getByRole("option", { name: "By flow" }).click();
  await expect(page).toHaveURL(/group=flow/);
  await expect(
    table
      .getByRole("row", { name: /^Greeting/ })
      .getByRole("cell")
      .nth(1),
  ).toHaveText("5");
  await expect(
    table
      .getByRole("row", { name: /^Failing/ })
      .getByRole("cell")
      .nth(2),
  ).toHaveText("1");
  await expect(last.getByRole("cell").last()).toHaveText(total);
  await expect(page.getByRole("img", { name: /stacked by flow/ })).toBeVisible();
  await expectAccessible(page);

  await page.goto(`/${person.ws}/usage?group=key&range=24h&metric=calls`);
  await expect(page.getByRole("img", { name: /^Calls by hour, stacked by API key/ })).toBeVisible();
  await expect(
    table
      .getByRole("row", { name: /^Checkout/ })
      .getByRole("cell")
      .nth(1),
  ).toHaveText("3");
  await expect(last.getByRole("cell").last()).toHaveText(total);

  await page.goto(`/${person.ws}/usage?group=status&metric=latency`);
  await expect(page.getByRole("img", { name: /^Latency by day/ })).toBeVisible();
  await expect(
    table
      .getByRole("row", { name: /^failed/ })
      .getByRole("cell")
      .nth(1),
  ).toHaveText("1");
  await expectAccessible(page);

  // The name of a row leads to its calls.
  await table.getByRole("link", { name: "failed" }).click();
  await expect(page).toHaveURL(/usage\/events\?.*status=failed/);
  await expect(page.getByRole("table", { name: "Calls" }).getByRole("row")).toHaveCount(2);
  await expect(page.getByRole("cell", { name: "Failing" })).toBeVisible();
  await expectAccessible(page);
});

test("calls are listed, opened and exported as the filters say", async ({
  page,
  person,
  grant,
  request,
}) => {
  await grant(person.ws, "100");
  const flow = await person.deployFlow("Greeting", GREETING);
  const key = await person.key({ name: "Checkout" });
  await calls(request, key, flow, 3);
  await page.goto(`/${person.ws}/usage/events`);
  const rows = page.getByRole("table", { name: "Calls" }).getByRole("row");
  await expect(rows).toHaveCount(4);
  await rows.nth(1).getByRole("link").click();
  const one = page.getByRole("dialog", { name: "One call" });
  await expect(one.getByText("Checkout")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(one).toHaveCount(0);

  for (const [name, lines] of [
    ["CSV", 4],
    ["NDJSON", 3],
  ] as const) {
    await page.getByRole("button", { name: "Export" }).click();
    const item = page.getByRole("menuitem", { name: new RegExp(`^${name}`) });
    expect(await downloaded(page, () => item.click())).toHaveLength(lines);
  }

  await page.getByRole("combobox", { name: "Outcome" }).click();
  await page.getByRole("option", { name: "timed out" }).click();
  await expect(page.getByRole("heading", { name: "No call fits" })).toBeVisible();
  await page.getByRole("button", { name: "Show all calls" }).click();
  await expect(rows).toHaveCount(4);
});

test("refused calls are counted, found by the reason, and exported as they are filtered", async ({
  page,
  person,
  grant,
  request,
}) => {
  const flow = await person.deployFlow("Greeting", GREETING);
  const poor = await person.key({ name: "Too early" });
  await calls(request, poor, flow, 2);
  await grant(person.ws, "100");
  await calls(request, poor, flow, 1);
  await page.goto(`/${person.ws}/usage?group=key`);
  // Refusals are added to the sums a moment later.
  await expect(async () => {
    await page.reload();
    await expect(page.getByRole("link", { name: "and 2 refused" })).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await page.getByRole("link", { name: "and 2 refused" }).click();
  await expect(page).toHaveURL(/status=refused/);
  const table = page.getByRole("table", { name: "Calls" });
  await expect(table.getByText("refused: insufficient credits").first()).toBeVisible();
  await expect(table.getByRole("cell", { name: "Too early" }).first()).toBeVisible();
  await expect(page.getByText("Refused calls cost nothing.", { exact: false })).toBeVisible();
  await expectAccessible(page);
  const shown = (await table.getByRole("row").count()) - 1;
  const ndjson = async () => {
    await page.getByRole("button", { name: "Export" }).click();
    return downloaded(page, () => page.getByRole("menuitem", { name: /^NDJSON/ }).click());
  };
  const refused = await ndjson();
  expect(refused).toHaveLength(shown);
  expect(refused.join()).not.toContain('"succeeded"');
  await page.getByRole("combobox", { name: "Outcome" }).click();
  await page.getByRole("option", { name: "succeeded" }).click();
  await expect(table.getByRole("row")).toHaveCount(2);
  expect(await ndjson()).toHaveLength(1);
});

test("without a call the page says what will be here; the days can be chosen without a mouse", async ({
  page,
  person,
}) => {
  await page.goto(`/${person.ws}/usage`);
  await expect(page.getByRole("heading", { name: "No calls in this time" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("combobox", { name: "Time" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("option", { name: "Chosen days" })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/range=custom&from=\d{4}-\d{2}-\d{2}&to=/);
  await page.getByLabel("First day").fill("2026-01-01");
  await expect(page).toHaveURL(/from=2026-01-01/);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoOverflow(page);
  await expectAccessible(page);
  await page.goto(`/${person.ws}/usage/events`);
  await expect(page.getByRole("heading", { name: "No calls in this time" })).toBeVisible();
  await expectNoOverflow(page);
});

test("a chart tells its figures to the pointer and to the arrow keys", async ({
  page,
  person,
  grant,
  request,
}) => {
  await grant(person.ws, "100");
  const greeting = await person.deployFlow("Greeting", GREETING);
  await calls(request, await person.key({ name: "Checkout" }), greeting, 3);
  await calls(request, await person.key({ name: "Nightly" }), greeting, 2);

  await page.goto(`/${person.ws}/usage?group=key&metric=calls`);
  const chart = page.getByRole("figure");
  const slider = page.getByRole("slider", { name: "The chart day by day" });
  await slider.focus();
  await expect(slider).toHaveAttribute("aria-valuetext", /2026: Checkout 3, Nightly 2$/);
  await expect(chart).toContainText("Total");
  await page.keyboard.press("ArrowLeft");
  await expect(slider).toHaveAttribute("aria-valuetext", /Checkout 0, Nightly 0$/);
  await page.keyboard.press("Escape");
  await expect(chart).not.toContainText("Total");

  const picture = page.getByRole("img", { name: /^Calls by day/ });
  const box = await picture.boundingBox();
  if (!box) throw new Error("the chart is not to be seen");
  await picture.hover({ position: { x: box.width - 8, y: box.height / 2 } });
  await expect(chart).toContainText(/Total\s*5/);

  // On a phone the tip stays within the page.
  await page.setViewportSize({ width: 390, height: 844 });
  await slider.focus();
  await expect(chart).toContainText("Total");
  await expectNoOverflow(page);
});
