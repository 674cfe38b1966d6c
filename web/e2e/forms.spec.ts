import type { Page } from "@playwright/test";
import { expect, GREETING, type Person, test } from "./fixture";

/** Lets the server find every field wrong that is sent to it; answers which those were. */
async function refuseAll(page: Page, method: string, url: string): Promise<() => string[]> {
  const sent: string[] = [];
  await page.route(url, async (route) => {
    if (route.request().method() !== method) return route.fallback();
    const body = route.request().postDataJSON() as Record<string, unknown>;
    // Of a list, an entry is wrong.
    const pointers = Object.entries(body).map(([name, value]) =>
      Array.isArray(value) ? `/${name}/0` : `/${name}`,
    );
    sent.push(...Object.keys(body));
    return route.fulfill({
      status: 422,
      contentType: "application/problem+json",
      json: {
        type: "about:blank",
        title: "Invalid",
        status: 422,
        code: "invalid",
        instance: "req_test",
        errors: pointers.map((pointer) => ({
          pointer,
          code: "invalid",
          message: `is wrong at ${pointer.split("/")[1]}`,
        })),
      },
    });
  });
  return () => sent;
}

/** Each complaint stands at a field that says it is wrong and is described by it. */
async function expectAtFields(page: Page, names: string[], hidden: string[] = []) {
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const text = page.getByText(new RegExp(`Is wrong at ${name}\\.`));
    if (hidden.includes(name)) {
      await expect(page.getByText(`${name}: is wrong at ${name}`)).toBeVisible();
      continue;
    }
    await expect(text, name).toBeVisible();
    const isTied = await text.evaluate((found) => {
      const error = found.closest("[id]");
      const field = error && document.querySelector(`[aria-describedby~="${error.id}"]`);
      const isGroup = field?.getAttribute("role")?.endsWith("group");
      return Boolean(field && (isGroup || field.getAttribute("aria-invalid") === "true"));
    });
    expect(isTied, `${name} is tied to what is said of it`).toBe(true);
  }
}

interface Form {
  name: string;
  method: string;
  url: string;
  /** Opens it. */
  at: (page: Page, person: Person) => Promise<unknown>;
  /** Labels and what is typed there, so that it is sent. */
  typed: [label: RegExp, text: string][];
  act: string;
  /** The title of the dialog that it stands in; nothing where it is on the page itself. */
  dialog?: string | RegExp;
  /** Sent, but shown nowhere: said below the form. */
  hidden?: string[];
}

const goto = (path: string) => (page: Page, person: Person) => page.goto(`/${person.ws}${path}`);

const FORMS: Form[] = [
  {
    name: "create key",
    method: "POST",
    url: "**/v1/keys",
    at: goto("/keys?new"),
    typed: [[/^Name/, "Checkout"]],
    dialog: "Create API key",
    act: "Create key",
  },
  {
    name: "change key",
    method: "PATCH",
    url: "**/v1/keys/*",
    at: async (page, person) => {
      const { id } = await person.call<{ id: string }>("POST", "/v1/keys", { name: "Checkout" });
      await page.goto(`/${person.ws}/keys/${id}?edit`);
    },
    typed: [[/^Name/, "Till"]],
    dialog: "Edit API key",
    act: "Save",
  },
  {
    name: "set cap",
    method: "PUT",
    url: "**/v1/caps",
    at: goto("/credits/caps?new"),
    typed: [[/^Credits/, "5"]],
    dialog: "Set cap",
    act: "Set cap",
    hidden: ["subject_id"],
  },
  {
    name: "create flow",
    method: "POST",
    url: "**/v1/flows",
    at: goto("/flows?new"),
    typed: [
      [/^Name/, "Greeting"],
      [/^Description/, "Greets"],
    ],
    dialog: "Create flow",
    act: "Create flow",
    hidden: ["definition"],
  },
  {
    name: "deploy",
    method: "POST",
    url: "**/v1/flows/*/deployments",
    at: async (page, person) => {
      const flow = await person.deployFlow("Greeting", GREETING);
      await page.goto(`/${person.ws}/flows/${flow}/deployments`);
      await page
        .getByRole("button", { name: /^Deploy/ })
        .first()
        .click();
      const dialog = page.getByRole("dialog", { name: "Deploy" });
      await dialog.getByRole("combobox", { name: "Environment" }).click();
      await page.getByRole("option", { name: "staging" }).click();
    },
    typed: [[/^Note/, "Try it"]],
    dialog: "Deploy",
    act: "Deploy",
  },
  {
    name: "save version",
    method: "POST",
    url: "**/v1/flows/*/versions",
    at: async (page, person) => {
      const { slug } = await person.call<{ slug: string }>("POST", "/v1/flows", {
        name: "Drafted",
        definition: GREETING,
      });
      await page.goto(`/${person.ws}/flows/${slug}/editor`);
      await page.getByRole("button", { name: "Save version" }).click();
    },
    typed: [
      [/^Comment/, "Friendlier"],
      [/^Label/, "spring"],
    ],
    dialog: /^Save version/,
    act: "Save version",
    hidden: ["definition"],
  },
  {
    name: "details of a flow",
    method: "PATCH",
    url: "**/v1/flows/*",
    at: async (page, person) => {
      const flow = await person.deployFlow("Greeting", GREETING);
      await page.goto(`/${person.ws}/flows/${flow}/api`);
      await page.getByRole("button", { name: "More about Greeting" }).click();
      await page.getByRole("menuitem", { name: "Edit details" }).click();
    },
    typed: [[/^Name/, "Greet"]],
    dialog: "Edit details",
    act: "Save details",
  },
  {
    name: "create workspace",
    method: "POST",
    url: "**/v1/workspaces",
    at: (page) => page.goto("/workspaces?new"),
    typed: [
      [/^Name/, "Acme"],
      [/^Address/, "acme"],
    ],
    dialog: "Create workspace",
    act: "Create workspace",
  },
  {
    name: "settings of a workspace",
    method: "PATCH",
    url: "**/v1/workspaces/*",
    at: goto("/settings"),
    typed: [
      [/^Name/, "Acme"],
      [/^Address/, "acme"],
      [/^Description/, "Makes all"],
      [/^Picture address/, "https://example.com/a.png"],
    ],
    act: "Save changes",
  },
  {
    name: "own name",
    method: "PATCH",
    url: "**/v1/me",
    at: (page) => page.goto("/profile"),
    typed: [[/^Name/, "Grace"]],
    act: "Save name",
  },
  {
    name: "own password",
    method: "PUT",
    url: "**/v1/me/password",
    at: (page) => page.goto("/profile"),
    typed: [
      [/^Current password/, "the one that was"],
      [/^New password(?! again)/, "the one that will be"],
      [/^New password again/, "the one that will be"],
    ],
    act: "Change password",
  },
  {
    name: "sign in",
    method: "POST",
    url: "**/v1/auth/sign-in",
    at: (page) => page.goto("/sign-in"),
    typed: [
      [/^Mail address/, "ada@example.com"],
      [/^Password/, "a long enough password"],
    ],
    act: "Sign in",
  },
  {
    name: "sign up",
    method: "POST",
    url: "**/v1/auth/sign-up",
    at: (page) => page.goto("/sign-up"),
    typed: [
      [/^Name/, "Ada"],
      [/^Mail address/, "ada@example.com"],
      [/^Password/, "a long enough password"],
    ],
    act: "Sign up",
  },
];

const OPERATORS: Form[] = [
  {
    name: "price",
    method: "PUT",
    url: "**/v1/operator/prices",
    at: (page) => page.goto("/operator/prices?new"),
    typed: [
      [/^Which one/, "companies:search"],
      [/^Credits/, "0.5"],
    ],
    dialog: "Set price",
    act: "Set price",
  },
  {
    name: "permission",
    method: "POST",
    url: "**/v1/operator/permissions",
    at: (page) => page.goto("/operator/permissions?new"),
    typed: [
      [/^Name/, "companies:read"],
      [/^What it allows/, "Read"],
    ],
    dialog: "Register permission",
    act: "Register permission",
  },
  {
    name: "service token",
    method: "POST",
    url: "**/v1/operator/service-tokens",
    at: (page) => page.goto("/operator/service-tokens?new"),
    typed: [[/^Name/, "Back office"]],
    dialog: "Create service token",
    act: "Create token",
  },
  {
    name: "settings of the instance",
    method: "PATCH",
    url: "**/v1/operator/settings",
    at: (page) => page.goto("/operator/settings"),
    typed: [
      [/^Name/, "Acme"],
      [/^Logo address/, "https://example.com/a.png"],
      [/^Support address/, "https://example.com/help"],
      [/^Sign-up bonus/, "3"],
      [/^Flow call/, "2"],
      [/^Verified call/, "4"],
    ],
    act: "Save settings",
  },
  {
    name: "grant",
    method: "POST",
    url: "**/v1/operator/workspaces/*/grants",
    at: async (page, person) => {
      await page.goto(`/operator/workspaces/${person.ws}`);
      await page.getByRole("button", { name: "Grant credits" }).click();
    },
    typed: [
      [/^Credits/, "5"],
      [/^External id/, "invoice-1"],
      [/^Note/, "Hello"],
    ],
    dialog: /^Grant credits/,
    act: "Grant credits",
  },
  {
    name: "adjustment",
    method: "POST",
    url: "**/v1/operator/workspaces/*/adjustments",
    at: async (page, person) => {
      await page.goto(`/operator/workspaces/${person.ws}`);
      await page.getByRole("button", { name: "Adjust credits" }).click();
    },
    typed: [
      [/^Credits/, "-5"],
      [/^Note/, "Twice"],
    ],
    dialog: /^Adjust the credits/,
    act: "Adjust credits",
  },
];

async function complains(page: Page, person: Person, form: Form) {
  const { name, method, url, at, typed, act, hidden, dialog } = form;
  await test.step(name, async () => {
    await at(page, person);
    const sent = await refuseAll(page, method, url);
    const around = dialog ? page.getByRole("dialog", { name: dialog }) : page.locator("body");
    await expect(around.getByRole("button", { name: act })).toBeVisible();
    for (const [label, text] of typed)
      await around
        .getByRole("textbox", { name: label })
        .or(around.getByLabel(label))
        .first()
        .fill(text);
    await around.getByRole("button", { name: act }).click();
    await expect(page.getByText(/is wrong at/i).first()).toBeVisible();
    await expectAtFields(page, sent(), hidden);
    await page.unroute(url);
  });
}

test("what the server says of a field stands at it, in every form", async ({ page, person }) => {
  test.slow();
  page.on("dialog", (dialog) => void dialog.accept());
  for (const form of FORMS) await complains(page, person, form);
});

test("what the server says of a field stands at it, in every form of the operator", async ({
  page,
  person,
  asOperator,
}) => {
  test.slow();
  page.on("dialog", (dialog) => void dialog.accept());
  await asOperator();
  for (const form of OPERATORS) await complains(page, person, form);
});

/** Where a number is typed, and by which button it goes out. */
const NUMBERS: { at: (person: Person) => string; label: RegExp; act: string; takes: string[] }[] = [
  { at: ({ ws }) => `/${ws}/credits/caps?new`, label: /^Credits/, act: "Set cap", takes: ["0"] },
  {
    at: ({ ws }) => `/${ws}/keys?new`,
    label: /^Calls per minute/,
    act: "Create key",
    takes: ["1,000"],
  },
  { at: ({ ws }) => `/${ws}/keys?new`, label: /^Spending cap/, act: "Create key", takes: ["0.5"] },
];

const NO_NUMBERS = ["many", "1,5", "1.5.2", "1e30", "-1", "0.0000001", "99999999999999999999"];

test("what is no number, or none that can be, is answered at the field and stays as it was typed", async ({
  page,
  person,
}) => {
  page.on("dialog", (dialog) => void dialog.accept());
  for (const { at, label, act, takes } of NUMBERS) {
    await test.step(`${act}: ${label}`, async () => {
      await page.goto(at(person));
      const dialog = page.getByRole("dialog");
      const field = dialog.getByLabel(label);
      await expect(dialog.getByRole("button", { name: act })).toBeVisible();
      for (const text of NO_NUMBERS) {
        await field.fill(text);
        await dialog.getByRole("button", { name: act }).click();
        await expect(field, text).toHaveAccessibleDescription(/(Type|It must be) /);
        await expect(field).toHaveValue(text);
      }
      for (const text of takes) {
        await field.fill(text);
        await dialog.getByRole("button", { name: act }).click();
        // The dialog may be gone by now.
        await expect(dialog.getByText(/^(Type an?|It must be) /)).toHaveCount(0);
      }
    });
  }
});

test("a number of an input that is none is told as such, with what was typed", async ({
  page,
  person,
  grant,
}) => {
  await grant(person.ws, "10");
  const definition = GREETING.replace("type: string, minLength: 1", "type: integer, minimum: 1");
  const flow = await person.deployFlow("Counting", definition.replace("+ .name +", '+ "" +'));
  await page.goto(`/${person.ws}/flows/${flow}`);
  const field = page.getByLabel(/^Name/);
  const run = page.getByRole("button", { name: "Run", exact: true });
  for (const text of ["1,5", "many", "0", "1.5"]) {
    await field.fill(text);
    await run.click();
    await expect(field, text).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveValue(text);
  }
  await field.fill("99999999999999999999999");
  await run.click();
  await expect(page.getByRole("heading", { name: "Output" })).toBeVisible();
});
