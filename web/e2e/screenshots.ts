// Every page as a picture: `npm run screenshots`, or `cargo xtask screenshots`.
//
// A file of the end-to-end suite by its means, but it proves nothing, so it is not run with it.
// `GUILDHALL_SHOW='^keys|^run'` takes only those whose name fits.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, GREETING, PASSWORD, signUp, test } from "./fixture";
import { type Furnished, furnish, furnishInstance } from "./furnish";

const FOLDER = process.env.GUILDHALL_SCREENSHOTS ?? "node_modules/.cache/screenshots";
const SHOW = new RegExp(process.env.GUILDHALL_SHOW ?? "");
const CALLS = 240;
const SIZES = [
  { name: "1440", width: 1440, height: 900 },
  { name: "390", width: 390, height: 844 },
];

/** The name of its pictures, its address, and what is done there first. */
type Picture = [
  name: string,
  path: string,
  act?: (page: Page) => Promise<unknown>,
  /** It is done otherwise on a phone, and so once more. */
  again?: "again on a phone",
];

const press = (name: string | RegExp) => (page: Page) =>
  page.getByRole("button", { name }).first().click();

/** The side bar, which a phone hides behind a button. */
const inSideBar = (name: RegExp) => async (page: Page) => {
  const menu = page.getByRole("button", { name: "Open the menu" });
  if (await menu.isVisible()) await menu.click();
  await press(name)(page);
};

/** Without an account. */
const outside: Picture[] = [
  ["sign-in", "/sign-in"],
  [
    "sign-in-refused",
    "/sign-in",
    async (page) => {
      await page.getByLabel("Mail address").fill("nobody@example.com");
      await page.getByLabel(/^Password/).fill("wrong password");
      await press("Sign in")(page);
      await expect(page.getByRole("alert")).toBeVisible();
    },
  ],
  ["sign-up", "/sign-up"],
];

/** A workspace in which nothing happened yet. */
const empty = (ws: string): Picture[] => [
  ["empty-overview", `/${ws}`],
  ["empty-flows", `/${ws}/flows`],
  ["empty-runs", `/${ws}/runs`],
  ["empty-keys", `/${ws}/keys`],
  ["empty-credits", `/${ws}/credits`],
  ["empty-ledger", `/${ws}/credits/ledger`],
  ["empty-caps", `/${ws}/credits/caps`],
  ["empty-usage", `/${ws}/usage`],
  ["empty-events", `/${ws}/usage/events`],
];

/** The pages, their dialogs and their states. Add yours. */
const pages = (made: Furnished): Picture[] => {
  const ws = `/${made.person.ws}`;
  const flow = `${ws}/flows/${made.flow}`;
  const large = `${ws}/flows/${made.large}`;
  return [
    ["workspaces", "/workspaces"],
    ["workspaces-new", "/workspaces?new"],
    ["profile", "/profile"],
    ["not-found", `${ws}/nothing`],
    ["no-workspace", "/no-such-workspace"],
    ["overview", ws],
    ["switcher", ws, inSideBar(/Switch$/), "again on a phone"],
    ["user-menu", ws, inSideBar(/^Signed in as/), "again on a phone"],
    ["palette", ws, (page) => page.keyboard.press("Control+k")],
    ["shortcuts", ws, (page) => page.keyboard.press("Shift+?")],
    ["loading", `${ws}/keys`, stalled],
    ["loading-overview", ws, stalled],
    ["failure", `${ws}/keys`, broken],
    ["flows", `${ws}/flows`],
    ["flows-new", `${ws}/flows?new`],
    ["flow", flow],
    [
      "flow-result",
      flow,
      async (page) => {
        await page.getByRole("textbox", { name: /^name/i }).fill("Ada");
        await page.getByRole("button", { name: "Run", exact: true }).click();
        await expect(page.getByRole("region", { name: "Result" })).toContainText("Cost");
      },
    ],
    ["flow-editor", `${large}/editor`],
    ["flow-editor-small", `${flow}/editor`],
    ["flow-problems", `${flow}/editor`, mistype],
    ["flow-save", `${flow}/editor`, save],
    ["flow-conflict", `${flow}/editor`, collide(made)],
    ["flow-delete", flow, remove],
    ["flow-versions", `${flow}/versions`],
    ["flow-version", `${flow}/versions/2`],
    ["flow-compare", `${flow}/versions/2?show=compare`],
    ["flow-deployments", `${flow}/deployments`],
    ["flow-deploy", `${flow}/deployments`, press(/^Deploy to staging/)],
    ["flow-runs", `${flow}/runs`],
    ["flow-api", `${flow}/api`],
    ["runs", `${ws}/runs`],
    ["runs-none", `${ws}/runs?state=cancelled`],
    ["run", `${ws}/runs/${made.run}`],
    ["run-failed", `${ws}/runs/${made.failedRun}`],
    [
      "run-step",
      `${ws}/runs/${made.failedRun}`,
      (page) => page.getByRole("list", { name: "Steps" }).getByRole("button").nth(1).click(),
    ],
    ["keys", `${ws}/keys`],
    ["keys-new", `${ws}/keys?new`],
    ["keys-shown", `${ws}/keys?new`, makeKey],
    ["key", `${ws}/keys/${made.key}`],
    ["key-revoke", `${ws}/keys/${made.key}`, press("Revoke")],
    ["credits", `${ws}/credits`],
    ["ledger", `${ws}/credits/ledger`],
    ["caps", `${ws}/credits/caps`],
    ["caps-new", `${ws}/credits/caps`, press("Set cap")],
    ["usage", `${ws}/usage`],
    ["usage-flows", `${ws}/usage?group=flow`],
    ["usage-tip", `${ws}/usage?group=flow`, (page) => page.getByRole("slider").focus()],
    ["usage-hours", `${ws}/usage?group=key&range=7d&by=hour&metric=calls`],
    ["usage-latency", `${ws}/usage?range=24h&metric=latency`],
    ["events", `${ws}/usage/events`],
    ["event", `${ws}/usage/events?event=${made.event}`, async () => {}],
    ["settings", `${ws}/settings`],
    ["settings-delete", `${ws}/settings`, press("Delete workspace")],
    ["operator", "/operator"],
    ["operator-workspaces", "/operator/workspaces"],
    ["operator-workspace", `/operator/workspaces/${made.person.ws}`],
    ["operator-grant", `/operator/workspaces/${made.person.ws}`, press("Grant credits")],
    ["operator-users", "/operator/users"],
    ["operator-prices", "/operator/prices"],
    ["operator-price", "/operator/prices", press("Set price")],
    ["operator-permissions", "/operator/permissions"],
    ["operator-service-tokens", "/operator/service-tokens"],
    ["operator-service-token", "/operator/service-tokens", press("Create token")],
    [
      "operator-service-token-page",
      "/operator/service-tokens",
      (page) => page.getByRole("link", { name: "Back office" }).click(),
    ],
    ["operator-settings", "/operator/settings"],
  ];
};

/** Answers never come. */
async function stalled(page: Page) {
  await page.route(/\/v1\/(keys|flows|usage|credits|runs)/, () => {});
  await page.reload();
  await expect(page.locator("[aria-busy='true']").first()).toBeVisible();
}

/** The server says that something went wrong. */
async function broken(page: Page) {
  await page.route(/\/v1\/keys/, (route) =>
    route.fulfill({
      status: 500,
      contentType: "application/problem+json",
      body: JSON.stringify({
        type: "about:blank",
        title: "Internal error",
        status: 500,
        code: "internal_error",
        instance: "req_01hzy6v3k7e8t9m2q4s5w6x7y8",
      }),
    }),
  );
  await page.reload();
  await expect(page.getByRole("alert")).toBeVisible();
}

/** Writes something that the check does not like. */
async function mistype(page: Page) {
  await page.getByRole("textbox", { name: "Definition" }).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("  - shout:\n      sett: {}\n");
  await page.waitForTimeout(1_500);
}

async function save(page: Page) {
  await page.getByRole("textbox", { name: "Definition" }).click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("  - mine:\n      set: { seen: true }\n");
  await press("Save version")(page);
}

/** Saves a draft over which somebody else has saved. */
const collide = (made: Furnished) => async (page: Page) => {
  const editor = page.getByRole("textbox", { name: "Definition" });
  await editor.click();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("  - mine:\n      set: { seen: true }\n");
  await made.person.call("PUT", `/v1/flows/${made.flow}/draft`, {
    definition: GREETING.replace("Hello", "A warm welcome"),
  });
  await press("Save draft")(page);
  await expect(page.getByRole("dialog", { name: /Somebody else/ })).toBeVisible();
};

async function remove(page: Page) {
  await press(/^More about/)(page);
  await page.getByRole("menuitem", { name: "Delete flow" }).click();
}

async function makeKey(page: Page) {
  const drawer = page.getByRole("dialog", { name: "Create API key" });
  await drawer.getByRole("textbox", { name: /^Name/ }).fill("Warehouse");
  await drawer.getByRole("button", { name: "Create key" }).click();
  await expect(page.getByTestId("key")).toBeVisible();
}

/** One picture for each size and colour scheme, of the whole page. */
async function shoot(page: Page, [name, path, act, again]: Picture) {
  if (!SHOW.test(name)) return;
  const come = async () => {
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.goto(path);
    await page.waitForLoadState("networkidle");
    await expect(page.locator("[aria-busy='true']")).toHaveCount(0);
    await act?.(page);
  };
  for (const [index, { name: size, ...viewport }] of SIZES.entries()) {
    await page.setViewportSize(viewport);
    if (index === 0 || again) await come();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // Charts and the editor measure themselves after the window.
      await page.waitForTimeout(150);
      await page.screenshot({
        path: join(FOLDER, `${name}-${size}-${colorScheme}.png`),
        fullPage: act === undefined,
      });
    }
  }
}

test("every page", async ({ page, operator, context, server, playwright }) => {
  test.setTimeout(900_000);
  page.setDefaultTimeout(20_000);
  await mkdir(FOLDER, { recursive: true });
  // A page that asks before it is left must not keep the next one from being shown.
  page.on("dialog", (dialog) => void dialog.accept());
  const made = await furnish(operator, server.url, CALLS);
  await furnishInstance(operator, server.url);
  const other = await playwright.request.newContext({ baseURL: server.url });
  const newcomer = await signUp(other, "Ada Lovelace");
  const signIn = async (email: string) => {
    await context.clearCookies();
    const answer = await context.request.post("/v1/auth/sign-in", {
      data: { email, password: PASSWORD },
    });
    expect(answer.ok()).toBe(true);
  };
  // One that cannot be taken does not keep the others from it.
  const failed: string[] = [];
  const take = async (pictures: Picture[]) => {
    for (const picture of pictures)
      await shoot(page, picture).catch((error) => failed.push(`${picture[0]}: ${error}`));
  };
  await take(outside);
  await signIn(newcomer.email);
  await take(empty(newcomer.ws));
  await signIn(operator.email);
  await take(pages(made));
  await other.dispose();
  expect(failed).toEqual([]);
});
