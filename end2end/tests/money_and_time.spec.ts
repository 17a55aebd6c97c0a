// The shop's time zone and currency: set by an owner, and followed by every page, live ones too.

import { htmlErrors } from "../support/checks/html.ts";
import { addStaff, openDesk } from "../support/desk.ts";
import { expect, GUIDE, test } from "../support/test.ts";

for (const script of [true, false]) {
  test(`an owner confirms that prices keep their numbers (${script ? "with" : "without"} JavaScript)`, async ({
    browser,
    server,
    visit,
  }) => {
    await addStaff(server, "clare", "owner");
    const desk = await openDesk(browser, server, "clare", "/desk/settings", script);
    await desk.getByLabel("Currency").fill("kwd");
    await desk.getByLabel("Beside prices").fill("incl. 7% VAT");
    const answer = desk.waitForResponse((response) => response.request().method() === "POST");
    await desk.getByRole("button", { name: "Save settings" }).click();
    const refused = await answer;
    expect(refused.status()).toBe(409);
    expect(await htmlErrors(await refused.text())).toEqual([]);
    await expect(desk.getByRole("alert")).toContainText("There are prices already");
    await expect(desk.getByLabel("Currency")).toHaveValue("kwd");

    await desk.getByLabel("Keep the number of every price: 20.00 USD becomes 20.000 KWD.").check();
    await desk.getByRole("button", { name: "Save settings" }).click();
    await expect(desk.getByRole("status")).toHaveText("Settings saved. Every page now shows them.");
    const { page, consoleErrors } = await visit(GUIDE, { javaScriptEnabled: script });
    await expect(page.locator(".book .price")).toHaveText("KWD\u00a020.000");
    await expect(page.getByText("Price incl. 7% VAT")).toBeVisible();
    expect(consoleErrors).toEqual([]);
  });
}

// These tests have several browser contexts.
test.slow();

test("a price that changes on an open page is written as the server writes it", async ({ browser, server, visit }) => {
  await addStaff(server, "clare", "owner");
  const desk = await openDesk(browser, server, "clare", "/desk/settings");
  for (const [currency, typed, english, chinese] of [
    ["EUR", "21.50", "€21.50", "€21.50"],
    ["KWD", "21.250", "KWD\u00a021.250", "KWD\u00a021.250"],
  ] as const) {
    await desk.goto(`${server.url}/desk/settings`);
    await desk.getByLabel("Currency").fill(currency);
    await desk.getByRole("button", { name: "Save settings" }).click();
    await desk.getByLabel(/^Keep the number of every price/).check();
    await desk.getByRole("button", { name: "Save settings" }).click();
    await expect(desk.getByRole("status")).toHaveText(/^Settings saved/);
    const open = [
      { page: (await visit(GUIDE)).page, written: english },
      { page: (await visit(GUIDE, { locale: "zh-CN" })).page, written: chinese },
    ];
    await desk.goto(`${server.url}/desk/stock/${GUIDE.replace("/books/", "")}`);
    await desk.getByLabel(`Price (${currency})`).fill(typed);
    await desk.getByRole("button", { name: "Save price" }).click();
    for (const { page, written } of open) {
      // By the browser, live; and by the server, when the page is loaded again.
      await expect(page.locator(".book .price")).toHaveText(written);
      await page.reload();
      await expect(page.locator(".book .price")).toHaveText(written);
    }
  }
});

test("the browser's time zone is proposed, and sales are set in the shop's", async ({ browser, server }) => {
  await addStaff(server, "clare", "owner");
  const desk = await openDesk(browser, server, "clare", "/desk/settings");
  const zone = await desk.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  await expect(desk.getByLabel("Time zone")).toHaveValue("UTC");
  if (zone !== "UTC") {
    await desk.getByRole("button", { name: `Use this browser’s time zone, ${zone}` }).click();
    await expect(desk.getByLabel("Time zone")).toHaveValue(zone);
  }
  await desk.getByLabel("Time zone").fill("asia/kolkata");
  await desk.getByRole("button", { name: "Save settings" }).click();
  await expect(desk.getByRole("status")).toHaveText(/^Settings saved/);
  await expect(desk.getByLabel("Time zone")).toHaveValue("Asia/Kolkata");

  await desk.goto(`${server.url}/desk/stock/${GUIDE.replace("/books/", "")}`);
  const date = new Date(Date.now() + 5 * 24 * 3_600_000).toISOString().slice(0, 10);
  await desk.getByLabel("Date (Asia/Kolkata)").fill(date);
  await desk.getByLabel("Time (Asia/Kolkata)").fill("10:00");
  await expect(desk.getByText(/^After saving: Shoppers can buy this book from \w+, \d+ \w+ \d+, 10:00 IST\./)).toBeVisible();
  await desk.getByRole("button", { name: "Save start and limit" }).click();
  await expect(desk.getByText(/^Shoppers can buy this book from \w+, \d+ \w+ \d+, 10:00 IST\./)).toBeVisible();
});
