// What every end-to-end test starts from: the real server, people with workspaces, and a check of the page for
// everybody's use. People are made through the API; what is tested is done by clicking.

import { AxeBuilder } from "@axe-core/playwright";
import { type APIRequestContext, test as base, expect, type Page, request } from "@playwright/test";
import { Server } from "./server";

export { expect } from "@playwright/test";

export const PASSWORD = "a long enough password";

/** A person at the API, as any client. */
export class Person {
  constructor(
    readonly api: APIRequestContext,
    readonly email: string,
    readonly name: string,
    /** The workspace that came with the sign-up; its name in addresses. */
    readonly ws: string,
    readonly workspaceId: string,
  ) {}

  /** Asks in the own workspace; fails unless it goes well. */
  async call<T = Record<string, never>>(
    method: string,
    path: string,
    body?: unknown,
    ws = this.ws,
  ): Promise<T> {
    const response = await this.api.fetch(path, {
      method,
      headers: { "Guildhall-Workspace": ws },
      ...(body === undefined ? {} : { data: body }),
    });
    expect(response.ok(), `${method} ${path}: ${response.status()} ${await response.text()}`).toBe(
      true,
    );
    return response.status() === 204 ? ({} as T) : ((await response.json()) as T);
  }

  /** Makes a flow with a version that is live in production; answers its slug. */
  async deployFlow(name: string, definition: string): Promise<string> {
    const { slug } = await this.call<{ slug: string }>("POST", "/v1/flows", { name });
    const { number } = await this.call<{ number: number }>("POST", `/v1/flows/${slug}/versions`, {
      definition,
      comment: "First version",
    });
    await this.call("POST", `/v1/flows/${slug}/deployments`, {
      environment: "production",
      version: number,
    });
    return slug;
  }

  /** Makes an API key and answers it. */
  async key(body: Record<string, unknown> = { name: "Test key" }): Promise<string> {
    return (await this.call<{ key: string }>("POST", "/v1/keys", body)).key;
  }
}

/** A flow that greets. */
export const GREETING = `document:
  dsl: '1.0.3'
  namespace: test
  name: greeting
  version: '1.0.0'
input:
  schema:
    format: json
    document:
      type: object
      required: [name]
      properties:
        name: { type: string, minLength: 1 }
do:
  - greet:
      set:
        greeting: \${ "Hello, " + .name + "!" }
`;

let people = 0;

/** Signs somebody up; the session goes to `api`, and so to the browser that it belongs to. */
export async function signUp(api: APIRequestContext, name = "Ada Lovelace"): Promise<Person> {
  people += 1;
  const email = `person-${process.pid}-${people}@example.com`;
  const response = await api.post("/v1/auth/sign-up", {
    data: { email, password: PASSWORD, name },
  });
  expect(response.ok(), await response.text()).toBe(true);
  const { workspace } = await response.json();
  return new Person(api, email, name, workspace.slug, workspace.id);
}

interface Fixtures {
  /** Somebody signed in in `page`, with a workspace. */
  person: Person;
  /** Somebody else, who is signed in elsewhere. */
  customer: Person;
  /** Signs the operator in in `page`. */
  asOperator: () => Promise<void>;
  /** A program that sends this key or token with each request. */
  program: (credential: string) => Promise<APIRequestContext>;
  /** Gives credits to a workspace, as the operator. */
  grant: (workspace: string, credits: string) => Promise<void>;
  /** Fails a test whose page logged an error or asked another host. */
  quiet: undefined;
}

interface WorkerFixtures {
  server: Server;
  /** The first to sign up: he runs the instance. */
  operator: Person;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads the names of what is needed from it
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.remove();
    },
    { scope: "worker", timeout: 90_000 },
  ],
  operator: [
    async ({ server }, use) => {
      const api = await request.newContext({ baseURL: server.url });
      await use(await signUp(api, "Olive Operator"));
      await api.dispose();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  // The operator is made first, so that whom a test makes is an ordinary person.
  person: async ({ operator: _, context }, use) => use(await signUp(context.request)),
  customer: async ({ operator: _, playwright, server }, use) => {
    const api = await playwright.request.newContext({ baseURL: server.url });
    await use(await signUp(api, "Grace Hopper"));
    await api.dispose();
  },
  asOperator: async ({ context, operator }, use) =>
    use(async () => context.addCookies((await operator.api.storageState()).cookies)),
  program: async ({ playwright, server }, use) => {
    const made: APIRequestContext[] = [];
    await use(async (credential) => {
      const api = await playwright.request.newContext({
        baseURL: server.url,
        extraHTTPHeaders: { authorization: `Bearer ${credential}` },
      });
      made.push(api);
      return api;
    });
    for (const api of made) await api.dispose();
  },
  grant: async ({ operator }, use) =>
    use(async (workspace, credits) => {
      await operator.call("POST", `/v1/operator/workspaces/${workspace}/grants`, {
        credits,
        source: "promotion",
      });
    }),
  quiet: [
    async ({ page, server }, use) => {
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => {
        // Chromium logs every answer from 400 up; those are asked about on the page.
        if (message.type() === "error" && !/Failed to load resource|net::ERR/.test(message.text()))
          errors.push(message.text());
      });
      page.on("request", (sent) => {
        if (!/^(data|blob):/.test(sent.url()) && !sent.url().startsWith(server.url))
          errors.push(`asks another host: ${sent.url()}`);
      });
      await use(undefined);
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
});

/** Finds nothing serious, in light and in dark. */
export async function expectAccessible(page: Page) {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const serious = violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(
        ({ id, help, nodes }) =>
          `${colorScheme}: ${id}: ${help}: ${nodes.map((node) => `${node.target} ${node.any.map((one) => one.message).join(" ")}`).join("\n  ")}`,
      );
    expect(serious).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

/** Neither the page nor a table is wider than the window. */
export async function expectNoOverflow(page: Page) {
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(wider, "the page scrolls sideways").toBeLessThanOrEqual(0);
  const tables = await page.evaluate(() =>
    [...document.querySelectorAll("[role='region']:has(> table)")]
      .filter((region) => region.scrollWidth > region.clientWidth)
      .map((region) => region.getAttribute("aria-label")),
  );
  expect(tables, "tables that scroll sideways").toEqual([]);
}

/** Opens the palette and answers its box, ready to be typed into. */
export async function openPalette(page: Page) {
  // Before the page is there nothing listens.
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.keyboard.press("Control+k");
  const box = page.getByRole("textbox", { name: "Go to a page or do something" });
  await expect(box).toBeFocused();
  return box;
}

/** Clicks what downloads a file, and answers its lines. */
export async function downloaded(page: Page, click: () => Promise<void>): Promise<string[]> {
  const waiting = page.waitForEvent("download");
  await click();
  let text = "";
  for await (const chunk of await (await waiting).createReadStream()) text += chunk;
  return text.trim() ? text.trim().split("\n") : [];
}

/** Holds back what goes to `url`, until it is let go. */
export async function hold(page: Page, method: string, url: string) {
  let letGo = () => {};
  const gate = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let count = 0;
  await page.route(url, async (route) => {
    if (route.request().method() !== method) return route.fallback();
    count += 1;
    await gate;
    return route.continue();
  });
  return { count: () => count, letGo };
}
