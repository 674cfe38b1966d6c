import { expect, expectAccessible, expectNoOverflow, PASSWORD, test } from "./fixture";

test("the own name is changed everywhere", async ({ page, person }) => {
  await page.goto("/profile");
  await expect(page.getByRole("heading", { name: "Profile" })).toBeVisible();
  await expectAccessible(page);
  await expect(page.getByLabel(/^Mail address/)).toHaveValue(person.email);
  const name = page.getByRole("textbox", { name: /^Name/ });
  await name.fill("  ");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(page.getByText("Type your name.")).toBeVisible();
  await name.fill("Ada, Countess of Lovelace");
  await page.getByRole("button", { name: "Save name" }).click();
  await expect(
    page.getByRole("button", { name: "Signed in as Ada, Countess of Lovelace" }),
  ).toBeVisible();
});

test("a new password ends the other sessions and not this one", async ({
  page,
  person,
  playwright,
  server,
}) => {
  const other = await playwright.request.newContext({ baseURL: server.url });
  await other.post("/v1/auth/sign-in", { data: { email: person.email, password: PASSWORD } });
  await page.goto("/profile");
  const rows = page.getByRole("table", { name: "Sessions" }).getByRole("row");
  await expect(rows).toHaveCount(3);
  await expect(rows.filter({ hasText: "this one" })).toHaveCount(1);

  const [current, next, again] = [
    page.getByLabel(/^Current password/),
    page.getByLabel(/^New password(?! again)/),
    page.getByLabel(/^New password again/),
  ];
  const change = page.getByRole("button", { name: "Change password" });
  await current.fill("not my password at all");
  await next.fill("short");
  await again.fill("another");
  await change.click();
  await expect(page.getByText("Use at least 10 characters.")).toBeVisible();
  await expect(page.getByText("This is not the same.")).toBeVisible();
  await next.fill("an even longer password");
  await again.fill("an even longer password");
  await change.click();
  // The server knows that it is wrong; the other fields keep what was typed.
  await expect(current).toHaveAttribute("aria-invalid", "true");
  await expect(next).toHaveValue("an even longer password");
  await expectAccessible(page);
  await current.fill(PASSWORD);
  await change.click();
  await expect(page.getByText(/Your password was changed/)).toBeVisible();
  await expect(rows).toHaveCount(2);
  await expect(current).toHaveValue("");
  expect((await other.get("/v1/me")).status()).toBe(401);
  const signIn = await other.post("/v1/auth/sign-in", {
    data: { email: person.email, password: "an even longer password" },
  });
  expect(signIn.ok()).toBe(true);
  await other.dispose();
});

test("another session is ended, without a mouse", async ({ page, person, playwright, server }) => {
  const other = await playwright.request.newContext({
    baseURL: server.url,
    userAgent: "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0",
  });
  await other.post("/v1/auth/sign-in", { data: { email: person.email, password: PASSWORD } });
  await page.goto("/profile");
  await page.getByRole("button", { name: "End Firefox on Windows" }).focus();
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "End session" });
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "End session" }).focus();
  await page.keyboard.press("Enter");
  await expect(page.getByText("Firefox on Windows")).toHaveCount(0);
  expect((await other.get("/v1/me")).status()).toBe(401);
  await other.dispose();
});

test("the profile fits a phone", async ({ page, person: _ }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/profile");
  await expect(page.getByRole("table", { name: "Sessions" })).toBeVisible();
  await expectNoOverflow(page);
  await expectAccessible(page);
});
