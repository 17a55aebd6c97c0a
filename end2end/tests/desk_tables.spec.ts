// Tables at the desk stay live when clicked, keep their scroll position, show twenty rows on a small laptop,
// and are sorted by their headings.

import type { Page } from "@playwright/test";
import { addStaff, openDesk } from "../support/desk.ts";
import { importBooks, placeOrders } from "../support/many.ts";
import { expect, GUIDE, test } from "../support/test.ts";

test("a table stays live when a cell is clicked and a word selected", async ({ browser, server, visit }) => {
  await addStaff(server, "clare", "clerk");
  const shopper = await visit(GUIDE);
  await shopper.says("Live");
  const desk = await openDesk(browser, server, "clare", "/desk/stock?q=definitive");
  const table = desk.getByRole("region", { name: "Stock" });
  const row = table.getByRole("row").filter({ hasText: "Definitive Guide" });
  const available = row.getByRole("cell").last();
  await expect(available).toHaveText("10");

  await available.click();
  await expect(table).toBeFocused();
  await shopper.add().click();
  await expect(available).toHaveText("9");
  // The table was replaced, and keeps the focus for the keyboard.
  await expect(table).toBeFocused();

  await row.getByText("Anonymous").dblclick();
  await expect(table).toBeFocused();
  await shopper.remove().click();
  await expect(available).toHaveText("10");
});

test("a table that is wider than the window keeps its scroll position when it changes", async ({ browser, server, visit }) => {
  await addStaff(server, "clare", "clerk");
  const shopper = await visit(GUIDE);
  await shopper.says("Live");
  const desk = await openDesk(browser, server, "clare", "/desk/stock");
  await desk.setViewportSize({ width: 360, height: 740 });
  const table = desk.getByRole("region", { name: "Stock" });
  const available = table.getByRole("row").filter({ hasText: "Definitive Guide" }).getByRole("cell").last();
  const scrolled = () => table.evaluate((region) => region.scrollLeft);
  await table.evaluate((region) => region.scrollTo({ left: region.scrollWidth, behavior: "instant" }));
  const far = await scrolled();
  expect(far, "the table should be wider than the window").toBeGreaterThan(0);

  await shopper.add().click();
  await expect(available).toHaveText("9");
  expect(await scrolled()).toBe(far);
});

/** The number of rows of a table's body that are wholly in the window. */
const rowsInView = (desk: Page, table: string) =>
  desk
    .getByRole("region", { name: table })
    .locator("tbody tr")
    .evaluateAll(
      (rows) =>
        rows.filter((row) => {
          const { top, bottom } = row.getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        }).length,
    );

test("twenty rows of stock and of orders are in view on a small laptop, and the heads stay in view", async ({
  browser,
  server,
  playwright,
}) => {
  test.slow();
  await addStaff(server, "olive", "owner");
  const desk = await openDesk(browser, server, "olive", "/desk/imports");
  await desk.setViewportSize({ width: 1280, height: 800 });
  await importBooks(server, desk.context().request, 24);
  await placeOrders(server, playwright.request, Array.from({ length: 24 }, (_, number) => `Shopper ${number}`));
  for (const [path, table, head] of [
    ["/desk/stock", "Stock", "On hand"],
    ["/desk/orders", "Orders", "Collect by"],
  ] as const) {
    await desk.setViewportSize({ width: 1280, height: 800 });
    await desk.goto(server.url + path);
    await expect(desk.getByRole("region", { name: table }).locator("tbody tr")).toHaveCount(24);
    expect(await rowsInView(desk, table), table).toBeGreaterThanOrEqual(20);
    // In a low window, the heads stay above the last rows.
    await desk.setViewportSize({ width: 1280, height: 400 });
    await desk.getByRole("region", { name: table }).locator("tbody tr").last().scrollIntoViewIfNeeded();
    await expect(desk.getByRole("columnheader", { name: head })).toBeInViewport();
  }
});

for (const script of [true, false]) {
  test(`a list is sorted by its headings, and a row's button leads back to the row (${script ? "with" : "without"} JavaScript)`, async ({
    browser,
    server,
    playwright,
  }) => {
    await addStaff(server, "clare", "clerk");
    const [, , last] = await placeOrders(server, playwright.request, ["Mia Stone", "Zoe Hill", "Ann O’Neil"]);
    const desk = await openDesk(browser, server, "clare", "/desk/orders?of=all", script);
    const names = desk.getByRole("region", { name: "Orders" }).locator("tbody tr td:nth-child(2)");
    await expect(names).toHaveText(["Ann O’Neil", "Zoe Hill", "Mia Stone"]);
    const head = desk.getByRole("columnheader", { name: "Name" });
    await head.getByRole("link").click();
    await expect(names).toHaveText(["Ann O’Neil", "Mia Stone", "Zoe Hill"]);
    await expect(head).toHaveAttribute("aria-sort", "ascending");
    await head.getByRole("link").click();
    await expect(names).toHaveText(["Zoe Hill", "Mia Stone", "Ann O’Neil"]);
    await expect(head).toHaveAttribute("aria-sort", "descending");

    const row = desk.getByRole("row").filter({ hasText: "Ann O’Neil" });
    await row.getByRole("button", { name: "Mark as ready" }).click();
    await expect(desk.getByText("Marked as ready.")).toBeVisible();
    await expect(desk).toHaveURL(`${server.url}/desk/orders?of=all&sort=name&dir=desc&notice=order_ready#order-${last}`);
    await expect(names).toHaveText(["Zoe Hill", "Mia Stone", "Ann O’Neil"]);
    await expect(row).toBeInViewport();
    await expect(row).toContainText("Ready to collect");
    await row.getByRole("button", { name: "Mark as collected" }).click();
    await expect(row).toContainText("Collected");
    await expect(row.getByRole("button")).toHaveCount(0);

    // The search keeps the order.
    await desk.getByRole("searchbox").fill("someone");
    await desk.getByRole("searchbox").press("Enter");
    await expect(names).toHaveText(["Zoe Hill", "Mia Stone", "Ann O’Neil"]);
    await expect(head).toHaveAttribute("aria-sort", "descending");
  });
}
