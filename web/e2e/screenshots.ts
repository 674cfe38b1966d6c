// Every page as a picture: `npm run screenshots`, or `cargo xtask screenshots`.
//
// A file of the end-to-end suite by its means, but it proves nothing, so it is not run with it.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, GREETING, PASSWORD, type Person, test } from "./fixture";

const FOLDER = process.env.GUILDHALL_SCREENSHOTS ?? "node_modules/.cache/screenshots";
const SIZES = [
  { name: "1440", width: 1440, height: 900 },
  { name: "390", width: 390, height: 844 },
];

/** The pages by the names of their pictures. Add yours. */
const pages = (ws: string, { flow, key, run }: Made): [name: string, path: string][] => [
  ["workspaces", "/workspaces"],
  ["profile", "/profile"],
  ["overview", `/${ws}`],
  ["flows", `/${ws}/flows`],
  ["flow", `/${ws}/flows/${flow}`],
  ["flow-editor", `/${ws}/flows/${flow}/editor`],
  ["flow-versions", `/${ws}/flows/${flow}/versions`],
  ["flow-deployments", `/${ws}/flows/${flow}/deployments`],
  ["flow-runs", `/${ws}/flows/${flow}/runs`],
  ["flow-api", `/${ws}/flows/${flow}/api`],
  ["runs", `/${ws}/runs`],
  ["run", `/${ws}/runs/${run}`],
  ["keys", `/${ws}/keys`],
  ["keys-new", `/${ws}/keys?new`],
  ["key", `/${ws}/keys/${key}`],
  ["credits", `/${ws}/credits`],
  ["usage", `/${ws}/usage`],
  ["settings", `/${ws}/settings`],
  ["operator", "/operator"],
  ["operator-workspaces", "/operator/workspaces"],
  ["operator-workspace", `/operator/workspaces/${ws}`],
  ["operator-users", "/operator/users"],
  ["operator-prices", "/operator/prices"],
  ["operator-permissions", "/operator/permissions"],
  ["operator-service-tokens", "/operator/service-tokens"],
  ["operator-settings", "/operator/settings"],
  ["operator-health", "/operator/health"],
];

interface Made {
  flow: string;
  key: string;
  run: string;
}

/** Enough that pages have something to show. */
async function furnish(person: Person): Promise<Made> {
  await person.call("POST", `/v1/operator/workspaces/${person.ws}/grants`, {
    credits: "1000",
    source: "promotion",
  });
  const flow = await person.deployFlow("Welcome mail", GREETING);
  await person.deployFlow("Score a lead", GREETING);
  for (const name of ["Checkout service", "Nightly import", "Partner portal"])
    await person.key({ name });
  await person.key({ name: "Staging", kind: "test", rate_limit_per_minute: 60 });
  for (const name of ["Ada", "Grace", "Edsger", "Barbara"])
    await person.call("POST", `/v1/flows/${flow}/call`, { name });
  const runs = await person.call<{ items: { id: string }[] }>("GET", "/v1/runs");
  const keys = await person.call<{ items: { id: string }[] }>("GET", "/v1/keys");
  return { flow, key: keys.items[0]?.id ?? "", run: runs.items[0]?.id ?? "" };
}

test("every page", async ({ page, operator, context }) => {
  test.setTimeout(600_000);
  await mkdir(FOLDER, { recursive: true });
  const made = await furnish(operator);
  const shoot = async (name: string, path: string) => {
    for (const { name: size, ...viewport } of SIZES) {
      await page.setViewportSize(viewport);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        await page.goto(path);
        await page.waitForLoadState("networkidle");
        await expect(page.locator("[aria-busy='true']")).toHaveCount(0);
        await page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`) });
      }
    }
  };
  await shoot("sign-in", "/sign-in");
  await shoot("sign-up", "/sign-up");
  const signedIn = await context.request.post("/v1/auth/sign-in", {
    data: { email: operator.email, password: PASSWORD },
  });
  expect(signedIn.ok()).toBe(true);
  for (const [name, path] of pages(operator.ws, made)) await shoot(name, path);
});
