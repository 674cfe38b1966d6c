import {
  expect,
  expectAccessible,
  expectNoOverflow,
  GREETING,
  openPalette,
  signUp,
  test,
} from "./fixture";

test("only the operator finds the operator's pages", async ({ page, person, asOperator }) => {
  await page.goto("/operator/workspaces");
  await expect(page.getByRole("heading", { name: /for the operator/ })).toBeVisible();
  await page.goto(`/${person.ws}`);
  await page.getByRole("button", { name: /^Signed in as/ }).click();
  await expect(page.getByRole("menuitem", { name: "Profile" })).toBeVisible();
  await expect(page.getByRole("menuitem", { name: "Operator" })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("menuitem", { name: "Profile" })).toBeHidden();
  await (await openPalette(page)).fill("operator");
  await expect(page.getByText("Nothing has this name.")).toBeVisible();

  await asOperator();
  await page.goto("/profile");
  await expect(page.getByRole("heading", { name: "Profile" })).toBeVisible();
  await (await openPalette(page)).fill("operator: prices");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/operator/prices");
  await page.goto("/operator");
  await expect(page).toHaveURL("/operator/workspaces");
});

test("a workspace is found, given credits, corrected, suspended and resumed", async ({
  page,
  asOperator,
  customer,
  program,
}) => {
  const flow = await customer.deployFlow("Greeting", GREETING);
  const api = await program(await customer.key());
  const call = () => api.post(`/v1/flows/${flow}/call`, { data: { name: "Ada" } });
  expect((await call()).status()).toBe(402);

  await asOperator();
  await page.goto("/operator/workspaces?state=suspended");
  await expect(page.getByRole("heading", { name: "No workspace fits" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Show all workspaces" }).click();
  await expect(page.getByRole("table")).toBeVisible();
  await expectAccessible(page);
  await page.getByLabel("Open by address or id").fill("no-such-workspace");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /There is no workspace/ })).toBeVisible();
  await page.goto("/operator/workspaces");
  await page.getByLabel("Open by address or id").fill(customer.ws);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "My Workspace" })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("button", { name: "Grant credits" }).click();
  const drawer = page.getByRole("dialog", { name: /^Grant credits/ });
  await expectAccessible(page);
  await drawer.getByLabel(/^Note/).fill("For a good start");
  await drawer.getByLabel(/^Credits/).fill("1,5");
  await drawer.getByRole("button", { name: "Grant credits" }).click();
  await expect(drawer.getByText(/at most six decimal places/)).toBeVisible();
  await expect(drawer.getByLabel(/^Note/)).toHaveValue("For a good start");
  await drawer.getByLabel(/^Credits/).fill("12.5");
  await drawer.getByRole("button", { name: "Grant credits" }).click();
  await expect(page.getByText("My Workspace was given 12.5 credits.")).toBeVisible();
  await expect(page.getByText("From: Promotion")).toBeVisible();
  expect((await call()).status()).toBe(200);

  await page.getByRole("button", { name: "Adjust credits" }).click();
  const adjust = page.getByRole("dialog", { name: /^Adjust the credits/ });
  await adjust.getByLabel(/^Credits/).fill("-100");
  await adjust.getByRole("button", { name: "Adjust credits" }).click();
  await expect(adjust.getByText(/Say why/)).toBeVisible();
  await adjust.getByLabel(/^Note/).fill("Booked twice");
  await adjust.getByRole("button", { name: "Adjust credits" }).click();
  await expect(adjust.getByRole("alert")).toBeVisible();
  await expectAccessible(page);
  await adjust.getByLabel(/^Credits/).fill("-1.5");
  await adjust.getByRole("button", { name: "Adjust credits" }).click();
  await expect(page.getByText("My Workspace has 10 credits now.")).toBeVisible();

  await page.getByRole("button", { name: "Suspend", exact: true }).click();
  const suspend = page.getByRole("dialog", { name: "Suspend workspace" });
  await suspend.getByRole("textbox").fill("My Workspace");
  await suspend.getByRole("button", { name: "Suspend workspace" }).click();
  await expect(page.getByText("suspended", { exact: true })).toBeVisible();
  expect((await call()).status()).toBe(403);
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await page.getByRole("button", { name: "Resume workspace" }).click();
  await expect(page.getByText("in use", { exact: true })).toBeVisible();
  expect((await call()).status()).toBe(200);
});

test("a user is found, disabled, let in again and made an operator", async ({
  page,
  asOperator,
  customer,
  operator,
}) => {
  await asOperator();
  await page.goto("/operator/users");
  await expect(page.getByRole("table", { name: "Users" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("textbox", { name: "Mail address" }).fill("grace");
  await page.keyboard.press("Enter");
  await expect(page.getByText("Type the whole mail address.")).toBeVisible();
  await page.getByRole("textbox", { name: "Mail address" }).fill(customer.email);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("row")).toHaveCount(2);

  const acts = page.getByRole("button", { name: `Acts on ${customer.email}` });
  await acts.click();
  await page.getByRole("menuitem", { name: "Disable" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").fill(customer.email);
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Disable user" }).click();
  await expect(page.getByRole("table").getByText("disabled", { exact: true })).toBeVisible();
  expect((await customer.api.get("/v1/me")).status()).toBe(401);

  await acts.click();
  await page.getByRole("menuitem", { name: "Let in again" }).click();
  await dialog.getByRole("button", { name: "Let in" }).click();
  await expect(page.getByRole("table").getByText("user", { exact: true })).toBeVisible();

  await acts.click();
  await page.getByRole("menuitem", { name: "Make operator" }).click();
  await dialog.getByRole("textbox").fill(customer.email);
  await dialog.getByRole("button", { name: "Make operator" }).click();
  await expect(page.getByRole("table").getByText("operator", { exact: true })).toBeVisible();

  // Nobody locks himself out.
  await page.goto(`/operator/users?email=${encodeURIComponent(operator.email)}`);
  await page.getByRole("button", { name: `Acts on ${operator.email}` }).click();
  await expect(page.getByText(/You would lock yourself out/)).toBeVisible();
  await expectAccessible(page);
});

test("a price is set, changed and deleted", async ({ page, asOperator }) => {
  await asOperator();
  await page.goto("/operator/prices");
  await expect(page.getByRole("heading", { name: "No price of its own yet" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Set price" }).first().click();
  const drawer = page.getByRole("dialog", { name: "Set price" });
  await expectAccessible(page);
  await drawer.getByRole("button", { name: "Set price" }).click();
  await expect(drawer.getByText("Say which one.")).toBeVisible();
  await drawer.getByLabel(/^Which one/).fill("companies:search");
  await drawer.getByLabel(/^Credits/).fill("0.25");
  await drawer.getByLabel(/^For how many/).fill("1000");
  await drawer.getByRole("button", { name: "Set price" }).click();
  await expect(page.getByRole("row", { name: /companies:search .*0\.25 1,000/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Change the price of companies:search" }).click();
  const change = page.getByRole("dialog", { name: "Change price" });
  await change.getByLabel(/^Credits/).fill("0.5");
  await change.getByRole("button", { name: "Change price" }).click();
  await expect(page.getByRole("row", { name: /companies:search .*0\.5 1,000/ })).toBeVisible();
  await page.getByRole("button", { name: "Delete the price of companies:search" }).click();
  await page.getByRole("button", { name: "Delete price" }).click();
  await expect(page.getByRole("heading", { name: "No price of its own yet" })).toBeVisible();
});

test("a permission is registered and deleted, but not while a key holds it", async ({
  page,
  asOperator,
  operator,
}) => {
  await asOperator();
  await page.goto("/operator/permissions");
  await expect(page.getByRole("heading", { name: /No permission of your own/ })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Register permission" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Register permission" });
  await expectAccessible(page);
  await dialog.getByLabel(/^What it allows/).fill("See companies");
  await dialog.getByLabel(/^Name/).fill("flows:read");
  await dialog.getByRole("button", { name: "Register permission" }).click();
  await expect(dialog.getByLabel(/^Name/)).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByLabel(/^What it allows/)).toHaveValue("See companies");
  await dialog.getByLabel(/^Name/).fill("companies:read");
  await dialog.getByRole("button", { name: "Register permission" }).click();
  await expect(page.getByRole("row", { name: /companies:read See companies/ })).toBeVisible();
  await expectAccessible(page);

  const { id } = await operator.call<{ id: string }>("POST", "/v1/keys", {
    name: "Reader",
    permissions: ["companies:read"],
  });
  await page.getByRole("button", { name: "Delete companies:read" }).click();
  const remove = page.getByRole("dialog", { name: "Delete permission" });
  await remove.getByRole("button", { name: "Delete permission" }).click();
  await expect(remove.getByRole("alert")).toBeVisible();
  await operator.call("DELETE", `/v1/keys/${id}`);
  await remove.getByRole("button", { name: "Delete permission" }).click();
  await expect(page.getByRole("heading", { name: /No permission of your own/ })).toBeVisible();
});

test("a service token is made, shown once, works, is changed, rotated, revoked and deleted", async ({
  page,
  asOperator,
  program,
}) => {
  await asOperator();
  await page.goto("/operator/service-tokens");
  await expect(page.getByRole("heading", { name: "No service token yet" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create token" }).first().click();
  const drawer = page.getByRole("dialog", { name: "Create service token" });
  await expectAccessible(page);
  await drawer.getByLabel(/operator:verify/).uncheck();
  await drawer.getByRole("button", { name: "Create token" }).click();
  await expect(drawer.getByText(/Give it a name/)).toBeVisible();
  await expect(drawer.getByText(/A token without a permission/)).toBeVisible();
  await drawer.getByLabel(/^Name/).fill("Back office");
  await drawer.getByLabel(/operator:workspaces_read/).check();
  await drawer.getByLabel(/^Addresses/).fill("not an address");
  await drawer.getByLabel(/^Addresses/).press("Enter");
  await drawer.getByRole("button", { name: "Create token" }).click();
  await expect(drawer.getByLabel(/^Addresses/)).toHaveAttribute("aria-invalid", "true");
  await drawer.getByLabel(/^Addresses/).press("Backspace");
  await drawer.getByRole("button", { name: "Create token" }).click();
  const shown = page.getByRole("dialog", { name: "Your new service token" });
  const token = (await shown.getByTestId("token").textContent()) ?? "";
  await expectAccessible(page);
  await shown.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText(token)).toHaveCount(0);

  const api = await program(token);
  const use = async () => (await api.get("/v1/operator/workspaces")).status();
  expect(await use()).toBe(200);
  expect((await api.get("/v1/operator/settings")).status()).toBe(403);

  await page.getByRole("link", { name: "Back office" }).click();
  await expect(page.getByRole("heading", { name: "Back office" })).toBeVisible();
  await expect(page.getByText("You", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Edit" }).click();
  const edit = page.getByRole("dialog", { name: "Edit service token" });
  await expectAccessible(page);
  await edit.getByLabel(/^Description/).fill("Beside the till");
  await edit.getByLabel(/^Calls per minute/).fill("0");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(edit.getByLabel(/^Calls per minute/)).toHaveAttribute("aria-invalid", "true");
  await edit.getByLabel(/^Calls per minute/).fill("600");
  await edit.getByLabel(/^Addresses/).fill("203.0.113.7");
  await edit.getByLabel(/^Addresses/).press("Enter");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The token was changed.")).toBeVisible();
  await expect(edit).toHaveCount(0);
  await expect(page.getByText("Beside the till")).toBeVisible();
  await expect(page.getByText("203.0.113.7/32")).toBeVisible();
  expect(await use()).toBe(403);
  await page.getByRole("button", { name: "Edit" }).click();
  await edit.getByLabel(/^Addresses/).press("Backspace");
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Anywhere", { exact: true })).toBeVisible();
  expect(await use()).toBe(200);

  await page.getByRole("button", { name: "Rotate" }).click();
  await page.getByRole("button", { name: "Rotate token" }).click();
  await expect(shown.getByTestId("token")).not.toHaveText(token);
  await shown.getByRole("button", { name: "Done" }).click();
  // With an overlap of a day the old one still works.
  expect(await use()).toBe(200);
  await expect(page.getByRole("link", { name: "the new token" })).toBeVisible();

  await page.getByRole("button", { name: "Revoke" }).click();
  const revoke = page.getByRole("dialog", { name: "Revoke service token" });
  await expect(revoke.getByRole("button", { name: "Revoke token" })).toBeDisabled();
  await revoke.getByRole("textbox").fill("Back office");
  await revoke.getByRole("button", { name: "Revoke token" }).click();
  await expect(page.getByText("revoked", { exact: true })).toBeVisible();
  await expectAccessible(page);
  expect(await use()).toBe(401);

  await page.goto("/operator/service-tokens?status=expired");
  await expect(page.getByRole("heading", { name: "No token fits" })).toBeVisible();
  await page.getByRole("button", { name: "Show all tokens" }).click();
  await expect(page.getByRole("row")).toHaveCount(3);
  for (const left of [2, 1]) {
    await page.getByRole("link", { name: "Back office" }).first().click();
    await page.getByRole("button", { name: "Delete" }).click();
    const remove = page.getByRole("dialog", { name: "Delete service token" });
    await expect(remove.getByRole("button", { name: "Delete token" })).toBeDisabled();
    await remove.getByRole("textbox").fill("Back office");
    await remove.getByRole("button", { name: "Delete token" }).click();
    await expect(page).toHaveURL("/operator/service-tokens");
    await expect(page.getByRole("link", { name: "Back office" })).toHaveCount(left - 1);
  }
  await expect(page.getByRole("heading", { name: "No service token yet" })).toBeVisible();
});

test("the settings of the instance hold from when they are saved", async ({
  page,
  asOperator,
  operator,
  request,
}) => {
  await asOperator();
  await page.goto("/operator/settings");
  await expect(page.getByRole("heading", { name: "Instance settings" })).toBeVisible();
  await expectAccessible(page);
  const save = page.getByRole("button", { name: "Save settings" });
  await page.getByLabel(/^Sign-up bonus/).fill("-1");
  await page.getByLabel(/^Logo address/).fill("no address");
  await save.click();
  await expect(page.getByText("It must be 0 or more.")).toBeVisible();
  await page.getByLabel(/^Sign-up bonus/).fill("5");
  await save.click();
  await expect(page.getByLabel(/^Logo address/)).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel(/^Logo address/).fill("");
  await save.click();
  await expect(page.getByText("The settings were saved.")).toBeVisible();

  const person = await signUp(request, "Newcomer");
  const { available } = await person.call<{ available: string }>("GET", "/v1/credits");
  expect(available).toBe("5");
  await operator.call("PATCH", "/v1/operator/settings", { signup_bonus: "0" });
});

test("the pages of the operator fit a phone", async ({ page, asOperator, operator }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await asOperator();
  const { id } = await operator.call<{ id: string }>("POST", "/v1/operator/service-tokens", {
    name: "A name that is as long as names of tokens may be, which is eighty characters",
  });
  const places = ["workspaces", `workspaces/${operator.ws}`, "users", "prices", "permissions"];
  for (const place of [...places, "service-tokens", `service-tokens/${id}`, "settings"]) {
    await page.goto(`/operator/${place}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator("[aria-busy='true']")).toHaveCount(0);
    await expectNoOverflow(page);
  }
  await operator.call("DELETE", `/v1/operator/service-tokens/${id}`);
});
