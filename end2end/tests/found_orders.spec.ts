// An order is found again: in the list of the browser that placed it, and by its code in another one,
// which says whose it is to see the contact.

import { placeOrderElsewhere } from "../support/states/actions.ts";
import { expect, GUIDE, test } from "../support/test.ts";

for (const script of [true, false]) {
  const how = `${script ? "with" : "without"} JavaScript`;

  test(`a browser lists its own orders (${how})`, async ({ visit }) => {
    const mine = await visit(GUIDE, { javaScriptEnabled: script });
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.page.goto(new URL("/cart", mine.page.url()).href);
    await mine.page.getByLabel("Name").fill("Ann O’Neil");
    await mine.page.getByLabel("E-mail or telephone").fill("ann@example.org");
    await mine.page.getByRole("button", { name: "Place order" }).click();
    await mine.page.waitForURL(/\/orders\/[0-9A-Z-]+$/);
    const code = new URL(mine.page.url()).pathname.replace("/orders/", "");
    await mine.page.getByRole("link", { name: "Your orders" }).click();
    await expect(mine.page.getByRole("heading", { level: 1 })).toHaveText("Your orders");
    await expect(mine.page.getByText("Order placed.")).toBeVisible();
    await mine.page.getByRole("link", { name: code }).click();
    await expect(mine.page.getByText("ann@example.org")).toBeVisible();
  });

  test(`an order is found by its code, and shows whose it is to somebody who knows (${how})`, async ({ server, visit }) => {
    const code = (await placeOrderElsewhere(server)).replace("/orders/", "");
    const other = await visit("/orders", { javaScriptEnabled: script });
    const { page } = other;
    await expect(page.getByText("No orders were placed in this browser.")).toBeVisible();
    await page.getByLabel("Order code").fill("4kx9");
    await page.getByRole("button", { name: "Find order" }).click();
    await expect(page.getByRole("alert")).toHaveText("There is no order with this code.");
    await expect(page.getByLabel("Order code")).toHaveValue("4kx9");
    await page.getByLabel("Order code").fill(code.toLowerCase().replaceAll("-", " "));
    await page.getByRole("button", { name: "Find order" }).click();
    await page.waitForURL(`${server.url}/orders/${code}`);

    await expect(page.getByText("ann@example.org")).toBeHidden();
    const who = page.getByLabel("Name, e-mail or telephone");
    await who.fill("Ben");
    await page.getByRole("button", { name: "Show details" }).click();
    await expect(page.getByRole("alert")).toHaveText("That doesn’t match this order. Check the spelling.");
    await expect(who).toHaveValue("Ben");
    await who.fill("ann o’neil");
    await page.getByRole("button", { name: "Show details" }).click();
    await expect(page.getByText("ann@example.org")).toBeVisible();
    await expect(who).toBeHidden();
  });
}
