// The shop's settings: refused with what was typed, and shown to shoppers once they are saved.

import { htmlErrors } from "../support/checks/html.ts";
import { addStaff, openDesk } from "../support/desk.ts";
import { expect, test } from "../support/test.ts";

for (const script of [true, false]) {
  test(`an owner corrects what was typed, and every page shows it (${script ? "with" : "without"} JavaScript)`, async ({
    browser,
    server,
  }) => {
    await addStaff(server, "clare", "owner");
    const desk = await openDesk(browser, server, "clare", "/desk/settings", script);
    await desk.getByLabel("Shop name").fill("Owl & Daughters");
    await desk.getByLabel("Postal address").fill("1 <High> Street\nLittle Hay");
    await desk.getByLabel("Monday").fill("18:00–09:00");
    const answer = desk.waitForResponse((response) => response.request().method() === "POST");
    await desk.getByRole("button", { name: "Save settings" }).click();
    const refused = await answer;
    expect(refused.status()).toBe(422);
    await expect(desk.getByRole("alert")).toContainText("Nothing was saved.");
    await expect(desk.getByLabel("Monday")).toHaveAccessibleDescription(/Monday: a span of time must end after it begins/);
    await expect(desk.getByLabel("Postal address")).toHaveValue("1 <High> Street\nLittle Hay");
    expect(await htmlErrors(await refused.text())).toEqual([]);

    await desk.getByLabel("Monday").fill("09:00–18:00");
    await desk.getByRole("button", { name: "Save settings" }).click();
    await expect(desk.getByRole("status")).toHaveText("Settings saved. Every page now shows them.");
    const shopper = await (await browser.newContext({ locale: "en-GB" })).newPage();
    await shopper.goto(server.url);
    await expect(shopper).toHaveTitle("Owl & Daughters");
    await shopper.getByRole("link", { name: "Address and opening hours" }).click();
    await expect(shopper.getByRole("main").getByText("Monday: 09:00–18:00")).toBeVisible();
    await expect(shopper.getByRole("main")).toContainText("1 <High> Street, Little Hay");
  });
}
