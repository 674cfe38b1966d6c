import type { Page } from "@playwright/test";
import { expect, GREETING, openPalette, PASSWORD, test } from "./fixture";

/** Opens a dialog from its button, or from the menu below it, finds that Tab stays in it, closes it, and is back. */
async function thereAndBack(page: Page, [, button, title, item]: Dialog) {
  const opener = page.getByRole("button", { name: button }).first();
  await opener.focus();
  await page.keyboard.press("Enter");
  if (item) {
    await expect(page.getByRole("menu").locator(":focus")).toHaveCount(1);
    await page.getByRole("menuitem", { name: item }).focus();
    await page.keyboard.press("Enter");
  }
  const dialog = page.getByRole("dialog", { name: title });
  await expect(dialog.locator(":focus")).toHaveCount(1);
  for (const key of ["Shift+Tab", "Tab", "Tab"]) {
    await page.keyboard.press(key);
    await expect(dialog.locator(":focus")).toHaveCount(1);
  }
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
  await expect(opener).toBeFocused();
}

type Dialog = [
  path: string,
  button: string | RegExp,
  title: string | RegExp,
  /** In the menu of the button. */
  item?: string,
];

async function everyDialog(page: Page, under: string, dialogs: Dialog[]) {
  let at = "";
  for (const dialog of dialogs) {
    const [path, , title] = dialog;
    if (path !== at) await page.goto(`${under}/${path}`);
    at = path;
    await test.step(`${path}: ${title}`, () => thereAndBack(page, dialog));
  }
}

test("every dialog of a workspace opens, holds and gives back the focus", async ({
  page,
  person,
}) => {
  const { id } = await person.call<{ id: string }>("POST", "/v1/keys", { name: "Checkout" });
  const flow = await person.deployFlow("Greeting", GREETING);
  await person.call("PUT", `/v1/flows/${flow}/draft`, {
    definition: GREETING.replace("Hello", "Welcome"),
  });
  await person.call("PUT", "/v1/caps", { subject_kind: "workspace", period: "day", credits: "5" });
  await everyDialog(page, `/${person.ws}`, [
    ["keys", "Create key", "Create API key"],
    [`keys/${id}`, "Edit", "Edit API key"],
    [`keys/${id}`, "Rotate", "Rotate API key"],
    [`keys/${id}`, "Revoke", "Revoke API key"],
    [`keys/${id}`, "Delete", "Delete API key"],
    [`keys/${id}`, "Set cap", "Set cap"],
    ["credits/caps", "Set cap", "Set cap"],
    ["credits/caps", /^Change the cap/, "Change cap"],
    ["credits/caps", /^Remove the cap/, "Remove cap"],
    ["flows", "Create flow", "Create flow"],
    [`flows/${flow}/deployments`, /^Deploy/, "Deploy"],
    [`flows/${flow}/editor`, "Save version", /^Save version/],
    [`flows/${flow}/api`, "More about Greeting", "Edit details", "Edit details"],
    [`flows/${flow}/api`, "More about Greeting", "Delete flow", "Delete flow"],
    ["settings", "Delete workspace", "Delete workspace"],
  ]);
});

test("every dialog of the operator opens, holds and gives back the focus", async ({
  page,
  customer,
  operator,
  asOperator,
}) => {
  await asOperator();
  const one = `workspaces/${customer.ws}`;
  const { id } = await operator.call<{ id: string }>("POST", "/v1/operator/service-tokens", {
    name: "Back office",
  });
  const token = `service-tokens/${id}`;
  await everyDialog(page, "/operator", [
    ["prices", "Set price", "Set price"],
    ["permissions", "Register permission", "Register permission"],
    ["service-tokens", "Create token", "Create service token"],
    [token, "Edit", "Edit service token"],
    [token, "Rotate", "Rotate service token"],
    [token, "Revoke", "Revoke service token"],
    [token, "Delete", "Delete service token"],
    [one, "Grant credits", /^Grant credits/],
    [one, "Adjust credits", /^Adjust the credits/],
    [one, "Suspend", "Suspend workspace"],
    ["users", `Acts on ${customer.email}`, "Make operator", "Make operator"],
    ["users", `Acts on ${customer.email}`, "Disable user", "Disable"],
  ]);
  await operator.call("DELETE", `/v1/operator/service-tokens/${id}`);
});

test("the dialog of a session opens, holds and gives back the focus", async ({
  page,
  person,
  request,
}) => {
  const elsewhere = await request.post("/v1/auth/sign-in", {
    data: { email: person.email, password: PASSWORD },
  });
  expect(elsewhere.ok()).toBe(true);
  await everyDialog(page, "", [["profile", /^End /, "End session"]]);
});

test("what a menu or the switcher opens gives the focus back to it", async ({ page, person }) => {
  await person.deployFlow("Greeting", GREETING);
  await page.goto(`/${person.ws}/flows/greeting/api`);
  const more = page.getByRole("button", { name: "More about Greeting" });
  await more.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Edit details" })).toBeFocused();
  await page.keyboard.press("Enter");
  const details = page.getByRole("dialog", { name: "Edit details" });
  await expect(details.getByRole("textbox", { name: /^Name/ })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(details).toHaveCount(0);
  await expect(more).toBeFocused();

  const switcher = page.getByRole("button", { name: /^Workspace My Workspace/ });
  await switcher.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Create workspace" }).focus();
  await page.keyboard.press("Enter");
  const create = page.getByRole("dialog", { name: "Create workspace" });
  await expect(create.getByRole("textbox", { name: /^Name/ })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(create).toHaveCount(0);
  await expect(switcher).toBeFocused();
});

test("a dialog with something typed in it asks before it closes", async ({ page, person }) => {
  await page.goto(`/${person.ws}/keys`);
  await page.getByRole("button", { name: "Create key" }).first().focus();
  await page.keyboard.press("Enter");
  const drawer = page.getByRole("dialog", { name: "Create API key" });
  await expect(drawer.getByRole("textbox", { name: /^Name/ })).toBeFocused();
  await page.keyboard.type("Checkout");
  await page.keyboard.press("Escape");
  const leave = page.getByRole("dialog", { name: "Leave without saving?" });
  await expect(leave.getByRole("button", { name: "Stay" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(leave).toHaveCount(0);
  await expect(drawer.getByRole("textbox", { name: /^Name/ })).toHaveValue("Checkout");
  await drawer.getByRole("button", { name: "Cancel" }).click();
  await leave.getByRole("button", { name: "Leave" }).click();
  await expect(drawer).toHaveCount(0);
});

/** What is typed into the palette, where that leads, and the page and the dialog that are there then. */
type Wanted = [typed: string, url: string | RegExp, heading: string, dialog?: string];

test("the palette reaches every page, thing and act", async ({ page, person }) => {
  test.slow();
  await person.deployFlow("Greeting", GREETING);
  await person.key({ name: "Checkout" });
  const slug = `other-${Date.now()}`;
  await person.call("POST", "/v1/workspaces", { name: "Other place", slug });
  await page.goto(`/${person.ws}`);
  const here = `/${person.ws}`;
  const wanted: Wanted[] = [
    ["flows", `${here}/flows`, "Flows"],
    ["runs", `${here}/runs`, "Runs"],
    ["api keys", `${here}/keys`, "API keys"],
    ["ledger", `${here}/credits/ledger`, "Credits"],
    ["caps", `${here}/credits/caps`, "Credits"],
    ["calls", new RegExp(`${here}/usage`), "Usage"],
    ["settings", `${here}/settings`, "Settings"],
    ["greeting", `${here}/flows/greeting`, "Greeting"],
    ["checkout", new RegExp(`${here}/keys/key_`), "Checkout"],
    ["create api key", `${here}/keys?new=`, "API keys", "Create API key"],
    ["create flow", `${here}/flows?new=`, "Flows", "Create flow"],
    ["set cap", `${here}/credits/caps?new=`, "Credits", "Set cap"],
    ["overview", here, "Overview"],
    ["profile", "/profile", "Profile"],
    ["create workspace", "/workspaces?new=", "Workspaces", "Create workspace"],
    ["other place", `/${slug}`, "Overview"],
  ];
  const choose = async (typed: string) => {
    const box = await openPalette(page);
    await box.fill(typed);
    const first = page.getByRole("dialog").getByRole("button").first();
    await expect(first).toContainText(new RegExp(typed, "i"));
    await page.keyboard.press("Enter");
    await expect(box).toHaveCount(0);
  };
  for (const [typed, url, heading, dialog] of wanted) {
    await test.step(typed, async () => {
      await choose(typed);
      await expect(page).toHaveURL(typeof url === "string" ? withOrWithoutEquals(url) : url);
      // The address changes before the page does.
      await expect(page.getByRole("heading", { level: 1, name: heading })).toHaveCount(1);
      if (!dialog) return;
      const opened = page.getByRole("dialog", { name: dialog });
      await expect(opened.locator(":focus")).toHaveCount(1);
      await page.keyboard.press("Escape");
      await expect(opened).toHaveCount(0);
    });
  }
  await choose("dark colours");
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
  await choose("light colours");
  await expect(page.locator("html")).toHaveAttribute("data-mantine-color-scheme", "light");
  await choose("keyboard shortcuts");
  const shortcuts = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(shortcuts).toBeVisible();
  await page.keyboard.press("Escape");
  // Where it closes it gives the focus back: to the page, and not away from what is opened meanwhile.
  await expect(shortcuts).toHaveCount(0);
  await choose("sign out");
  await expect(page).toHaveURL(/\/sign-in/);
});

/** `?new` and `?new=` are the same. */
function withOrWithoutEquals(url: string): RegExp {
  return new RegExp(`${url.replace(/[?=]/g, (one) => (one === "?" ? "\\?" : "=?"))}$`);
}

test("letters go to pages, but not behind a dialog", async ({ page, person }) => {
  await page.goto(`/${person.ws}`);
  await expect(page.getByRole("link", { name: "API keys" })).toBeVisible();
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(keys).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("f");
  await page.keyboard.press("Escape");
  await expect(keys).toHaveCount(0);
  await expect(page).toHaveURL(`/${person.ws}`);
  await page.keyboard.press("g");
  await page.keyboard.press("f");
  await expect(page).toHaveURL(`/${person.ws}/flows`);
});

test("the first Tab skips to the page", async ({ page, person }) => {
  await page.goto(`/${person.ws}/keys`);
  await expect(page.getByRole("heading", { name: "API keys" })).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the page" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("main").locator(":focus")).toHaveCount(1);
});
