// The order page: what is shown at the counter, and how it follows the order.

import type { Proxy } from "../support/proxy.ts";
import { expect, GUIDE, test, type Visit, type Visitor } from "./test.ts";

/** A cart with one copy in it, through a proxy. */
async function cartThrough(proxy: Proxy, visit: Visit): Promise<Visitor> {
  const mine = await visit(GUIDE, { through: proxy });
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.open("/cart");
  await mine.says("Live");
  return mine;
}

/** Places an order whose answers are lost. */
async function placeUnansweredOrder(mine: Visitor): Promise<void> {
  await mine.byLabel("Name").fill("Ann O’Neil");
  await mine.byLabel("E-mail or telephone").fill("ann@example.org");
  await mine.byRole("button", "Place order").click();
  await mine.byRole("alert").having("We haven’t had an answer yet").isShown();
}

/** Asserts that the order arrived once. A second order would have taken a second copy. */
async function arrivedOnce(mine: Visitor): Promise<void> {
  await mine.showsHeading("Order");
  await mine.byText("Order placed.").isShown();
  await mine.open(GUIDE);
  await mine.showsLeft(9);
}

async function placeOrder(mine: Visitor, javaScriptEnabled: boolean): Promise<string> {
  if (javaScriptEnabled) await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.open("/cart");
  await mine.reserve();
  return mine.address();
}

const qrCode = (mine: Visitor) => mine.byRole("img", "QR code");

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  test(`an order page has a QR code, a date and the order code (${how})`, async ({ visit }) => {
    const mine = await visit(GUIDE, { javaScriptEnabled });
    const code = (await placeOrder(mine, javaScriptEnabled)).split("/").at(-1);
    await qrCode(mine).isShown();
    await mine.byText(/We’ll keep your books until \w+day, \d+ \w+ 20\d\d, \d\d:\d\d UTC\./).isShown();
    await mine.byText("We won’t send an e-mail.").isShown();
    await mine.showsHeading(`Order ${code}`);
    // The shopper sees the address they typed, and can notice a mistake. Nobody else sees it.
    await mine.byText("ann@example.org").isShown();
    const theirs = await visit(await mine.address());
    await theirs.showsHeading(`Order ${code}`);
    expect(await theirs.tab.evaluate(() => document.documentElement.outerHTML)).not.toContain("ann@example.org");
    await mine.byText("Total $20.00. Pay when you collect.", true).isShown();

    await mine.byText("Cancel order", true).click();
    await mine.byText("Order placed.").isShown();
    await mine.byRole("button", "Yes, cancel this order").click();
    await mine.byText("Cancelled.").isShown();
    await mine.byText("Total $20.00.", true).isShown();
    await qrCode(mine).isGone();
  });
}

test("an order page shows changes of the order by itself", { tag: "@quick" }, async ({ visit }) => {
  const mine = await visit(GUIDE);
  const elsewhere = await visit(await placeOrder(mine, true));
  await elsewhere.says("Live");
  await elsewhere.byText("Order placed.").isShown();
  await mine.cancelOrder();
  await elsewhere.byText("Cancelled.").isShown();
  await elsewhere.wasNotReloaded();
});

test("an order whose answer is lost is placed once, and its page opens", { tag: "@quick" }, async ({
  visit,
  countingProxy,
}) => {
  const mine = await cartThrough(countingProxy, visit);
  countingProxy.losesAnswers = 2;
  const before = countingProxy.forms;
  await mine.reserve();
  expect(countingProxy.forms - before).toBe(3);
  await arrivedOnce(mine);
});

test("an order whose answers are lost for longer is sent again until its page opens", async ({
  visit,
  countingProxy,
}) => {
  const mine = await cartThrough(countingProxy, visit);
  // More answers are lost than the page makes attempts at first.
  countingProxy.losesAnswers = 5;
  await placeUnansweredOrder(mine);
  await arrivedOnce(mine);
});

test("an order without an answer is sent again by a page that is reloaded", async ({ visit, countingProxy }) => {
  const mine = await cartThrough(countingProxy, visit);
  countingProxy.losesAnswers = Infinity;
  await placeUnansweredOrder(mine);
  // The order is placed, so the cart is empty, and nothing on the page leads to the order.
  await mine.tab.reload();
  await mine.byText("Your cart is empty.").isShown();
  await mine.byRole("alert").having("We haven’t had an answer yet").isShown();
  countingProxy.losesAnswers = 0;
  await arrivedOnce(mine);
  expect(await mine.tab.evaluate(() => sessionStorage.length)).toBe(0);
});

test("an order without an answer is sent again as it was, although its form was changed since", async ({
  visit,
  countingProxy,
}) => {
  const mine = await cartThrough(countingProxy, visit);
  countingProxy.losesAnswers = Infinity;
  await placeUnansweredOrder(mine);
  // The order was placed, so the cart is empty. Another copy brings the form back.
  await mine.tab.reload();
  await mine.byRole("alert").having("We haven’t had an answer yet").isShown();
  await mine.open(GUIDE);
  await mine.says("Live");
  await mine.add().click();
  await mine.open("/cart");
  await mine.byLabel("Name").fill("Ben");
  await mine.byLabel("E-mail or telephone").fill("ben@example.org");
  await mine.byRole("button", "Place order").click();
  countingProxy.losesAnswers = 0;
  await mine.showsHeading("Order");
  await mine.byText("ann@example.org").isShown();
});

test("another form of the cart does not keep an unanswered order from being sent again", async ({ visit, countingProxy }) => {
  const mine = await cartThrough(countingProxy, visit);
  countingProxy.refusesForms = true;
  await placeUnansweredOrder(mine);
  await mine.byRole("button", "Extend hold").click();
  await expect.poll(() => countingProxy.lastForms).toContain("/api/extend_hold");
  countingProxy.refusesForms = false;
  await arrivedOnce(mine);
});

test("a removal whose answer is lost is not sent again by itself", async ({ visit, countingProxy }) => {
  const mine = await visit(GUIDE, { through: countingProxy });
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  const before = countingProxy.forms;
  countingProxy.losesAnswers = 1;
  await mine.remove().click();
  await mine.showsInCart(false);
  await mine.add().click();
  await mine.showsInCart(true);
  expect(countingProxy.forms - before).toBe(2);
  await mine.showsLeft(9);
});

test("without JavaScript, an order whose answer is lost is found by sending its form again", async ({
  visit,
  countingProxy,
}) => {
  const mine = await visit(GUIDE, { through: countingProxy, javaScriptEnabled: false });
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.open("/cart");
  countingProxy.losesAnswers = 1;
  await mine.byLabel("Name").fill("Ann O’Neil");
  await mine.byLabel("E-mail or telephone").fill("ann@example.org");
  await mine.byRole("button", "Place order").click();
  await mine.byText("Bad gateway").isShown();
  await mine.tab.go(-1);
  await mine.showsHeading("Your cart");
  await mine.reserve();
  await mine.byText("Order placed.").isShown();
  await mine.open(GUIDE);
  await mine.showsLeft(9);
});

test("an added copy whose answer is lost is added once", async ({ visit, countingProxy }) => {
  const mine = await visit(GUIDE, { through: countingProxy });
  await mine.says("Live");
  countingProxy.losesAnswers = 1;
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(9);
  await expect.poll(() => countingProxy.forms).toBe(2);
  await mine.showsLeft(9);
});
