import { expect, expectAccessible, expectNoOverflow, openPalette, PASSWORD, test } from "./fixture";

test("signing up lands in the own workspace", async ({ page, operator: _ }) => {
  await page.goto("/sign-up");
  await expectAccessible(page);
  await page.getByLabel("Name").fill("Grace Hopper");
  await page.getByLabel("Mail address").fill("grace@example.com");
  await page.getByLabel(/^Password/).fill("short");
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.getByText("Use at least 10 characters.")).toBeVisible();
  await page.getByLabel(/^Password/).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.getByRole("button", { name: /^Workspace My Workspace/ })).toBeVisible();
});

test("a link asks to sign in and then opens", async ({ page, person, context }) => {
  await context.clearCookies();
  await page.goto(`/${person.ws}/keys?status=active`);
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await expectAccessible(page);
  await page.getByLabel("Mail address").fill(person.email);
  await page.getByLabel(/^Password/).fill("wrong password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toContainText("The mail address or the password is wrong.");
  await expect(page.getByRole("textbox", { name: "Mail address" })).toHaveValue(person.email);
  await page.getByLabel(/^Password/).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`/${person.ws}/keys?status=active`);
});

test("a new workspace is made in the switcher and opened", async ({ page, person }) => {
  await page.goto(`/${person.ws}`);
  await page.getByRole("button", { name: /^Workspace My Workspace/ }).click();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create workspace" }).click();
  const dialog = page.getByRole("dialog", { name: "Create workspace" });
  await dialog.getByLabel("Name").fill("Acme");
  await dialog.getByLabel("Address").fill("-no-");
  await dialog.getByRole("button", { name: "Create workspace" }).click();
  await expect(dialog.getByLabel("Address")).toHaveAttribute("aria-invalid", "true");
  await expect(dialog.getByLabel("Name")).toHaveValue("Acme");
  const slug = `acme-${Date.now()}`;
  await dialog.getByLabel("Address").fill(slug);
  await dialog.getByRole("button", { name: "Create workspace" }).click();
  await expect(page).toHaveURL(`/${slug}`);
  await expect(page.getByRole("button", { name: /^Workspace Acme/ })).toBeVisible();
});

test("the palette and the keys reach every page without a mouse", async ({ page, person }) => {
  await page.goto(`/${person.ws}`);
  await expect(page.getByRole("link", { name: "API keys" })).toBeVisible();
  await (await openPalette(page)).fill("credential");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/${person.ws}/keys`);
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("Shift+?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await expectAccessible(page);
});

test("the server restarting while a page is open is survived", async ({ page, person, server }) => {
  await page.goto(`/${person.ws}/keys`);
  await expect(page.getByRole("heading", { name: "API keys" })).toBeVisible();
  await server.down();
  await page.getByRole("button", { name: /^Workspace/ }).click();
  await expect(page.getByText("The server cannot be reached.").first()).toBeVisible();
  await server.up();
  await expect(page.getByText("The server cannot be reached.")).toHaveCount(0);
});

test("a session that is ended elsewhere leads to sign-in and back", async ({
  page,
  person,
  playwright,
  server,
}) => {
  await page.goto(`/${person.ws}/keys`);
  await expect(page.getByRole("heading", { name: "API keys" })).toBeVisible();
  const other = await playwright.request.newContext({ baseURL: server.url });
  await other.post("/v1/auth/sign-in", { data: { email: person.email, password: PASSWORD } });
  const sessions = await (await other.get("/v1/me/sessions")).json();
  const first = sessions.items.find(({ current }: { current: boolean }) => !current);
  await other.delete(`/v1/me/sessions/${first.id}`);
  await page.getByRole("button", { name: /^Workspace/ }).click();
  await expect(page).toHaveURL(/\/sign-in\?to=/);
  await other.dispose();
});

test("on a phone the menu opens and nothing is too wide", async ({ page, person }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/workspaces");
  await expect(page.getByRole("heading", { name: "Workspaces" })).toBeVisible();
  await expectNoOverflow(page);
  await page.goto(`/${person.ws}`);
  await page.getByRole("button", { name: "Open the menu" }).click();
  await expect(page.getByRole("link", { name: "API keys" })).toBeVisible();
  await expectNoOverflow(page);
  await expectAccessible(page);
});

test("an address that is none of ours says so", async ({ page, person }) => {
  await page.goto(`/${person.ws}/nothing/here`);
  await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
  await page.goto("/no-such-workspace-at-all");
  await expect(page.getByRole("heading", { name: /There is no workspace/ })).toBeVisible();
});
