// The waitlist: a shopper who waits for a sold-out book is offered the copy that comes back.

import { expect, LAST_COPY, test, type Visitor } from "./test.ts";

const take = (book: Visitor) => book.byRole("button", "Add to cart");
const leave = (book: Visitor) => book.byRole("button", "No thanks");
const isOnWaitlist = (book: Visitor) => book.byText("You’re on the waiting list.").isShown();

type Visit = (path: string) => Promise<Visitor>;

/** A shopper with the last copy in the cart. */
async function holder(visit: Visit): Promise<Visitor> {
  const owner = await visit(LAST_COPY);
  await owner.says("Live");
  await owner.add().click();
  await owner.showsInCart(true);
  return owner;
}

/** A shopper on the waitlist for the last copy. */
async function waiting(visit: Visit): Promise<Visitor> {
  const waiter = await visit(LAST_COPY);
  await waiter.says("Live");
  await waiter.showsSoldOut();
  await waiter.wait().click();
  await isOnWaitlist(waiter);
  return waiter;
}

test("a copy that comes back is offered to the first shopper on the waitlist, and then to the next", {
  tag: "@quick",
}, async ({ visit }) => {
  const owner = await holder(visit);
  const [first, second, passerBy] = [await waiting(visit), await waiting(visit), await visit(LAST_COPY)];
  await passerBy.says("Live");

  await owner.remove().click();
  await first.byText(/A copy is back\. It’s yours for \d minutes\./).isShown();
  await passerBy.showsSoldOut();
  await isOnWaitlist(second);
  expect(await take(second).isVisible()).toBe(false);

  await leave(first).click();
  await take(first).isGone();
  await first.wait().isShown();
  await take(second).click();
  await second.showsInCart(true);
  await passerBy.showsSoldOut();
  for (const window of [first, second, passerBy]) {
    await window.wasNotReloaded();
    expect(window.consoleErrors).toEqual([]);
  }
});

test("a shopper leaves the waitlist, and the copy is available to all again", async ({ visit }) => {
  const owner = await holder(visit);
  const waiter = await waiting(visit);
  await waiter.byRole("button", "Leave the waiting list").click();
  await waiter.wait().isShown();
  await owner.remove().click();
  await waiter.showsLeft(1);
  await waiter.add().isShown();
});

test("an offer is a separate line in the cart, and not part of the total until it is accepted", async ({ visit }) => {
  const owner = await holder(visit);
  const waiter = await waiting(visit);
  const cart = await waiter.openTab("/cart");
  await cart.says("Live");
  await owner.remove().click();
  await cart.byText("A copy is back.").isShown();
  await cart.byText("Total $0.00").isShown();
  await cart.byText("To place an order, first add the copy that we’re keeping for you.").isShown();
  await cart.byRole("button", "Place order").isGone();
  await take(cart).click();
  await cart.byRole("button", "Place order").isShown();
  await cart.byText(/Held for you for 1[45] more minutes/).isShown();
  await waiter.showsInCart(true);
  await cart.wasNotReloaded();
});

test("an offer is shown on every page that the shopper has open, and in the page's title", async ({ visit }) => {
  const owner = await holder(visit);
  const waiter = await waiting(visit);
  const shelf = await waiter.openTab("/");
  await shelf.says("Live");
  const title = () => shelf.tab.evaluate(() => document.title);
  const usual = await title();
  await owner.remove().click();
  await shelf.byText("A copy of Birds Seen from a Desk is waiting for you.").isShown();
  expect(await title()).toContain("A copy for you");
  // The book's own page shows its own message, and not the banner.
  await waiter.byText("One is kept for you", true).isShown();
  await waiter.byText("is waiting for you.").isGone();
  await leave(waiter).click();
  await shelf.byText("is waiting for you.").isGone();
  expect(await title()).toBe(usual);
  await shelf.wasNotReloaded();
});

test("the shopper with the last copy reads that there are no others, and not that it is sold out", async ({ visit }) => {
  const owner = await holder(visit);
  await owner.byText("No others left", true).isShown();
  await owner.byText("Sold out").isGone();
});

test("without JavaScript a waiting shopper is told that the page cannot notify them, and can leave the waitlist", async ({ visit }) => {
  await holder(visit);
  const plain = await visit(LAST_COPY, { javaScriptEnabled: false });
  await plain.wait().click();
  await isOnWaitlist(plain);
  await plain.byCss("noscript p").having("Without JavaScript, this page can’t tell you when a copy comes back").isShown();
  await plain.byRole("button", "Leave the waiting list").click();
  await plain.wait().isShown();
});

test.describe("with offers of three seconds", () => {
  test.use({ flags: ["--offer-minutes", "0.05"] });

  test("an offer that is not accepted in time lapses", async ({ visit }) => {
    const owner = await holder(visit);
    const waiter = await waiting(visit);
    await owner.remove().click();
    await leave(waiter).isShown();
    await waiter.showsLeft(1);
    await leave(waiter).isGone();
    await waiter.add().isShown();
    await waiter.wasNotReloaded();
  });
});
