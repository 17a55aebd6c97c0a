// Sold out is not the end: whoever waits is offered the copy that comes back.

import { expect, LAST_COPY, test, type Visitor } from "./test.ts";

const take = (book: Visitor) => book.byRole("button", "Take it");
const leave = (book: Visitor) => book.byRole("button", "Leave it to the next");
const inLine = (book: Visitor) => book.byText("You are in line.").isShown();

type Visit = (path: string) => Promise<Visitor>;

/** Somebody who has the last copy in the cart. */
async function whoHasIt(visit: Visit): Promise<Visitor> {
  const owner = await visit(LAST_COPY);
  await owner.says("Live");
  await owner.add().click();
  await owner.showsInCart(true);
  return owner;
}

/** Somebody in line for it. */
async function whoWaits(visit: Visit): Promise<Visitor> {
  const waiter = await visit(LAST_COPY);
  await waiter.says("Live");
  await waiter.showsSoldOut();
  await waiter.wait().click();
  await inLine(waiter);
  return waiter;
}

test("a copy that comes back is the first waiter's, on the page they left open, and then the next one's", {
  tag: "@quick",
}, async ({ visit }) => {
  const owner = await whoHasIt(visit);
  const [first, second, passerBy] = [await whoWaits(visit), await whoWaits(visit), await visit(LAST_COPY)];
  await passerBy.says("Live");

  await owner.remove().click();
  await first.byText(/You have waited for it\. It is yours for \d minutes: take it\./).isShown();
  await passerBy.showsSoldOut();
  await inLine(second);
  expect(await take(second).isVisible()).toBe(false);

  await leave(first).click();
  await take(first).isGone();
  await first.wait().isShown();
  await take(second).click();
  await second.showsInCart(true);
  await passerBy.showsSoldOut();
  for (const window of [first, second, passerBy]) {
    await window.wasNotReloaded();
    expect(window.person.complaints).toEqual([]);
  }
});

test("whoever waits can stop waiting, and the copy is anybody's again", async ({ visit }) => {
  const owner = await whoHasIt(visit);
  const waiter = await whoWaits(visit);
  await waiter.byRole("button", "Stop waiting").click();
  await waiter.wait().isShown();
  await owner.remove().click();
  await waiter.showsLeft(1);
  await waiter.add().isShown();
});

test("in the cart an offer is a line of its own, which no order has until it is taken", async ({ visit }) => {
  const owner = await whoHasIt(visit);
  const waiter = await whoWaits(visit);
  const cart = await waiter.openTab("/cart");
  await cart.says("Live");
  await owner.remove().click();
  await cart.byText("You have waited for it.").isShown();
  await cart.byText("Together $0.00").isShown();
  await take(cart).click();
  await cart.byText(/Held for 1[45] more minutes/).isShown();
  await waiter.showsInCart(true);
  await cart.wasNotReloaded();
});

test("whoever waits without script is told what that is worth, and can leave the line", async ({ visit }) => {
  await whoHasIt(visit);
  const plain = await visit(LAST_COPY, { javaScriptEnabled: false });
  await plain.wait().click();
  await inLine(plain);
  await plain.byCss("noscript p").having("Without script this page cannot be told of it").isShown();
  await plain.byRole("button", "Stop waiting").click();
  await plain.wait().isShown();
});

test.describe("with offers of three seconds", () => {
  test.use({ flags: ["--offer-minutes", "0.05"] });

  test("who does not take it in time has had it", async ({ visit }) => {
    const owner = await whoHasIt(visit);
    const waiter = await whoWaits(visit);
    await owner.remove().click();
    await take(waiter).isShown();
    await waiter.showsLeft(1);
    await take(waiter).isGone();
    await waiter.add().isShown();
    await waiter.wasNotReloaded();
  });
});
