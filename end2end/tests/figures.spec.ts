// The figures: sorted, read for another period, and downloaded.

import { readFile } from "node:fs/promises";
import { addStaff, openDesk } from "../support/desk.ts";
import { expect, GUIDE, test } from "../support/test.ts";

for (const script of [true, false]) {
  test(`an owner sees what was sold, sorts it and downloads it (${script ? "with" : "without"} JavaScript)`, async ({
    browser,
    server,
    visit,
  }) => {
    await addStaff(server, "olive", "owner");
    const shopper = await visit(GUIDE);
    await shopper.add().click();
    await shopper.showsInCart(true);
    await shopper.page.getByRole("link", { name: "View cart" }).click();
    await shopper.page.getByLabel("Name").fill("Ann O’Neil");
    await shopper.page.getByLabel("E-mail or telephone").fill("ann@example.org");
    await shopper.page.getByRole("button", { name: "Place order" }).click();
    await expect(shopper.page.getByText("Order placed.")).toBeVisible();
    const order = new URL(shopper.page.url()).pathname;

    const desk = await openDesk(browser, server, "olive", `/desk${order}`, script);
    await desk.getByRole("button", { name: "Mark as collected" }).click();
    await expect(desk.getByText("Marked as collected.")).toBeVisible();
    await desk.getByRole("link", { name: "Figures" }).click();
    const sold = desk.getByRole("row").filter({ hasText: "The Definitive Guide to the Internet" }).filter({ hasText: "100.0%" });
    await expect(sold).toContainText("$20.00");
    await desk.getByRole("columnheader", { name: "Copies" }).getByRole("link").click();
    await expect(desk.getByRole("columnheader", { name: "Copies" }).filter({ has: desk.getByRole("link") })).toHaveAttribute("aria-sort", "ascending");
    await expect(sold).toBeVisible();

    const files = desk.getByRole("link", { name: "Download this table (CSV)" });
    const [download] = await Promise.all([desk.waitForEvent("download"), files.nth(1).click()]);
    expect(await readFile(await download.path(), "utf8")).toContain("definitive-guide-to-the-internet");

    // Nothing was sold in a year that is over.
    await desk.getByLabel("From", { exact: true }).fill("2020-01-01");
    await desk.getByLabel("To", { exact: true }).fill("2020-12-31");
    await desk.getByRole("button", { name: "Show", exact: true }).click();
    await expect(desk.getByText("Nothing was sold in this period.")).toBeVisible();
    await expect(sold).toBeHidden();
  });
}
