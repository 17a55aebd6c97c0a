// The first owner of a new shop opens the set-up link, and works at the desk at once.

import { violationsOf } from "../support/checks/axe.ts";
import { expect, test } from "../support/test.ts";

for (const script of [true, false]) {
  test(`the first owner sets the shop up (${script ? "with" : "without"} JavaScript)`, async ({ browser, server }) => {
    const context = await browser.newContext({ javaScriptEnabled: script, locale: "en-GB" });
    const page = await context.newPage();
    await page.goto(`${server.url}/desk`);
    await expect(page.getByRole("main")).toContainText("It printed a set-up link when it started");
    const link = await server.setUpLink();
    const referrers: string[] = [];
    page.on("request", (request) => referrers.push(request.headers()["referer"] ?? ""));
    await page.goto(link);
    if (script) expect(await violationsOf(page)).toEqual([]);
    await page.getByLabel("Username").fill("ann");
    await page.getByLabel("New password", { exact: true }).fill("a password of my own");
    await page.getByLabel("Repeat new password").fill("another password of mine");
    await page.getByRole("button", { name: "Become the owner" }).click();
    await expect(page.getByRole("alert")).toContainText("The two passwords are different.");
    await expect(page.getByLabel("Username")).toHaveValue("ann");
    await page.getByLabel("New password", { exact: true }).fill("a password of my own");
    await page.getByLabel("Repeat new password").fill("a password of my own");
    await page.getByRole("button", { name: "Become the owner" }).click();
    await page.waitForURL(`${server.url}/desk`);
    await expect(page.getByRole("link", { name: "ann, owner" })).toBeVisible();
    expect(referrers.filter((address) => address.includes("/desk/set-up/"))).toEqual([]);

    await page.goto(link);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link doesn’t work");
    await context.close();
  });
}
