import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { type Page, request } from "@playwright/test";
import { TEMPLATES } from "../src/flow/templates";
import {
  expect,
  expectAccessible,
  expectNoOverflow,
  GREETING,
  type Person,
  signUp,
  test,
} from "./fixture";

const run = promisify(execFile);

/** The text editor with the definition. */
function definition(page: Page) {
  return page.getByRole("textbox", { name: "Definition" });
}

/** Types over the whole definition. */
async function write(page: Page, text: string) {
  await definition(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

async function makeFlow(person: Person, name: string, text = GREETING): Promise<string> {
  const body = { name, definition: text };
  return (await person.call<{ slug: string }>("POST", "/v1/flows", body)).slug;
}

test("from nothing to a charged call: create, edit, check, run, save, deploy, call", async ({
  page,
  person,
  grant,
}, info) => {
  test.setTimeout(180_000);
  await grant(person.ws, "100");
  await page.goto(`/${person.ws}/flows`);
  await expect(page.getByRole("heading", { name: "No flows yet" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Create flow" }).click();
  const dialog = page.getByRole("dialog", { name: "Create flow" });
  await dialog.getByRole("button", { name: "Create flow" }).click();
  await expect(dialog.getByText("Give it a name.")).toBeVisible();
  await dialog.getByLabel("Name").fill("Greet customers");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Create flow" }).click();
  await expect(page).toHaveURL(`/${person.ws}/flows/greet-customers/editor`);

  // The picture follows the text, and the check speaks at its place.
  const picture = page.getByRole("region", { name: "Picture of the flow" });
  await expect(picture.getByRole("button", { name: "greet, set" })).toBeVisible();
  await expect(page.getByText("No problems · 1 task")).toBeVisible();
  await write(page, GREETING.replace("set:", "sett:"));
  const problems = page.getByRole("list", { name: "Problems" });
  await expect(problems.getByRole("button").first()).toContainText(/sett/);
  await expect(page.locator(".cm-lintRange-error").first()).toBeVisible();
  await expect(picture.getByRole("button", { name: /^greet, not yet a task: / })).toBeVisible();
  await expect(page.getByText("Unsaved changes")).toBeVisible();
  await expectAccessible(page);
  await write(page, "do: [");
  await expect(page.getByText(/The picture shows the text as it was/)).toBeVisible();
  await expect(picture.getByRole("button", { name: /^greet/ })).toBeVisible();
  await write(page, GREETING);
  await expect(problems).toBeHidden();

  // The draft is run with a form of its input.
  await page.getByRole("radiogroup", { name: "Beside the text" }).getByText("Run").click();
  await page.getByRole("button", { name: "Run draft" }).click();
  await expect(page.getByRole("region", { name: "Result" }).getByRole("alert")).toBeVisible();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("Ada");
  await page.getByRole("button", { name: "Run draft" }).click();
  const result = page.getByRole("region", { name: "Result" });
  await expect(result.getByRole("region", { name: "Output" })).toContainText("Hello, Ada!");
  await expect(result.getByText("Cost 1 credit")).toBeVisible();
  await result.getByRole("button", { name: /^greet, set, completed/ }).click();
  await expect(result.getByRole("region", { name: "Input of greet" })).toContainText("Ada");
  await expectAccessible(page);

  // A version is saved with a comment, and deployed.
  await page.getByRole("button", { name: "Save version" }).click();
  await page.getByLabel("Comment").fill("The first one");
  await page.getByRole("dialog").getByRole("button", { name: "Save version" }).click();
  await expect(page.getByText("Version 1 is saved.", { exact: false })).toBeVisible();
  await page.getByRole("link", { name: "Deployments" }).click();
  await page.getByRole("button", { name: "Deploy to production" }).click();
  const deploy = page.getByRole("dialog", { name: "Deploy" });
  await expectAccessible(page);
  await deploy.getByLabel("Note").fill("Goes live");
  await deploy.getByRole("button", { name: "Deploy" }).click();
  await expect(page.getByText("Version 1 is live in production.")).toBeVisible();
  const live = page.getByRole("region", { name: "What is live" });
  await expect(live.getByRole("row", { name: /production/ })).toContainText("v1");
  await page.getByRole("link", { name: "Versions", exact: true }).click();
  await expect(page.getByRole("row", { name: /The first one/ })).toContainText("production");

  // The code to copy works as it is.
  await page.getByRole("link", { name: "API", exact: true }).click();
  const env = { ...process.env, GUILDHALL_KEY: await person.key() };
  await expectAccessible(page);
  const curl = (await page.getByRole("region", { name: "curl code" }).textContent()) ?? "";
  expect(JSON.parse((await run("sh", ["-c", curl], { env })).stdout).greeting).toContain("Hello, ");
  await page.getByRole("tab", { name: "Python" }).click();
  const python = (await page.getByRole("region", { name: "Python code" }).textContent()) ?? "";
  expect((await run("python3", ["-c", python], { env })).stdout).toContain("credits: 1");
  await page.getByRole("tab", { name: "TypeScript" }).click();
  const script = info.outputPath("call.mjs");
  await writeFile(
    script,
    (await page.getByRole("region", { name: "TypeScript code" }).textContent()) ?? "",
  );
  expect((await run(process.execPath, [script], { env })).stdout).toContain("credits: 1");

  // The calls are seen.
  await page.getByRole("link", { name: "Runs", exact: true }).last().click();
  await expect(page.getByRole("row", { name: /Test key/ })).toHaveCount(3);
});

test("two people save one flow: both sides are shown, nothing is lost", async ({
  page,
  person,
}) => {
  const slug = await makeFlow(person, "Shared");
  await page.goto(`/${person.ws}/flows/${slug}/editor`);
  await expect(definition(page)).toContainText("Hello");
  await write(page, GREETING.replace("Hello", "Mine"));
  const theirs = GREETING.replace("Hello", "Theirs");
  await person.call("PUT", `/v1/flows/${slug}/draft`, { definition: theirs });

  await page.getByRole("button", { name: "Save draft" }).click();
  const dialog = page.getByRole("dialog", { name: "Somebody else saved in the meantime" });
  await expect(dialog.getByRole("region", { name: "Comparison" })).toContainText("Theirs, ");
  await expect(dialog.getByRole("region", { name: "Comparison" })).toContainText("Mine, ");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Go on editing" }).click();
  await expect(definition(page)).toContainText("Mine");
  await expect(page.getByText("Unsaved changes")).toBeVisible();

  await page.keyboard.press("Control+s");
  await page.getByRole("button", { name: "Save draft" }).click();
  await dialog.getByRole("button", { name: "Save mine over it" }).click();
  await expect(page.getByText(/^Draft saved .* by you$/)).toBeVisible();
  const kept = await person.call<{ draft: { definition: string } }>("GET", `/v1/flows/${slug}`);
  expect(kept.draft.definition).toContain("Mine");

  // The same with a version.
  await person.call("POST", `/v1/flows/${slug}/versions`, {
    definition: theirs,
    comment: "Theirs",
  });
  await write(page, GREETING.replace("Hello", "Mine again"));
  await page.getByRole("button", { name: "Save version" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save version" }).click();
  await expect(dialog).toContainText("version 1");
  await dialog.getByRole("button", { name: "Take theirs" }).click();
  await expect(definition(page)).toContainText("Theirs");
});

test("leaving with unsaved changes asks, and what was typed stays", async ({ page, person }) => {
  const slug = await makeFlow(person, "Guarded");
  await page.goto(`/${person.ws}/flows/${slug}/editor`);
  await write(page, GREETING.replace("Hello", "Typed"));
  await page.getByRole("link", { name: "Versions", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Stay" }).click();
  await expect(definition(page)).toContainText("Typed");
  await page.getByRole("link", { name: "Versions", exact: true }).click();
  await dialog.getByRole("button", { name: "Leave" }).click();
  await expect(page.getByRole("heading", { name: "No versions yet" })).toBeVisible();
});

test("text and picture lead to each other, and words are completed", async ({ page, person }) => {
  const text = `${GREETING}  - choose:
      switch:
        - loud: {when: .loud, then: shout}
        - other: {then: end}
  - shout:
      set: '\${ . }'
`;
  const slug = await makeFlow(person, "Pictured", text);
  await page.goto(`/${person.ws}/flows/${slug}/editor`);
  const shout = page.getByRole("button", { name: "shout, set" });
  await shout.press("Enter");
  await expect(shout).toHaveAttribute("aria-current", "true");
  await expect(definition(page)).toBeFocused();
  await page.keyboard.press("Control+Home");
  await expect(shout).not.toHaveAttribute("aria-current", "true");
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText("  - more:\n      ra");
  await page.keyboard.press("Control+Space");
  await page.getByRole("option", { name: /^raise/ }).click();
  await expect(definition(page)).toContainText("raise:");
  await expect(page.getByRole("button", { name: /^more, raise/ })).toBeVisible();
});

test("a version is compared and restored, a deployment rolled back", async ({ page, person }) => {
  const slug = await person.deployFlow("History", GREETING);
  const second = { definition: GREETING.replace("Hello", "Good day"), comment: "Friendlier" };
  await person.call("POST", `/v1/flows/${slug}/versions`, second);
  await person.call("POST", `/v1/flows/${slug}/deployments`, {
    environment: "production",
    version: 2,
  });

  await page.goto(`/${person.ws}/flows/${slug}/versions/2?show=compare`);
  await expect(page.getByRole("region", { name: "Comparison" })).toContainText("Good day");
  await expectAccessible(page);
  await page.goto(`/${person.ws}/flows/${slug}/versions/1`);
  await page.getByRole("button", { name: "Restore" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
  await expect(page).toHaveURL(`/${person.ws}/flows/${slug}/versions/3`);
  await expect(page.getByText("Restored version 1")).toBeVisible();

  await page.getByRole("link", { name: "Deployments" }).click();
  await page.getByRole("button", { name: "Roll production back to version 1" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Deploy" }).click();
  const live = page.getByRole("region", { name: "What is live" });
  await expect(live.getByRole("row", { name: /production/ })).toContainText("v1");
});

test("a flow is renamed, deleted with its name typed, and restored", async ({ page, person }) => {
  await makeFlow(person, "Short lived");
  await page.goto(`/${person.ws}/flows?search=short`);
  await page.getByRole("link", { name: "Short lived", exact: true }).click();
  await page.getByRole("button", { name: "More about Short lived" }).click();
  await page.getByRole("menuitem", { name: "Edit details" }).click();
  const edit = page.getByRole("dialog", { name: "Edit details" });
  await edit.getByLabel("Address").fill("Not An Address");
  await edit.getByRole("button", { name: "Save details" }).click();
  await expect(edit.getByLabel("Address")).toHaveAttribute("aria-invalid", "true");
  await edit.getByLabel("Address").fill("long-lived");
  await edit.getByLabel("Name").fill("Long lived");
  await expectAccessible(page);
  await edit.getByRole("button", { name: "Save details" }).click();
  await expect(page).toHaveURL(`/${person.ws}/flows/long-lived/editor`);
  await page.getByRole("button", { name: "More about Long lived" }).click();
  await page.getByRole("menuitem", { name: "Delete flow" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete flow" });
  await expect(dialog.getByRole("button", { name: "Delete flow" })).toBeDisabled();
  await dialog.getByLabel(/Type Long lived/).fill("Long lived");
  await dialog.getByRole("button", { name: "Delete flow" }).click();
  await expect(page).toHaveURL(`/${person.ws}/flows`);
  await page.goto(`/${person.ws}/flows?deleted=yes`);
  await page.getByRole("button", { name: "Restore Long lived" }).click();
  await expect(page.getByRole("heading", { name: "Nothing to restore" })).toBeVisible();
});

test("every template is a flow that can be saved", async ({ person }) => {
  const slug = await makeFlow(person, "Templates");
  for (const { id, definition: text } of TEMPLATES) {
    const checked = await person.call<{ valid: boolean; findings: unknown[] }>(
      "POST",
      `/v1/flows/${slug}/check`,
      { definition: text("Über uns: 2nd try!") },
    );
    expect(checked.findings, id).toEqual([]);
    expect(checked.valid, id).toBe(true);
  }
});

test("a phone has text, picture and run one at a time", async ({ page, person }) => {
  test.setTimeout(120_000);
  const slug = await person.deployFlow("Small", GREETING);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`/${person.ws}/flows/${slug}/editor`);
  await expect(definition(page)).toBeVisible();
  const shown = page.getByRole("radiogroup", { name: "What is shown" });
  await shown.getByText("Picture").click();
  await expect(page.getByRole("button", { name: "greet, set" })).toBeVisible();
  await expect(definition(page)).toBeHidden();
  await shown.getByText("Run").click();
  await expect(page.getByRole("button", { name: "Run draft" })).toBeVisible();
  for (const tab of [
    "",
    "/editor",
    "/versions",
    "/versions/1?show=compare",
    "/deployments",
    "/runs",
    "/api",
  ]) {
    await page.goto(`/${person.ws}/flows/${slug}${tab}`);
    await page.waitForLoadState("networkidle");
    await expectNoOverflow(page);
    await expectAccessible(page);
  }
});

test("who may only read sees why the rest is off", async ({ page, server, person }) => {
  // Nobody else can be asked in yet, so the role is told to the page alone.
  const slug = await person.deployFlow("Looked at", GREETING);
  await page.route(`${server.url}/v1/workspaces/${person.ws}`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: { ...(await response.json()), role: "viewer" } });
  });
  await page.goto(`/${person.ws}/flows/${slug}`);
  await expect(page.getByRole("button", { name: "Run", exact: true })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await expect(page.getByRole("link", { name: "Editor" })).toBeHidden();
  await page.goto(`/${person.ws}/flows/${slug}/deployments`);
  await expect(page.getByRole("button", { name: "Deploy to staging" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await page.goto(`/${person.ws}/flows`);
  await expect(page.getByRole("button", { name: "Create flow" })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
});

test("what is another workspace's is not there", async ({ page, person, server }) => {
  const other = await signUp(await request.newContext({ baseURL: server.url }), "Somebody Else");
  const slug = await makeFlow(other, "Hidden");
  await page.goto(`/${person.ws}/flows/${slug}/editor`);
  await expect(page.getByRole("alert")).toContainText("There is no such thing");
});
