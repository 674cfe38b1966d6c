import { expect, expectAccessible, expectNoOverflow, GREETING, test } from "./fixture";

test("a key is made, shown once, calls a flow, is rotated and revoked", async ({
  page,
  person,
  grant,
  program,
}) => {
  await grant(person.ws, "10");
  const flow = await person.deployFlow("Greeting", GREETING);
  await page.goto(`/${person.ws}/keys`);
  await expect(page.getByRole("heading", { name: "No API key yet" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create key" }).first().click();

  const drawer = page.getByRole("dialog", { name: "Create API key" });
  await expectAccessible(page);
  await drawer.getByRole("button", { name: "Create key" }).click();
  await expect(drawer.getByText("Give it a name by which you will know it again.")).toBeVisible();
  await drawer.getByRole("textbox", { name: /^Name/ }).fill("Checkout");
  await drawer.getByLabel(/^Addresses/).fill("not an address");
  await drawer.getByLabel(/^Addresses/).press("Enter");
  await drawer.getByRole("button", { name: "Create key" }).click();
  await expect(drawer.getByLabel(/^Addresses/)).toHaveAttribute("aria-invalid", "true");
  await expect(drawer.getByRole("textbox", { name: /^Name/ })).toHaveValue("Checkout");
  await drawer.getByLabel(/^Addresses/).press("Backspace");
  await drawer.getByRole("button", { name: "Create key" }).click();

  const shown = page.getByRole("dialog", { name: "Your new API key" });
  const key = (await shown.getByTestId("key").textContent()) ?? "";
  expect(key).toMatch(/^gld_live_/);
  await expectAccessible(page);
  await shown.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(key)).toHaveCount(0);

  const api = await program(key);
  const call = () => api.post(`/v1/flows/${flow}/call`, { data: { name: "Ada" } });
  expect(await (await call()).json()).toEqual({ greeting: "Hello, Ada!" });

  await page.getByRole("link", { name: "Checkout" }).click();
  await expect(page.getByRole("heading", { name: "Checkout" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Rotate" }).click();
  await page.getByRole("button", { name: "Rotate key" }).click();
  await expect(shown.getByTestId("key")).not.toHaveText(key);
  await shown.getByRole("button", { name: "Done" }).click();
  // With an overlap of a day the old one still works.
  expect((await call()).status()).toBe(200);

  await page.getByRole("link", { name: "← API keys" }).click();
  await page.getByRole("link", { name: "Checkout" }).last().click();
  await page.getByRole("button", { name: "Revoke" }).click();
  const revoke = page.getByRole("dialog", { name: "Revoke API key" });
  await expect(revoke.getByRole("button", { name: "Revoke key" })).toBeDisabled();
  await revoke.getByRole("textbox").fill("Checkout");
  await revoke.getByRole("button", { name: "Revoke key" }).click();
  await expect(page.getByText("revoked", { exact: true })).toBeVisible();
});

test("filters and cursors of the list live in the address", async ({ page, person }) => {
  for (const name of ["One", "Two", "Three"]) await person.key({ name });
  await page.goto(`/${person.ws}/keys?status=revoked`);
  await expect(page.getByRole("heading", { name: "No key fits" })).toBeVisible();
  await page.getByRole("button", { name: "Show all keys" }).click();
  await expect(page.getByRole("row")).toHaveCount(4);
  await page.getByRole("combobox", { name: "Kind" }).click();
  await page.getByRole("option", { name: "live" }).click();
  await expect(page).toHaveURL(/kind=live/);
  await expect(page.getByRole("row")).toHaveCount(4);
});

test("the pages of keys fit a phone", async ({ page, person }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await person.key({
    name: "A name that is as long as names of keys may be, which is eighty characters",
  });
  await page.goto(`/${person.ws}/keys`);
  await expect(page.getByRole("table")).toBeVisible();
  await expectNoOverflow(page);
  await page.getByRole("link", { name: /A name that is/ }).click();
  await expect(page.getByRole("heading", { name: /A name that is/ })).toBeVisible();
  await expectNoOverflow(page);
  await expectAccessible(page);
});

test("a key with a cap is deleted; what it did stays readable by its name", async ({
  page,
  person,
  grant,
  program,
}) => {
  await grant(person.ws, "10");
  const flow = await person.deployFlow("Greeting", GREETING);
  await page.goto(`/${person.ws}/keys?new`);
  const drawer = page.getByRole("dialog", { name: "Create API key" });
  await drawer.getByRole("textbox", { name: /^Name/ }).fill("Checkout");
  await drawer.getByLabel(/^Spending cap/).fill("a lot");
  await drawer.getByRole("button", { name: "Create key" }).click();
  await expect(drawer.getByText(/Type an amount/)).toBeVisible();
  await drawer.getByLabel(/^Spending cap/).fill("2");
  await drawer.getByRole("button", { name: "Create key" }).click();
  const shown = page.getByRole("dialog", { name: "Your new API key" });
  const key = (await shown.getByTestId("key").textContent()) ?? "";
  await shown.getByRole("button", { name: "Done" }).click();
  const api = await program(key);
  const call = async () =>
    (await api.post(`/v1/flows/${flow}/call`, { data: { name: "Ada" } })).status();
  expect([await call(), await call(), await call()]).toEqual([200, 200, 402]);

  await page.getByRole("link", { name: "Checkout" }).click();
  await expect(page.getByText("2 of 2 credits per month")).toBeVisible();
  await expect(page.getByText("You", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Delete" }).click();
  const remove = page.getByRole("dialog", { name: "Delete API key" });
  await expect(remove.getByRole("button", { name: "Delete key" })).toBeDisabled();
  await expectAccessible(page);
  await remove.getByRole("textbox").fill("Checkout");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/${person.ws}/keys`);
  await expect(page.getByRole("heading", { name: "No API key yet" })).toBeVisible();
  expect(await call()).toBe(401);

  // The flow goes too.
  await person.call("DELETE", `/v1/flows/${flow}`);
  await page.goto(`/${person.ws}/usage/events`);
  await expect(page.getByRole("cell", { name: "Checkout" })).toHaveCount(2);
  await expect(page.getByRole("cell", { name: "Greeting (deleted)" })).toHaveCount(2);
  for (const place of ["runs", "credits/ledger"]) {
    await page.goto(`/${person.ws}/${place}`);
    await expect(page.getByRole("cell", { name: "Checkout · key" }).first()).toBeVisible();
  }
});

test("a key is given what its maker may give, also of the provider's own API", async ({
  page,
  person,
  operator,
}) => {
  await operator.call("POST", "/v1/operator/permissions", {
    name: "companies:read",
    description: "See companies.",
  });
  await page.goto(`/${person.ws}/keys?new`);
  const drawer = page.getByRole("dialog", { name: "Create API key" });
  await drawer.getByRole("textbox", { name: /^Name/ }).fill("Reader");
  await drawer.getByLabel(/^Permissions/).fill("companies");
  await expect(page.getByRole("option", { name: /See companies\./ })).toBeVisible();
  await page.keyboard.press("Enter");
  await drawer.getByLabel(/^Permissions/).fill("members:manage");
  await expect(page.getByText("No permission has this name.")).toBeVisible();
  await drawer.getByLabel(/^Permissions/).fill("");
  await drawer.getByLabel(/^Description/).fill("Reads at night");
  await drawer.getByRole("button", { name: "Create key" }).click();
  await page
    .getByRole("dialog", { name: "Your new API key" })
    .getByRole("button", { name: "Done" })
    .click();
  await page.getByRole("link", { name: "Reader" }).click();
  await expect(page.getByText("flows:call, companies:read")).toBeVisible();
  await expect(page.getByText("Reads at night")).toBeVisible();
  const { items } = await person.call<{ items: { id: string }[] }>("GET", "/v1/keys");
  await person.call("DELETE", `/v1/keys/${items[0]?.id}`);
  await operator.call("DELETE", "/v1/operator/permissions/companies:read");
});
