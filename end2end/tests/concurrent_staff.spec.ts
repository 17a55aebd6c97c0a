// Two members of staff and two shoppers at work on one book: the open pages of each show what the
// others do.

import type { Browser, Page } from "@playwright/test";
import { addStaff, openDesk } from "../support/desk.ts";
import type { Server } from "../support/server.ts";
import { type BookPage, expect, GUIDE, test } from "../support/test.ts";

const BOOK = `/desk${GUIDE.replace("/books", "/stock")}`;

/** The copies on hand, in carts, in orders and available, on a book's page at the desk. */
const counts = (desk: Page) => desk.getByRole("region", { name: "Stock" }).getByRole("cell");
const holders = (desk: Page) => desk.getByRole("region", { name: "In carts and orders" }).getByRole("row");

async function count(desk: Page, change: string, why: string): Promise<void> {
  const form = desk.locator("form", { has: desk.getByRole("button", { name: "Save", exact: true }) });
  await form.getByLabel("Add copies (use − to remove)").fill(change);
  await form.getByLabel("Reason").fill(why);
  await form.getByRole("button", { name: "Save", exact: true }).click();
}

// These tests have four browser contexts, and a list of orders that refreshes every few seconds.
test.slow();

/** Counts the documents that a page loads from now on. */
function countLoads(page: Page): () => number {
  let loaded = 0;
  page.on("request", (request) => (loaded += Number(request.isNavigationRequest())));
  return () => loaded;
}

for (const script of [true, false]) {
  const how = script ? "with JavaScript" : "without JavaScript";

  // Signs two members of staff in: one acts, with or without JavaScript, and one watches with it.
  const staff = async (browser: Browser, server: Server, acting: string, following: string) => {
    await addStaff(server, "carl", "clerk");
    await addStaff(server, "olga", "owner");
    return [
      await openDesk(browser, server, "carl", acting, script),
      await openDesk(browser, server, "olga", following),
    ] as const;
  };

  test(`one member of staff adds a delivery, and every open page shows it (${how})`, async ({ browser, server, visit }) => {
    const [ann, ben] = [await visit(GUIDE), await visit(GUIDE)];
    await ann.says("Live");
    await ben.says("Live");
    const [carl, olga] = await staff(browser, server, BOOK, BOOK);
    const loaded = countLoads(olga);
    await ann.add().click();
    await ben.showsLeft(9);
    await expect(counts(olga)).toHaveText(["10", "1", "0", "9"]);

    await count(carl, "5", "delivery");
    await expect(carl.getByText("Stock updated.")).toBeVisible();
    await expect(counts(olga)).toHaveText(["15", "1", "0", "14"]);
    for (const shopper of [ann, ben]) await shopper.showsLeft(14);
    await ben.add().click();
    await expect(counts(olga)).toHaveText(["15", "2", "0", "13"]);
    await ann.showsLeft(13);
    expect([ann.loads, ben.loads, loaded()]).toEqual([1, 1, 0]);
  });

  test(`two members of staff correct one book's stock at once, and both corrections apply (${how})`, async ({ browser, server, visit }) => {
    const [ann, ben] = [await visit(GUIDE), await visit(GUIDE)];
    await ann.says("Live");
    await ben.says("Live");
    const [carl, olga] = await staff(browser, server, BOOK, BOOK);
    await Promise.all([count(carl, "+5", "delivery"), count(olga, "-3", "found damaged")]);
    for (const desk of [carl, olga]) await expect(desk.getByText("Stock updated.")).toBeVisible();
    for (const shopper of [ann, ben]) await shopper.showsLeft(12);
    // Without JavaScript the page is as old as the last load.
    await carl.reload();
    for (const desk of [carl, olga]) await expect(counts(desk)).toHaveText(["12", "0", "0", "12"]);
  });

  test(`one member of staff takes back a hold, and only its shopper's open cart says so (${how})`, async ({
    browser,
    server,
    visit,
  }) => {
    const [ann, ben] = [await visit(GUIDE), await visit(GUIDE)];
    const carts: BookPage[] = [];
    for (const shopper of [ann, ben]) {
      await shopper.says("Live");
      await shopper.add().click();
      await shopper.showsInCart(true);
      const cart = await shopper.openTab("/cart");
      await cart.says("Live");
      carts.push(cart);
    }
    const [annsCart, bensCart] = carts as [BookPage, BookPage];
    // Only the second shopper has two copies, which identifies their hold.
    const copies = bensCart.page.getByLabel("Copies");
    await copies.fill("2");
    await copies.press("Enter");
    await expect(bensCart.page.getByText("2 × $20.00")).toBeVisible();
    const [carl, olga] = await staff(browser, server, BOOK, BOOK);
    const loaded = countLoads(olga);
    await expect(holders(olga).filter({ hasText: "In a cart" })).toHaveCount(2);

    await holders(carl).filter({ has: carl.getByRole("cell", { name: "2", exact: true }) }).getByRole("button").click();
    await expect(carl.getByText("Copies taken back. The shopper’s cart now says so.")).toBeVisible();
    await expect(bensCart.page.getByText("we’ve had to take back what we were holding for you")).toBeVisible();
    await ben.showsInCart(false);
    await expect(holders(olga).filter({ hasText: "In a cart" })).toHaveCount(1);
    await expect(counts(olga)).toHaveText(["10", "1", "0", "9"]);
    await ann.showsLeft(9);
    await ann.showsInCart(true);
    await expect(annsCart.page.getByText("Held for you")).toBeVisible();
    await expect(annsCart.page.getByText("we’ve had to take back what we were holding for you")).toBeHidden();
    expect([ann, ben, annsCart, bensCart].map(({ loads }) => loads)).toEqual([1, 1, 1, 1]);
    expect(loaded()).toBe(0);
  });

  test(`one member of staff makes an order ready and hands it over, and a colleague's list and the shopper's page follow (${how})`, async ({
    browser,
    server,
    visit,
  }) => {
    const [ann, ben] = [await visit(GUIDE), await visit(GUIDE)];
    const [carl, olga] = await staff(browser, server, "/desk/orders", "/desk/orders?of=all");
    const loaded = countLoads(olga);
    await expect(olga.getByText("No orders found.")).toBeVisible();
    for (const [shopper, name] of [[ann, "Ann O’Neil"], [ben, "Ben"]] as const) {
      await shopper.says("Live");
      await shopper.add().click();
      await shopper.showsInCart(true);
      await shopper.page.getByRole("link", { name: "View cart" }).click();
      await shopper.page.getByLabel("Name").fill(name);
      await shopper.page.getByLabel("E-mail or telephone").fill("someone@example.org");
      await shopper.page.getByRole("button", { name: "Place order" }).click();
      await expect(shopper.page.getByText("Order placed.")).toBeVisible();
      await shopper.says("Live");
    }
    const before = [ann.loads, ben.loads];
    const row = (name: string) => olga.getByRole("row").filter({ hasText: name });
    await expect(row("Ann O’Neil")).toContainText("Placed");
    await expect(row("Ben")).toContainText("Placed");

    if (!script) await carl.reload();
    await carl.getByRole("row").filter({ hasText: "Ann O’Neil" }).getByRole("link").click();
    // The list has such buttons, too.
    await expect(carl.getByRole("heading", { level: 1, name: /^Order / })).toBeVisible();
    await carl.getByRole("button", { name: "Mark as ready" }).click();
    await expect(carl.getByText("Marked as ready. The shopper’s order page now says so.")).toBeVisible();
    await expect(ann.page.getByText("Ready to collect.")).toBeVisible();
    await expect(row("Ann O’Neil")).toContainText("Ready to collect");
    await carl.getByRole("button", { name: "Mark as collected" }).click();
    await expect(carl.getByText("Marked as collected.")).toBeVisible();
    await expect(ann.page.getByText("Collected.")).toBeVisible();
    await expect(row("Ann O’Neil")).toContainText("Collected");

    await expect(row("Ben")).toContainText("Placed");
    await expect(ben.page.getByText("Order placed.")).toBeVisible();
    expect([ann.loads, ben.loads]).toEqual(before);
    expect(loaded()).toBe(0);
  });
}

// Without JavaScript, because a live page removes the button as soon as the order is handed over.
test("two members of staff hand an order over at once, and it is handed over once", async ({ browser, server, visit }) => {
  const ann = await visit(GUIDE);
  await ann.says("Live");
  await ann.add().click();
  await ann.showsInCart(true);
  await ann.page.getByRole("link", { name: "View cart" }).click();
  await ann.page.getByLabel("Name").fill("Ann");
  await ann.page.getByLabel("E-mail or telephone").fill("ann@example.org");
  await ann.page.getByRole("button", { name: "Place order" }).click();
  await expect(ann.page.getByText("Order placed.")).toBeVisible();
  const order = `/desk${new URL(ann.page.url()).pathname}`;
  await addStaff(server, "carl", "clerk");
  await addStaff(server, "olga", "owner");
  const desks = [
    await openDesk(browser, server, "carl", order, false),
    await openDesk(browser, server, "olga", order, false),
  ];
  await Promise.all(desks.map((desk) => desk.getByRole("button", { name: "Mark as collected" }).click()));
  for (const desk of desks) {
    await expect(desk.getByText(/Marked as collected\.|This order is already closed\./)).toBeVisible();
    await expect(desk.getByRole("button", { name: "Mark as collected" })).toBeHidden();
  }
  await expect(ann.page.getByText("Collected.")).toBeVisible();
  const [desk] = desks;
  await desk?.goto(`${server.url}${BOOK}`);
  if (desk) await expect(counts(desk)).toHaveText(["9", "0", "0", "9"]);
});
