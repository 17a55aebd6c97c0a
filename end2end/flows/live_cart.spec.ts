// The cart and an order show changes made elsewhere, without a reload.

import { expect, GUIDE, test, type Visitor } from "./test.ts";

/** The guide's line in the cart. */
const guideIn = (cart: Visitor) => cart.byRole("listitem").having("Definitive Guide");

test("the cart shows what another tab adds and removes, and keeps what is being typed", async ({ visit }) => {
  const book = await visit(GUIDE);
  await book.says("Live");
  const small = await book.openTab("/books/small-hours");
  await small.says("Live");
  await small.add().click();
  await small.showsInCart(true);
  const cart = await book.openTab("/cart");
  await cart.says("Live");
  await cart.byRole("listitem").isShownTimes(1);
  await cart.byLabel("Name").type("Ann O’N");

  await book.add().click();
  await guideIn(cart).byText("1 × $20.00").isShown();
  await cart.byText("Total $36.50").isShown();
  await small.remove().click();
  await cart.byText("Total $20.00").isShown();
  await cart.byRole("listitem").isShownTimes(1);

  await cart.byLabel("Name").isFocused();
  await cart.tab.type("eil");
  await cart.byLabel("Name").hasValue("Ann O’Neil");
  await book.remove().click();
  await cart.byText("Your cart is empty.").isShown();
  await cart.wasNotReloaded();
  expect(cart.consoleErrors).toEqual([]);
});

test("a quantity changed in another tab appears in its field, and other fields keep what is being typed", async ({ visit }) => {
  const book = await visit(GUIDE);
  await book.says("Live");
  await book.add().click();
  await book.showsInCart(true);
  const small = await book.openTab("/books/small-hours");
  await small.says("Live");
  await small.add().click();
  await small.showsInCart(true);
  const [mine, theirs] = [await book.openTab("/cart"), await book.openTab("/cart")];
  await mine.says("Live");
  await theirs.says("Live");
  const typing = mine.byRole("listitem").having("Small Hours").byLabel("Copies");
  await typing.fill("4");

  await guideIn(theirs).byLabel("Copies").fill("3");
  await guideIn(theirs).byRole("button", "Update").click();
  await guideIn(mine).byText("3 × $20.00").isShown();
  await guideIn(mine).byLabel("Copies").hasValue("3");
  await typing.hasValue("4");
  await typing.isFocused();

  await guideIn(theirs).byRole("button", "Remove").click();
  await guideIn(mine).isGone();
  await typing.hasValue("4");
  await typing.isFocused();
  // The book's page shows that it is no longer in the cart.
  await book.add().isShown();
  await book.showsInCart(false);
});

test("a book's page shows what another tab did to the cart", { tag: "@quick" }, async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  const other = await mine.openTab(GUIDE);
  await other.says("Live");
  await mine.add().click();
  await other.showsInCart(true);
  await other.remove().click();
  await mine.showsInCart(false);
  await mine.showsLeft(10);
  await mine.add().click();
  await other.showsInCart(true);
  await mine.wasNotReloaded();
  await other.wasNotReloaded();
});

for (const way of ["socket", "long poll"] as const) {
  test(`an order cancelled in one window is shown as cancelled in the others at once (${way})`, async ({
    visit,
    blockingProxy,
  }) => {
    const says = way === "socket" ? "Live" : "Live, polling";
    const mine = await visit(GUIDE, way === "socket" ? {} : { through: blockingProxy });
    await mine.says(says);
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.open("/cart");
    await mine.reserve();
    await mine.byText("We’ll keep your books").isShown();

    // Another shopper, who has the code but not the cookie.
    const theirs = await visit(await mine.address());
    await theirs.says("Live");
    const another = await mine.openTab(await mine.address());
    await another.says(says);
    await mine.cancelOrder();
    for (const window of [theirs, another]) {
      await window.byText("Cancelled. The books are back on sale.").isShown();
      await window.byText("Cancel order", true).isGone();
      await window.byText("Total $20.00.", true).isShown();
      await window.wasNotReloaded();
      // The browser itself reports a WebSocket that was refused.
      expect(window.consoleErrors.filter((text) => !/WebSocket|\bws:/.test(text))).toEqual([]);
    }
  });
}

test("a cart that was open while the server was down catches up by itself", async ({ visit, server }) => {
  const cart = await visit("/cart");
  await cart.says("Live");
  await server.stop("SIGKILL");
  await cart.says("Reconnecting");
  await server.start();
  // This adds a copy without the page's own code, before the page has reconnected.
  await cart.tab.evaluate(() => {
    const body = new URLSearchParams({ book: "definitive-guide-to-the-internet" });
    void fetch("/api/add_to_cart", { method: "POST", body });
  });
  await guideIn(cart).byText("1 × $20.00").isShown();
  await cart.says("Live");
  await cart.wasNotReloaded();
});

test.describe("with holds of six seconds", () => {
  test.use({ flags: ["--hold-minutes", "0.1"] });

  test("an expired hold is shown in the cart and on the book's page", async ({ visit }) => {
    const book = await visit(GUIDE);
    await book.says("Live");
    const cart = await book.openTab("/cart");
    await cart.says("Live");
    await book.add().click();
    await book.showsInCart(true);
    await cart.byText("Total $20.00").isShown();
    await cart.byText("Your hold has expired. You can still order it.").isShown();
    // The total still includes the line, because it can be ordered.
    await cart.byText("Total $20.00").isShown();
    await book.showsInCart(false);
    await book.showsLeft(10);
    await book.wasNotReloaded();
    await cart.wasNotReloaded();
  });
});
