// How soon a page can be used, and what its scripts weigh: `cargo xtask bench` runs it against the release binary.
//
// Each time a browser that has nothing kept opens the page. It can be used when its heading and its data stand there
// and nothing is a skeleton any more. Figures go to the file that GUILDHALL_MEASURE names; nothing is judged here.

import { writeFile } from "node:fs/promises";
import type { Browser, Page } from "@playwright/test";
import { expect, test } from "./fixture";
import { furnish } from "./furnish";

const FILE = process.env.GUILDHALL_MEASURE ?? "node_modules/.cache/measured.json";
const CALLS = 400;
const TIMES = 5;

/** A page, and what stands on it when it can be used. */
interface Opened {
  name: string;
  path: string;
  shows: string[];
  /** What comes after that, and is waited for as well. */
  later?: string[];
}

interface Measured {
  usable_ms: number;
  /** When all of it was there. */
  whole_ms: number;
  /** What had to be there before it could be used. */
  script_bytes: number;
  /** With what came later. */
  whole_script_bytes: number;
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
      // One can write before what helps to write, and the picture, are there.
      shows: [".cm-content[contenteditable='true']"],
      later: [".react-flow__node", ".cm-line span"],
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
  const whole: number[] = [];
  let last: Measured | undefined;
  for (let time = 0; time < TIMES; time += 1) {
    const measured = await open(browser, page, url, cookies);
    times.push(Math.round(measured.usable_ms));
    whole.push(Math.round(measured.whole_ms));
    last = measured;
  }
  return {
    page: page.name,
    usable_ms: medianOf(times),
    times_ms: times,
    whole_ms: medianOf(whole),
    script_bytes: last?.script_bytes,
    whole_script_bytes: last?.whole_script_bytes,
  };
}

function medianOf(times: number[]): number | undefined {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)];
}

async function open(
  browser: Browser,
  { shows, later = [] }: Opened,
  url: string,
  cookies: Cookies,
): Promise<Measured> {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  await context.addCookies(cookies);
  const page = await context.newPage();
  await page.addInitScript(noteWhenThere, ["h1", ...shows]);
  await page.goto(url, { waitUntil: "commit" });
  const usableMs = await thereAfter(page, shows, later.length === 0);
  const wholeMs = await thereAfter(page, [...shows, ...later], true);
  // What is asked for only then is not what it waited for, however soon it comes from this machine.
  const thereMs = await page.evaluate(() => (window as unknown as Noted).thereMs);
  const entries = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .filter((entry) => new URL(entry.name).pathname.endsWith(".js"))
      .map((entry) => ({
        name: entry.name,
        endMs: (entry as PerformanceResourceTiming).responseEnd,
        bytes: (entry as PerformanceResourceTiming).encodedBodySize,
      })),
  );
  // What is imported from the browser's cache was sent before: the first entry of a script counts.
  const scripts = [...new Map(entries.reverse().map((entry) => [entry.name, entry])).values()];
  const bytesUntil = (ms: number) =>
    scripts.filter(({ endMs }) => endMs <= ms).reduce((sum, { bytes }) => sum + bytes, 0);
  expect(bytesUntil(thereMs)).toBeGreaterThan(0);
  await context.close();
  return {
    usable_ms: usableMs,
    whole_ms: wholeMs,
    script_bytes: bytesUntil(thereMs),
    whole_script_bytes: bytesUntil(wholeMs),
  };
}

/** How long after the navigation began all of this is to be seen; and nothing is a skeleton any more. */
async function thereAfter(page: Page, shows: string[], isWhole: boolean): Promise<number> {
  const there = await page.waitForFunction(
    ({ wanted, isWhole }) => {
      const isLoading =
        isWhole && document.querySelector("[aria-busy='true'], .mantine-Skeleton-root");
      const isThere = wanted.every((one) => document.querySelector(one));
      return isThere && !isLoading && performance.now();
    },
    { wanted: ["h1", ...shows], isWhole },
    { polling: "raf" },
  );
  return Number(await there.jsonValue());
}

interface Noted {
  thereMs: number;
}

/** In the page: the moment at which the last of this was put into it. */
function noteWhenThere(wanted: string[]) {
  const observer = new MutationObserver(() => {
    if (!wanted.every((one) => document.querySelector(one))) return;
    (window as unknown as Noted).thereMs = performance.now();
    observer.disconnect();
  });
  observer.observe(document, { subtree: true, childList: true });
}
