import { defineConfig } from "@playwright/test";

/** Debian's Chromium; nothing is downloaded. */
const chromium = process.env.GUILDHALL_CHROMIUM ?? "/usr/bin/chromium";

/** Pictures and measurements prove nothing, so they are only run when they are asked for. */
function files(): string {
  if (process.env.GUILDHALL_SCREENSHOTS) return "screenshots.ts";
  return process.env.GUILDHALL_MEASURE ? "measure.ts" : "*.spec.ts";
}

export default defineConfig({
  testDir: "e2e",
  testMatch: files(),
  outputDir: "node_modules/.cache/playwright",
  fullyParallel: false,
  workers: Number(process.env.GUILDHALL_E2E_WORKERS ?? 1),
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  // A test that needs another try is wrong, or has found something.
  retries: 0,
  reporter: [["list"], ["./e2e/failures.ts"]],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/Berlin",
    // What is recorded beside it would be measured with it.
    trace: process.env.GUILDHALL_MEASURE ? "off" : "retain-on-failure",
    launchOptions: {
      executablePath: chromium,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
