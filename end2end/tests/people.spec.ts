// An owner invites somebody, who chooses a password behind the link and signs in.

import { violationsOf } from "../support/checks/axe.ts";
import { addStaff, openDesk } from "../support/desk.ts";
import { expect, test } from "../support/test.ts";

for (const script of [true, false]) {
  test(`somebody is invited and signs in (${script ? "with" : "without"} JavaScript)`, async ({ browser, server }) => {
    await addStaff(server, "clare", "owner");
    const desk = await openDesk(browser, server, "clare", "/desk/people", script);
    await desk.getByLabel("Username").fill("ben");
    await desk.getByLabel("Role").selectOption("Clerk");
    await desk.getByRole("button", { name: "Make invitation" }).click();
    const shown = desk.getByText("/desk/invitation/");
    await expect(shown).toBeVisible();
    // The link is on the page, and not in its address.
    expect(desk.url()).toBe(`${server.url}/desk/people`);
    if (script) expect(await violationsOf(desk)).toEqual([]);
    const link = (await shown.textContent())!.trim();

    const context = await browser.newContext({ javaScriptEnabled: script, locale: "en-GB" });
    const page = await context.newPage();
    const referrers: string[] = [];
    page.on("request", (request) => referrers.push(request.headers()["referer"] ?? ""));
    await page.goto(link);
    await page.getByLabel("New password", { exact: true }).fill("a password of my own");
    await page.getByLabel("Repeat new password").fill("a password of my own");
    await page.getByRole("button", { name: "Save password" }).click();
    await expect(page.getByRole("status")).toHaveText("Password saved. You can sign in now.");
    expect(referrers.filter((address) => address.includes("/desk/invitation/"))).toEqual([]);
    await page.getByLabel("Username").fill("ben");
    await page.getByLabel("Password").fill("a password of my own");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("link", { name: "ben, clerk" }).click();
    await expect(page.getByRole("row", { name: "This browser" })).toBeVisible();

    await page.goto(link);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This link doesn’t work");
    await context.close();
  });
}
