// The start of a sale is set, moved and cancelled at the desk, while a shopper has the book's page open.

import type { Page } from "@playwright/test";
import { addStaff, openDesk } from "../support/desk.ts";
import { expect, GUIDE, test } from "../support/test.ts";

const TITLE = "The Definitive Guide to the Internet";
const BOOK = `/desk${GUIDE.replace("/books", "/stock")}`;
const DAY = 24 * 3_600_000;

/** A day in the future, as the form takes it. */
const day = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10);

async function type(desk: Page, date: string, time: string, limit: string): Promise<void> {
  await desk.getByLabel("Date (UTC)").fill(date);
  await desk.getByLabel("Time (UTC)").fill(time);
  await desk.getByLabel("Limit per shopper").fill(limit);
}

const save = (desk: Page) => desk.getByRole("button", { name: "Save start and limit" }).click();

// These tests have up to three browser contexts.
test.slow();

for (const script of [true, false]) {
  const how = script ? "with JavaScript" : "without JavaScript";

  test(`a clerk sets a start and cancels it, and an open page shows both at once (${how})`, async ({
    browser,
    server,
    visit,
  }) => {
    await addStaff(server, "clare", "clerk");
    const shopper = await visit(GUIDE);
    await shopper.says("Live");
    const timer = shopper.page.getByRole("timer");
    await expect(timer).toBeHidden();

    const desk = await openDesk(browser, server, "clare", BOOK, script);
    const holds = desk.locator("#sale");
    await expect(holds).toContainText("On sale now.");
    await type(desk, day(3), "10:00", "2");
    if (script) {
      const preview = desk.getByText("After saving: Shoppers can buy this book from");
      await expect(preview).toContainText("Copies in carts and orders stay there.");
    }
    await save(desk);
    await expect(desk.getByText("Saved. Copies in carts and orders stay there.")).toBeVisible();
    await expect(holds).toContainText(/Shoppers can buy this book from \w+, \d+ \w+ \d+, 10:00 UTC\./);
    await expect(holds).toContainText("Until then they see a countdown. At most 2 copies per shopper.");
    await expect(timer).toHaveText(/^[23] days \d\d:\d\d:\d\d$/);
    await shopper.add().click();
    await expect(shopper.page.getByText("This book isn’t on sale yet.")).toBeVisible();

    // It is moved.
    await type(desk, day(9), "18:30", "");
    await save(desk);
    await expect(desk.getByText("Saved. Every open page of the book shows it.")).toBeVisible();
    await expect(timer).toHaveText(/^[89] days \d\d:\d\d:\d\d$/);

    await desk.getByRole("link", { name: "Stock", exact: true }).click();
    const upcoming = desk.getByRole("heading", { level: 2, name: "Sales still to open" });
    await expect(upcoming).toBeVisible();
    await desk.getByRole("listitem").filter({ hasText: "18:30 UTC" }).getByRole("link", { name: TITLE }).click();
    await desk.getByRole("button", { name: "Sell at once" }).click();
    await expect(holds).toContainText("On sale now.");
    await expect(desk.getByRole("button", { name: "Sell at once" })).toBeHidden();
    await expect(timer).toBeHidden();
    await shopper.add().click();
    await shopper.showsInCart(true);
    expect(shopper.loads).toBe(1);
    expect(shopper.consoleErrors.filter((text) => !text.includes("409"))).toEqual([]);
  });

  test(`a start in the past is refused (${how})`, async ({ browser, server }) => {
    await addStaff(server, "clare", "clerk");
    const desk = await openDesk(browser, server, "clare", BOOK, script);
    await type(desk, day(-1), "10:00", "");
    const past = "This start is in the past.";
    if (script) await expect(desk.getByText(past)).toBeVisible();
    await save(desk);
    await expect(desk.getByRole("alert").filter({ hasText: past })).toBeVisible();
    await expect(desk.locator("#sale")).toContainText("On sale now.");
  });

  test(`of two clerks, the second sees what the first has set (${how})`, async ({ browser, server }) => {
    await addStaff(server, "clare", "clerk");
    await addStaff(server, "ben", "clerk");
    const clare = await openDesk(browser, server, "clare", BOOK, script);
    const ben = await openDesk(browser, server, "ben", BOOK, script);
    await type(ben, day(4), "11:00", "3");
    await type(clare, day(3), "10:00", "2");
    await save(clare);
    await expect(clare.getByText("Saved. Copies in carts and orders stay there.")).toBeVisible();
    if (script) await expect(ben.locator("#sale")).toContainText("At most 2 copies per shopper.");
    await save(ben);
    await expect(ben.getByText("somebody else has just set the start or the limit")).toBeVisible();
    await expect(ben.locator("#sale")).toContainText("At most 2 copies per shopper.");
    await expect(ben.getByLabel("Time (UTC)")).toHaveValue("10:00");
  });
}
