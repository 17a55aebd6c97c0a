// Books are scanned and sold at the counter, and come back, while a shopper has a book's page open.

import type { Page } from "@playwright/test";
import { addStaff, openDesk } from "../support/desk.ts";
import { expect, GUIDE, test } from "../support/test.ts";

const TITLE = "The Definitive Guide to the Internet";
const ISBN = "9799999000078";

const field = (desk: Page) => desk.getByLabel("ISBN or book ID");

/** Types as a scanner does: the digits, then Enter, into whatever has the focus. */
async function scan(desk: Page, digits: string): Promise<void> {
  await expect(field(desk)).toBeFocused();
  await expect(field(desk)).toHaveValue("");
  await desk.keyboard.type(digits);
  await desk.keyboard.press("Enter");
}

// These tests have two browser contexts.
test.slow();

for (const script of [true, false]) {
  const how = script ? "with JavaScript" : "without JavaScript";

  test(`a clerk scans books and sells them, and an open page shows it at once (${how})`, async ({
    browser,
    server,
    visit,
  }) => {
    await addStaff(server, "clare", "clerk");
    const shopper = await visit(GUIDE);
    await shopper.says("Live");

    const desk = await openDesk(browser, server, "clare", "/desk/counter", script);
    const copies = desk.getByLabel(`Copies of ${TITLE}`);
    await scan(desk, ISBN);
    await expect(copies).toHaveValue("1");
    await scan(desk, ISBN);
    await expect(copies).toHaveValue("2");
    // Scanned twice before the page was there again.
    await scan(desk, ISBN + ISBN);
    await expect(desk.getByText("The same ISBN came twice, so nothing was added.")).toBeVisible();
    await expect(copies).toHaveValue("2");
    await scan(desk, "small-hours");
    await expect(desk.getByText("$56.50")).toBeVisible();
    await desk.getByRole("button", { name: "Remove Small Hours" }).click();
    await expect(desk.getByLabel("Copies of Small Hours")).toBeHidden();
    await copies.fill("3");
    await desk.getByRole("button", { name: "Update" }).click();
    await expect(desk.locator(".cart-total")).toHaveText("Total $60.00");

    await scan(desk, "garbage!");
    await expect(desk.getByText("This is neither an ISBN nor a book ID.")).toBeVisible();
    await expect(copies).toHaveValue("3");
    await desk.getByRole("button", { name: "Sell" }).click();
    await expect(desk.getByText("Sold 3 copies for $60.00.")).toBeVisible();
    await shopper.showsLeft(7);
    // The next customer's books can be scanned at once.
    await expect(field(desk)).toBeFocused();

    await desk.getByRole("link", { name: "Show the receipt" }).click();
    await expect(desk.getByRole("row").filter({ hasText: TITLE })).toContainText("$60.00");
    await desk.emulateMedia({ media: "print" });
    await expect(desk.getByText("$20.00")).toBeVisible();
    await expect(desk.getByRole("link", { name: "Back to the counter" })).toBeHidden();
    await desk.emulateMedia({ media: null });
    await desk.getByRole("link", { name: "Back to the counter" }).click();

    await desk.getByRole("link", { name: "Take a return" }).click();
    await field(desk).fill(ISBN);
    await desk.getByLabel("Reason").fill("a gift twice");
    await desk.getByRole("button", { name: "Take return" }).click();
    await expect(desk.getByText("Return taken.")).toBeVisible();
    await shopper.showsLeft(8);
  });
}

test("copies in a cart are not sold at the counter, and the page says so", async ({ browser, server, visit }) => {
  await addStaff(server, "clare", "clerk");
  const shopper = await visit(GUIDE);
  await shopper.add().click();
  await shopper.showsInCart(true);

  const desk = await openDesk(browser, server, "clare", "/desk/counter");
  await scan(desk, ISBN);
  await desk.getByLabel(`Copies of ${TITLE}`).fill("10");
  await desk.getByRole("button", { name: "Sell" }).click();
  await expect(desk.getByText("Nothing was sold.")).toBeVisible();
  await expect(desk.getByText("Copies that can be sold: 9 of 10.")).toBeVisible();
  await expect(desk.getByText("A shopper’s cart: 1 copy")).toBeVisible();
  await expect(desk.getByLabel(`Copies of ${TITLE}`)).toHaveValue("10");
});
