import { expect, expectAccessible, expectNoOverflow, GREETING, test } from "./fixture";

test("the checklist leads to the first call, and is gone with it", async ({
  page,
  person,
  grant,
}) => {
  await page.goto(`/${person.ws}`);
  const list = page.getByRole("region", { name: "Set-up" });
  await expect(list).toContainText("0 of 4 done");
  await expect(list).toContainText(person.ws);
  await expectAccessible(page);

  await grant(person.ws, "10");
  await page.reload();
  await expect(list).toContainText("1 of 4 done");
  await list.getByRole("link", { name: "Create key" }).click();
  await expect(page.getByRole("dialog", { name: "Create API key" })).toBeVisible();

  await person.key();
  await page.goto(`/${person.ws}`);
  await expect(list).toContainText("2 of 4 done");
  await expect(list.getByText("/v1/operator/verify")).toBeVisible();
  await expectAccessible(page);

  const flow = await person.deployFlow("Greeting", GREETING);
  await page.reload();
  await expect(list.getByText(`/v1/flows/${flow}/call`)).toBeVisible();
  await expectAccessible(page);

  await person.call("POST", `/v1/flows/${flow}/call`, { name: "Ada" });
  // It is seen without loading the page again.
  await expect(list).toHaveCount(0);
});

test("what is left, what was spent and the newest runs are on one page, and change by themselves", async ({
  page,
  person,
  grant,
}) => {
  await grant(person.ws, "10");
  const flow = await person.deployFlow("Greeting", GREETING);
  await person.key();
  for (const name of ["Ada", "Grace"])
    await person.call("POST", `/v1/flows/${flow}/call`, { name });
  await page.goto(`/${person.ws}`);
  const figures = page.getByLabel("The last 30 days", { exact: true });
  await expect(figures).toContainText("8");
  await expect(figures).toContainText("about 4 days");
  await expect(page.getByRole("img", { name: /^Credits spent on each of/ })).toBeVisible();
  await expect(page.getByRole("img", { name: /^Credits left on each of/ })).toBeVisible();
  const rows = page.getByRole("table", { name: "Newest runs" }).getByRole("row");
  await expect(rows).toHaveCount(3);
  await expectAccessible(page);
  await person.call("POST", `/v1/flows/${flow}/call`, { name: "Edsger" });
  await expect(rows).toHaveCount(4);

  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoOverflow(page);
  await expectAccessible(page);
});

test("a slow and a failing network are a skeleton, a sentence and a retry", async ({
  page,
  person,
}) => {
  let isBroken = true;
  await page.route("**/v1/usage/summary*", async (route) => {
    if (!isBroken) return route.continue();
    await route.fulfill({
      status: 500,
      contentType: "application/problem+json",
      body: JSON.stringify({
        type: "about:blank",
        title: "Internal error",
        status: 500,
        code: "internal_error",
        instance: "req_test",
      }),
    });
  });
  await page.goto(`/${person.ws}`);
  await expect(page.getByRole("alert")).toContainText("req_test");
  isBroken = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(page.getByText("Nothing was called in the last 30 days.")).toBeVisible();
});
