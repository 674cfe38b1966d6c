import { expect, expectAccessible, expectNoOverflow, test } from "./fixture";

test("name and address are changed, and the old address leads to the new one", async ({
  page,
  person,
}) => {
  await page.goto(`/${person.ws}/settings`);
  await expect(page.getByRole("heading", { name: "Settings" })).toBeVisible();
  await expectAccessible(page);
  const save = page.getByRole("button", { name: "Save changes" });
  await expect(save).toBeDisabled();
  await page.getByLabel(/^Name/).fill("Analytical Engines");
  await page.getByLabel(/^Picture address/).fill("not an address");
  await page.getByLabel(/^Address/).fill("-no-");
  await save.click();
  await expect(page.getByText(/Use 2 to 39 small letters/)).toBeVisible();
  const slug = `engines-${Date.now()}`;
  await page.getByLabel(/^Address/).fill(slug);
  await save.click();
  // What only the server knows stands at its field, and what was typed stays.
  await expect(page.getByLabel(/^Picture address/)).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel(/^Name/)).toHaveValue("Analytical Engines");
  await page.getByLabel(/^Picture address/).fill("https://example.com/engine.png");
  const zone = page.getByRole("combobox", { name: /^Time zone/ });
  await zone.fill("Berlin");
  await page.getByRole("option", { name: "Europe/Berlin" }).click();
  await save.click();
  await expect(page.getByText("The settings were saved.")).toBeVisible();
  await expect(page).toHaveURL(`/${slug}/settings`);
  await expect(page.getByRole("button", { name: /^Workspace Analytical Engines/ })).toBeVisible();
  await expect(save).toBeDisabled();
  const now = await person.call<Record<string, string>>(
    "GET",
    `/v1/workspaces/${slug}`,
    undefined,
    slug,
  );
  expect(now).toMatchObject({
    name: "Analytical Engines",
    time_zone: "Europe/Berlin",
    picture_url: "https://example.com/engine.png",
  });
  await page.goto(`/${person.ws}/settings`);
  await expect(page).toHaveURL(`/${slug}/settings`);
  await expect(page.getByLabel(/^Name/)).toHaveValue("Analytical Engines");
});

test("an address that is taken is answered at the field, with one that is free", async ({
  page,
  person,
}) => {
  const slug = `taken-${Date.now()}`;
  await person.call("POST", "/v1/workspaces", { name: "Other", slug });
  await page.goto(`/${person.ws}/settings`);
  await page.getByLabel(/^Address/).fill(slug);
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText(/This is taken\. .+ is free\./)).toBeVisible();
  await expect(page.getByLabel(/^Address/)).toHaveValue(slug);
});

test("when somebody else saved first both sides are shown and both changes stay", async ({
  page,
  person,
}) => {
  await page.goto(`/${person.ws}/settings`);
  await page.getByLabel(/^Name/).fill("Mine");
  await person.call("PATCH", `/v1/workspaces/${person.ws}`, {
    name: "Theirs",
    description: "Written by a colleague",
  });
  await page.getByRole("button", { name: "Save changes" }).click();
  const dialog = page.getByRole("dialog", { name: "Somebody else saved in the meantime" });
  await expect(dialog.getByRole("row", { name: "Name Mine Theirs" })).toBeVisible();
  await expect(dialog.getByRole("row", { name: /Description/ })).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Keep my changes" }).click();
  await expect(page.getByLabel(/^Name/)).toHaveValue("Mine");
  await expect(page.getByLabel(/^Description/)).toHaveValue("Written by a colleague");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("The settings were saved.")).toBeVisible();
  const now = await person.call<Record<string, string>>("GET", `/v1/workspaces/${person.ws}`);
  expect(now).toMatchObject({ name: "Mine", description: "Written by a colleague" });
});

test("leaving with changes asks", async ({ page, person }) => {
  await page.goto(`/${person.ws}/settings`);
  await page.getByLabel(/^Name/).fill("Half typed");
  await page.getByRole("link", { name: "API keys" }).click();
  const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
  await dialog.getByRole("button", { name: "Stay" }).click();
  await expect(page.getByLabel(/^Name/)).toHaveValue("Half typed");
  await page.getByRole("link", { name: "API keys" }).click();
  await dialog.getByRole("button", { name: "Leave" }).click();
  await expect(page).toHaveURL(`/${person.ws}/keys`);
});

test("a workspace is deleted by its name, without a mouse, and restored", async ({
  page,
  person,
}) => {
  const slug = `short-lived-${Date.now()}`;
  await person.call("POST", "/v1/workspaces", { name: "Short-lived", slug });
  await page.goto(`/${slug}/settings`);
  await page.getByRole("button", { name: "Delete workspace" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Delete workspace" });
  await expect(dialog.getByRole("textbox")).toBeFocused();
  await expectAccessible(page);
  await page.keyboard.type("Short");
  await expect(dialog.getByRole("button", { name: "Delete workspace" })).toBeDisabled();
  await page.keyboard.type("-lived");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/workspaces");
  const deleted = page.getByRole("table", { name: "Deleted workspaces" });
  await expect(deleted.getByText("Short-lived", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.goto(`/${slug}`);
  await expect(page.getByRole("heading", { name: /There is no workspace/ })).toBeVisible();
  await page.goto("/workspaces");
  await deleted.getByRole("button", { name: "Restore Short-lived" }).click();
  await expect(page).toHaveURL(`/${slug}`);
  await expect(page.getByRole("button", { name: /^Workspace Short-lived/ })).toBeVisible();
});

test("the settings fit a phone", async ({ page, person }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/${person.ws}/settings`);
  await expect(page.getByRole("heading", { name: "Danger zone" })).toBeVisible();
  await expectNoOverflow(page);
  await expectAccessible(page);
});
