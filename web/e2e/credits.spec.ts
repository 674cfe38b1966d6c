import { downloaded, expect, expectAccessible, expectNoOverflow, GREETING, test } from "./fixture";

test("grants stand in the order they burn, and a call takes from the first", async ({
  page,
  person,
  operator,
}) => {
  const give = (body: Record<string, unknown>) =>
    operator.call("POST", `/v1/operator/workspaces/${person.ws}/grants`, body);
  await page.goto(`/${person.ws}/credits`);
  await expect(page.getByRole("heading", { name: "No credits yet" })).toBeVisible();
  await expectAccessible(page);

  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  await give({ credits: "100", source: "purchase", note: "Bought" });
  await give({ credits: "20.5", source: "promotion", note: "Ends soon", expires_at: inDays(5) });
  await give({ credits: "7", source: "trial", note: "Later", effective_at: inDays(9) });
  const flow = await person.deployFlow("Greeting", GREETING);
  await person.call("POST", `/v1/flows/${flow}/call`, { name: "Ada" });
  await page.reload();
  const rows = page.getByRole("table", { name: "Grants" }).getByRole("row");
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(1)).toContainText("Ends soon");
  await expect(rows.nth(1)).toContainText("burning");
  await expect(rows.nth(1).getByRole("cell").last()).toHaveText("19.5");
  await expect(rows.nth(2)).toContainText("Bought");
  await expect(rows.nth(3)).toContainText("later");
  const figures = page.getByRole("main");
  await expect(figures.getByText("119.5", { exact: true })).toBeVisible();
  await expect(page.getByRole("img", { name: /^Credits that are left/ })).toBeVisible();
  await expectAccessible(page);
});

test("the ledger is read by cursor, narrowed, and leads to the call", async ({
  page,
  person,
  grant,
}) => {
  await grant(person.ws, "100");
  const flow = await person.deployFlow("Greeting", GREETING);
  for (let call = 0; call < 55; call += 1)
    await person.call("POST", `/v1/flows/${flow}/call`, { name: "Ada" });
  await page.goto(`/${person.ws}/credits/ledger`);
  const rows = page.getByRole("table", { name: "Ledger" }).getByRole("row");
  await expect(rows).toHaveCount(51);
  await expect(rows.nth(1).getByRole("cell").first()).toHaveText("56");
  await expect(rows.nth(1)).toContainText("−1");
  await expect(rows.nth(1).getByRole("cell").last()).toHaveText("45");
  await expectAccessible(page);
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page).toHaveURL(/cursor=/);
  await expect(rows).toHaveCount(7);
  await expect(rows.last()).toContainText("+100");
  await page.getByRole("button", { name: "Previous" }).click();
  await expect(rows).toHaveCount(51);
  await page.getByRole("combobox", { name: "Kind" }).click();
  await page.getByRole("option", { name: "grant", exact: true }).click();
  await expect(rows).toHaveCount(2);
  // What is exported is what is shown, and all of it.
  const lines = async () => {
    await page.getByRole("button", { name: "Export" }).click();
    return downloaded(page, () => page.getByRole("menuitem", { name: /^NDJSON/ }).click());
  };
  expect(await lines()).toHaveLength(1);
  await page.getByRole("combobox", { name: "Kind" }).click();
  await page.getByRole("option", { name: "grant", exact: true }).click();
  await expect(rows).toHaveCount(51);
  expect(await lines()).toHaveLength(56);
  await page.goto(`/${person.ws}/credits/ledger?kind=expire`);
  await expect(page.getByRole("heading", { name: "No line of kind expire" })).toBeVisible();
  await page.getByRole("button", { name: "Show all lines" }).click();
  await page.getByRole("link", { name: "the call" }).first().click();
  await expect(page.getByRole("dialog", { name: "One call" })).toContainText("Greeting");
});

test("a cap is set, refuses, is changed and removed", async ({ page, person, grant, request }) => {
  test.slow();
  await grant(person.ws, "100");
  const flow = await person.deployFlow("Greeting", GREETING);
  const key = await person.key({ name: "Checkout" });
  const call = async () =>
    (
      await request.post(`/v1/flows/${flow}/call`, {
        headers: { authorization: `Bearer ${key}` },
        data: { name: "Ada" },
      })
    ).status();
  expect(await call()).toBe(200);

  await page.goto(`/${person.ws}/credits/caps`);
  await expect(page.getByRole("heading", { name: "No caps" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Set cap" }).first().click();
  const drawer = page.getByRole("dialog", { name: "Set cap" });
  await drawer.getByRole("combobox", { name: "Whose spending it limits" }).click();
  await page.getByRole("option", { name: "A person" }).click();
  await drawer.getByLabel(/^Person/).fill("usr_nobody");
  await drawer.getByLabel(/^Credits/).fill("a lot");
  await drawer.getByRole("button", { name: "Set cap" }).click();
  await expect(drawer.getByText(/Type an amount/)).toBeVisible();
  await drawer.getByLabel(/^Credits/).fill("2");
  await drawer.getByRole("button", { name: "Set cap" }).click();
  await expect(drawer.getByLabel(/^Person/)).toHaveAttribute("aria-invalid", "true");
  await expect(drawer.getByLabel(/^Credits/)).toHaveValue("2");
  await expectAccessible(page);
  await drawer.getByRole("combobox", { name: "Whose spending it limits" }).click();
  await page.getByRole("option", { name: "An API key" }).click();
  await drawer.getByRole("combobox", { name: "API key", exact: true }).click();
  await page.getByRole("option", { name: "Checkout" }).click();
  await drawer.getByRole("button", { name: "Set cap" }).click();

  const row = page.getByRole("row", { name: /^Checkout/ });
  await expect(row).toContainText("month");
  // What was spent before the cap was set counts already.
  await expect(row.getByRole("cell").nth(2)).toHaveText("1");
  await expectAccessible(page);
  expect(await call()).toBe(200);
  expect(await call()).toBe(402);

  await row.getByRole("button", { name: /^Change the cap of Checkout/ }).click();
  const change = page.getByRole("dialog", { name: "Change cap" });
  await expect(change.getByLabel(/^Credits/)).toHaveValue("2");
  await change.getByLabel(/^Credits/).fill("3");
  await change.getByRole("button", { name: "Save" }).click();
  await expect(change).toHaveCount(0);
  expect(await call()).toBe(200);

  await row.getByRole("button", { name: /^Remove the cap of Checkout/ }).click();
  await page
    .getByRole("dialog", { name: "Remove cap" })
    .getByRole("button", { name: "Remove cap" })
    .click();
  await expect(page.getByRole("heading", { name: "No caps" })).toBeVisible();
  expect(await call()).toBe(200);
});

test("the pages of credits fit a phone", async ({ page, person, grant }) => {
  test.slow();
  await page.setViewportSize({ width: 390, height: 844 });
  await grant(person.ws, "1234567.123456");
  await person.call("PUT", "/v1/caps", {
    subject_kind: "workspace",
    period: "day",
    credits: "123456.5",
  });
  for (const [path, table] of [
    ["credits", "Grants"],
    ["credits/ledger", "Ledger"],
    ["credits/caps", "Caps"],
  ]) {
    await page.goto(`/${person.ws}/${path}`);
    await expect(page.getByRole("table", { name: table as string })).toBeVisible();
    await expectNoOverflow(page);
    await expectAccessible(page);
  }
});
