import type { Page } from "@playwright/test";
import { expect, GREETING, test } from "./fixture";

const question = (page: Page) => page.getByRole("dialog", { name: "Leave without saving?" });

test("signing up half-way asks before it is left", async ({ page }) => {
  await page.goto("/sign-up");
  const name = page.getByRole("textbox", { name: /^Name/ });
  await name.fill("Ada Lovelace");
  await page.getByRole("link", { name: "Sign in" }).click();
  await question(page).getByRole("button", { name: "Stay" }).click();
  await expect(question(page)).toHaveCount(0);
  await expect(name).toHaveValue("Ada Lovelace");
  await page.getByRole("link", { name: "Sign in" }).click();
  await question(page).getByRole("button", { name: "Leave" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("the input of a run asks before it is left, until it was run", async ({
  page,
  person,
  grant,
}) => {
  await grant(person.ws, "10");
  const flow = await person.deployFlow("Greeting", GREETING);
  await page.goto(`/${person.ws}/flows/${flow}`);
  const name = page.getByRole("textbox", { name: /^name/i });
  await name.fill("Ada");
  await page.getByRole("link", { name: "Versions" }).click();
  await question(page).getByRole("button", { name: "Stay" }).click();
  await expect(question(page)).toHaveCount(0);
  await expect(name).toHaveValue("Ada");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByRole("region", { name: "Result" })).toContainText("Hello, Ada!");
  await page.getByRole("link", { name: "Versions" }).click();
  await expect(page.getByRole("button", { name: /^Deploy/ }).first()).toBeVisible();
});

test("the text of a flow is asked about also from within a dialog, and not when the flow is deleted", async ({
  page,
  person,
}) => {
  const flow = await person.deployFlow("Greeting", GREETING);
  await page.goto(`/${person.ws}/flows`);
  await page.getByRole("link", { name: "Greeting" }).click();
  await page.getByRole("textbox", { name: "Definition" }).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("  # a note\n");
  await expect(page.getByText("Unsaved changes")).toBeVisible();
  const more = page.getByRole("button", { name: "More about Greeting" });
  await more.click();
  await page.getByRole("menuitem", { name: "Edit details" }).click();
  const details = page.getByRole("dialog", { name: "Edit details" });
  await expect(details).toBeVisible();
  await page.goBack();
  await question(page).getByRole("button", { name: "Stay" }).click();
  await expect(question(page)).toHaveCount(0);
  await expect(page).toHaveURL(new RegExp(`/flows/${flow}/editor`));
  await details.getByRole("button", { name: "Cancel" }).click();
  await expect(details).toHaveCount(0);

  await more.click();
  await page.getByRole("menuitem", { name: "Delete flow" }).click();
  const remove = page.getByRole("dialog", { name: "Delete flow" });
  await remove.getByRole("textbox").fill("Greeting");
  await remove.getByRole("button", { name: "Delete flow" }).click();
  await expect(page).toHaveURL(`/${person.ws}/flows`);
  await expect(question(page)).toHaveCount(0);
});

test("a part of a page whose script does not come is tried again", async ({ page, person }) => {
  await page.goto(`/${person.ws}`);
  await expect(page.getByRole("heading", { name: "Overview" })).toBeVisible();
  let failures = 0;
  await page.route("**/KeyList-*.js", async (route) => {
    failures += 1;
    if (failures === 1) await route.abort();
    else if (failures === 2) await route.fulfill({ status: 502 });
    else await route.continue();
  });
  await page.keyboard.press("?");
  await expect(page.getByText(/could not be loaded/)).toBeVisible();
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  expect(failures).toBeGreaterThan(2);
});
