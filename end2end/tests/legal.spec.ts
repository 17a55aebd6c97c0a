// The legal pages: previewed, saved, and read by shoppers of either language.

import { violationsOf } from "../support/checks/axe.ts";
import { htmlErrors } from "../support/checks/html.ts";
import { addStaff, openDesk } from "../support/desk.ts";
import { expect, test } from "../support/test.ts";

for (const script of [true, false]) {
  test(`an owner previews and publishes the terms (${script ? "with" : "without"} JavaScript)`, async ({ browser, server, visit }) => {
    await addStaff(server, "clare", "owner");
    const desk = await openDesk(browser, server, "clare", "/desk/settings", script);
    await desk.getByRole("link", { name: "Imprint, privacy policy and terms" }).click();
    const terms = desk.getByLabel("Terms and conditions (English)");
    await terms.fill("# Payment\n\nPay <b>when</b> you collect. [Cards](https://cards.example)");
    const answer = desk.waitForResponse((response) => response.request().method() === "POST");
    await desk.getByRole("button", { name: "Preview" }).click();
    const previewed = await answer;
    expect(previewed.status()).toBe(200);
    expect(await htmlErrors(await previewed.text())).toEqual([]);
    await expect(desk.getByRole("status")).toHaveText("This is a preview: nothing has been saved.");
    await expect(desk.getByRole("heading", { name: "Payment" })).toBeVisible();
    await expect(desk.locator(".legal").getByText("Pay <b>when</b> you collect.")).toBeVisible();
    if (script) expect(await violationsOf(desk)).toEqual([]);

    await desk.getByRole("button", { name: "Save legal pages" }).click();
    await expect(desk.getByRole("status")).toHaveText("Legal pages saved. The shop shows them now.");
    const shopper = await visit("/", { javaScriptEnabled: script });
    await shopper.page.getByRole("link", { name: "Terms and conditions" }).click();
    await expect(shopper.page.getByRole("heading", { level: 2 })).toHaveText("Payment");
    await expect(shopper.page.getByRole("link", { name: "Cards" })).toHaveAttribute("href", "https://cards.example");
    const chinese = await visit("/terms", { javaScriptEnabled: script, locale: "zh-CN" });
    await expect(chinese.page.getByRole("heading", { level: 1 })).toHaveText("服务条款");
    await expect(chinese.page.locator("main [lang=en]")).toContainText("Pay <b>when</b> you collect.");
    expect(chinese.consoleErrors).toEqual([]);
  });
}
