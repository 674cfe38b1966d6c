import { expect, expectAccessible, expectNoOverflow, GREETING, test } from "./fixture";

test("a key is made, shown once, calls a flow, is rotated and revoked", async ({
  page,
  person,
  grant,
  playwright,
  server,
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

  const program = await playwright.request.newContext({
    baseURL: server.url,
    extraHTTPHeaders: { authorization: `Bearer ${key}` },
  });
  const call = () => program.post(`/v1/flows/${flow}/call`, { data: { name: "Ada" } });
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
  await program.dispose();
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
