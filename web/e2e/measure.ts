// How soon a page can be used, and what its scripts weigh: `cargo xtask bench` runs it against the release binary.
//
// Each time a browser that has nothing kept opens the page. It can be used when its heading and its data stand there
// and nothing is a skeleton any more. Figures go to the file that GUILDHALL_MEASURE names; nothing is judged here.

import { writeFile } from "node:fs/promises";
import type { Browser } from "@playwright/test";
import { expect, test } from "./fixture";
import { furnish } from "./furnish";

const FILE = process.env.GUILDHALL_MEASURE ?? "node_modules/.cache/measured.json";
const CALLS = 400;
const TIMES = 5;

/** A page and what stands on it when its data does, all of it. */
interface Opened {
  name: string;
  path: string;
  shows: string[];
}

interface Measured {
  usable_ms: number;
  script_bytes: number;
}

test("pages are measured", async ({ browser, operator, server }) => {
  test.setTimeout(600_000);
  const { person, large } = await furnish(operator, server.url, CALLS);
  const at = (path: string) => `${server.url}${path}`;
  const cookies = (await operator.api.storageState()).cookies;
  const pages: Opened[] = [
    {
      name: "overview",
      path: "",
      shows: ["tbody tr", "figure[data-kind='bars'] path", "figure[data-kind='area'] path"],
    },
    { name: "flows", path: "/flows", shows: ["tbody tr"] },
    {
      name: "flow editor",
      path: `/flows/${large}/editor`,
      shows: [".cm-line", ".react-flow__node"],
    },
    { name: "credits", path: "/credits", shows: ["tbody tr", "figure[data-kind='area'] path"] },
    { name: "usage", path: "/usage", shows: ["tbody tr", "figure[data-kind='bars'] path"] },
  ];
  const results = [];
  const signIn = { name: "sign-in", path: "/sign-in", shows: ["button[type='submit']"] };
  results.push(await several(browser, signIn, at(signIn.path), []));
  for (const page of pages)
    results.push(await several(browser, page, at(`/${person.ws}${page.path}`), cookies));
  await writeFile(FILE, `${JSON.stringify({ calls: CALLS, pages: results }, null, 2)}\n`);
});

type Cookies = Parameters<Awaited<ReturnType<Browser["newContext"]>>["addCookies"]>[0];

/** The median of several times, after one that does not count: the server has read its files by then. */
async function several(browser: Browser, page: Opened, url: string, cookies: Cookies) {
  await open(browser, page, url, cookies);
  const times: number[] = [];
  let scriptBytes = 0;
  for (let time = 0; time < TIMES; time += 1) {
    const measured = await open(browser, page, url, cookies);
    times.push(Math.round(measured.usable_ms));
    scriptBytes = measured.script_bytes;
  }
  const sorted = [...times].sort((one, other) => one - other);
  return {
    page: page.name,
    usable_ms: sorted[Math.floor(TIMES / 2)],
    times_ms: times,
    script_bytes: scriptBytes,
  };
}

async function open(
  browser: Browser,
  { shows }: Opened,
  url: string,
  cookies: Cookies,
): Promise<Measured> {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  await context.addCookies(cookies);
  const page = await context.newPage();
  await page.goto(url, { waitUntil: "commit" });
  const usable = await page.waitForFunction(
    (wanted) => {
      const isLoading = document.querySelector("[aria-busy='true'], .mantine-Skeleton-root");
      const isThere = ["h1", ...wanted].every((one) => document.querySelector(one));
      // Since the navigation began.
      return isThere && !isLoading && performance.now();
    },
    shows,
    { polling: "raf" },
  );
  const usableMs = Number(await usable.jsonValue());
  const scriptBytes = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter((entry) => new URL(entry.name).pathname.endsWith(".js"))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
  );
  expect(scriptBytes).toBeGreaterThan(0);
  await context.close();
  return { usable_ms: usableMs, script_bytes: scriptBytes };
}
