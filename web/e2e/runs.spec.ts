import { expect, expectAccessible, expectNoOverflow, GREETING, test } from "./fixture";

const REFUSING = `document: {dsl: '1.0.3', namespace: t, name: stock, version: '1.0.0'}
do:
  - each:
      for: {each: number, in: '\${ [1, 2] }'}
      do:
        - add: {set: '\${ {sum: ((.sum // 0) + $number)} }'}
  - refuse:
      raise:
        error: {type: 'https://example.com/errors/sold-out', status: 410, title: Sold out, detail: Nothing is left}
`;

const COUNTING = `document: {dsl: '1.0.3', namespace: t, name: counting, version: '1.0.0'}
do:
  - turn:
      for: {in: '\${ [range(.turns)] }'}
      do:
        - nothing: {set: {}}
`;
const SOME_ARE_MISSING = /more steps or larger values than are kept/;

test("runs appear by themselves, are filtered by the address, and open to their steps", async ({
  page,
  person,
  grant,
}) => {
  test.setTimeout(120_000);
  await page.goto(`/${person.ws}/runs`);
  await expect(page.getByRole("heading", { name: "No runs yet" })).toBeVisible();
  await expectAccessible(page);
  await grant(person.ws, "10");
  const good = await person.deployFlow("Greet", GREETING);
  const bad = await person.deployFlow("Refuse", REFUSING);
  await person.call("POST", `/v1/flows/${good}/call`, { name: "Ada" });
  await person.api.fetch(`/v1/flows/${bad}/call`, {
    method: "POST",
    headers: { "Guildhall-Workspace": person.ws },
    data: {},
  });
  // Nothing was clicked since.
  await expect(page.getByRole("row", { name: /Succeeded Greet/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /Failed Refuse/ })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole("combobox", { name: "State" }).click();
  await page.getByRole("option", { name: "Failed" }).click();
  await expect(page).toHaveURL(/state=failed/);
  await expect(page.getByRole("row", { name: /Succeeded/ })).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole("row", { name: /Failed Refuse/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /Succeeded/ })).toHaveCount(0);

  await page.getByRole("link", { name: /^Run run_/ }).click();
  await expect(page.getByText("Nothing is left")).toBeVisible();
  await expect(page.getByText("Status 410, at /do/1/refuse")).toBeVisible();
  const steps = page.getByRole("list", { name: "Steps" });
  const rows = steps.getByRole("button");
  await expect(rows).toHaveCount(4);
  await expect(rows.nth(2)).toHaveAccessibleName(/^add, #2, set, completed/);
  await rows.nth(2).press("Enter");
  await expect(steps.getByRole("region", { name: "Output of add" })).toContainText('"sum": 3');
  await expectAccessible(page);

  await page.goto(`/${person.ws}/runs?state=cancelled`);
  await expect(page.getByRole("heading", { name: "No run fits" })).toBeVisible();
  await page.getByRole("button", { name: "Clear filters" }).first().click();
  await expect(page).toHaveURL(`/${person.ws}/runs`);
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoOverflow(page);
});

test("a run that had more steps than are kept says so, one whose steps are all there does not", async ({
  page,
  person,
  grant,
}) => {
  await grant(person.ws, "10");
  const slug = await person.deployFlow("Counting", COUNTING);
  const open = async (turns: number) => {
    const called = await person.api.fetch(`/v1/flows/${slug}/call`, {
      method: "POST",
      headers: { "Guildhall-Workspace": person.ws },
      data: { turns },
    });
    await page.goto(`/${person.ws}/runs/${called.headers()["guildhall-run-id"]}`);
    await expect(page.getByRole("list", { name: "Steps" })).toBeVisible();
  };
  // The loop is a step too.
  await open(999);
  await expect(page.getByText(SOME_ARE_MISSING)).toHaveCount(0);
  await open(1_000);
  await expect(page.getByText(SOME_ARE_MISSING)).toBeVisible();
  await expectAccessible(page);
});

test("a list is paged by its cursor, also by a link", async ({ page, person, grant }) => {
  await grant(person.ws, "100");
  const slug = await person.deployFlow("Busy", GREETING);
  for (let number = 0; number < 52; number++) {
    await person.call("POST", `/v1/flows/${slug}/call`, { name: String(number) });
  }
  await page.goto(`/${person.ws}/runs`);
  await expect(page.getByRole("link", { name: /^Run run_/ })).toHaveCount(50);
  await page.getByRole("button", { name: "Next" }).click();
  await expect(page.getByRole("link", { name: /^Run run_/ })).toHaveCount(2);
  await page.reload();
  await expect(page.getByRole("link", { name: /^Run run_/ })).toHaveCount(2);
  await page.getByRole("button", { name: "Previous" }).click();
  await expect(page.getByRole("link", { name: /^Run run_/ })).toHaveCount(50);
});

test("a run that is not there is said to be not there", async ({ page, person }) => {
  await page.goto(`/${person.ws}/runs/run_00000000000000000000000000`);
  await expect(page.getByRole("alert")).toContainText("There is no such thing");
});
