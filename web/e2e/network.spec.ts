import { expect, hold, test } from "./fixture";

const KEYS = "**/v1/keys*";

test("while a list is slow a skeleton stands in its place", async ({ page, person }) => {
  await person.key({ name: "Checkout" });
  const held = await hold(page, "GET", KEYS);
  await page.goto(`/${person.ws}/keys`);
  const table = page.getByRole("table", { name: "API keys" });
  await expect(table).toHaveAttribute("aria-busy", "true");
  await expect(page.getByRole("link", { name: "Checkout" })).toHaveCount(0);
  held.letGo();
  await expect(page.getByRole("link", { name: "Checkout" })).toBeVisible();
  await expect(table).toHaveAttribute("aria-busy", "false");
});

test("a slow write goes out once, its button is busy, and its dialog is not lost", async ({
  page,
  person,
}) => {
  await page.goto(`/${person.ws}/keys?new`);
  const drawer = page.getByRole("dialog", { name: "Create API key" });
  const name = drawer.getByRole("textbox", { name: /^Name/ });
  await name.fill("Checkout");
  const held = await hold(page, "POST", KEYS);
  await name.press("Enter");
  await expect(drawer.getByRole("button", { name: "Create key" })).toBeDisabled();
  await name.press("Enter");
  await name.press("Escape");
  const leave = page.getByRole("dialog", { name: "Leave without saving?" });
  await leave.getByRole("button", { name: "Stay" }).click();
  await expect(name).toHaveValue("Checkout");
  expect(held.count()).toBe(1);
  held.letGo();
  await expect(page.getByRole("dialog", { name: "Your new API key" })).toBeVisible();
  expect((await person.call<{ items: unknown[] }>("GET", "/v1/keys")).items).toHaveLength(1);
});

test("a write that is lost says so, keeps what was typed, and is repeated as the same", async ({
  page,
  person,
}) => {
  await page.goto(`/${person.ws}/keys?new`);
  const drawer = page.getByRole("dialog", { name: "Create API key" });
  const name = drawer.getByRole("textbox", { name: /^Name/ });
  await name.fill("Checkout");
  const sent: (string | undefined)[] = [];
  await page.route(KEYS, async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    sent.push(route.request().headers()["idempotency-key"]);
    // The server does it, and its answer is lost.
    if (sent.length === 1) {
      await route.fetch();
      return route.abort();
    }
    return route.continue();
  });
  await name.press("Enter");
  await expect(drawer.getByRole("alert")).toContainText("The server cannot be reached.");
  await expect(name).toHaveValue("Checkout");
  await drawer.getByRole("button", { name: "Create key" }).click();
  const shown = page.getByRole("dialog", { name: "Your new API key" });
  await expect(shown).toContainText("made by an earlier attempt");
  expect(sent[1]).toBe(sent[0]);
  expect((await person.call<{ items: unknown[] }>("GET", "/v1/keys")).items).toHaveLength(1);
});

test("a list that cannot be read says so and is read again", async ({ page, person }) => {
  await person.key({ name: "Checkout" });
  await page.route(KEYS, (route) => route.abort());
  await page.goto(`/${person.ws}/keys`);
  const alert = page.getByRole("main").getByRole("alert");
  await expect(alert).toContainText("The server cannot be reached.");
  await page.unroute(KEYS);
  await alert.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("link", { name: "Checkout" })).toBeVisible();
  await expect(alert).toHaveCount(0);
});

test("a failure of the server is told with the id of the request", async ({ page, person }) => {
  await page.goto(`/${person.ws}/keys?new`);
  await page.route(KEYS, async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    return route.fulfill({
      status: 500,
      contentType: "application/problem+json",
      json: {
        type: "about:blank",
        title: "Internal error",
        status: 500,
        code: "internal_error",
        instance: "req_of_this_test",
      },
    });
  });
  const drawer = page.getByRole("dialog", { name: "Create API key" });
  await drawer.getByRole("textbox", { name: /^Name/ }).fill("Checkout");
  await page.keyboard.press("Enter");
  await expect(drawer.getByRole("alert")).toContainText("req_of_this_test");
  await expect(drawer.getByRole("textbox", { name: /^Name/ })).toHaveValue("Checkout");
});

test("a form outlives a restart of the server", async ({ page, person, server }) => {
  await page.goto(`/${person.ws}/keys?new`);
  const drawer = page.getByRole("dialog", { name: "Create API key" });
  await drawer.getByRole("textbox", { name: /^Name/ }).fill("Checkout");
  await server.down();
  await page.keyboard.press("Enter");
  await expect(drawer.getByRole("alert")).toContainText("The server cannot be reached.");
  await server.up();
  await expect(page.getByText("Trying again; what is on the page stays.")).toHaveCount(0);
  await drawer.getByRole("button", { name: "Create key" }).click();
  await expect(page.getByRole("dialog", { name: "Your new API key" })).toBeVisible();
});
