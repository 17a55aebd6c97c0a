// The cart and an order follow what happens to them elsewhere, without a reload.

import { expect, GUIDE, test, type Visitor } from "./test.ts";

/** The cart's line of the guide. */
const guideIn = (cart: Visitor) => cart.byRole("listitem").having("Definitive Guide");

test("the cart follows what another tab puts in and takes out, and keeps what is being typed", async ({ visit }) => {
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
  await cart.byText("Together $36.50").isShown();
  await small.remove().click();
  await cart.byText("Together $20.00").isShown();
  await cart.byRole("listitem").isShownTimes(1);

  await cart.byLabel("Name").isFocused();
  await cart.tab.type("eil");
  await cart.byLabel("Name").hasValue("Ann O’Neil");
  await book.remove().click();
  await cart.byText("Nothing is in it.").isShown();
  await cart.wasNotReloaded();
  expect(cart.person.complaints).toEqual([]);
});

test("a quantity that another tab changes is the one in the cart's field, and others keep theirs", async ({ visit }) => {
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
  await guideIn(theirs).byRole("button", "Change").click();
  await guideIn(mine).byText("3 × $20.00").isShown();
  await guideIn(mine).byLabel("Copies").hasValue("3");
  await typing.hasValue("4");
  await typing.isFocused();

  await guideIn(theirs).byRole("button", "Remove").click();
  await guideIn(mine).isGone();
  await typing.hasValue("4");
  await typing.isFocused();
  // And the book's page knows that it is out of the cart.
  await book.add().isShown();
  await book.showsInCart(false);
});

test("a book's page knows what another tab did to the cart", { tag: "@quick" }, async ({ visit }) => {
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
  test(`an order that is cancelled in one window is cancelled in the other at once (${way})`, async ({
    visit,
    blocked,
  }) => {
    const says = way === "socket" ? "Live" : "Live, polling";
    const mine = await visit(GUIDE, way === "socket" ? {} : { through: blocked });
    await mine.says(says);
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.open("/cart");
    await mine.reserve();
    await mine.byText("Set aside for you").isShown();

    // Another browser, which has the code and not the cookie.
    const theirs = await visit(await mine.path());
    await theirs.says("Live");
    const another = await mine.openTab(await mine.path());
    await another.says(says);
    await mine.byRole("button", "Cancel this order").click();
    for (const window of [theirs, another]) {
      await window.byText("Cancelled. The copies are back on the shelf.").isShown();
      await window.byRole("button", "Cancel this order").isGone();
      await window.wasNotReloaded();
    }
    expect(theirs.person.complaints).toEqual([]);
  });
}

test("a cart that was open while the server was away is right again by itself", async ({ visit, server }) => {
  const cart = await visit("/cart");
  await cart.says("Live");
  await server.stop("SIGKILL");
  await cart.says("Reconnecting");
  await server.start();
  // Something goes into the cart by another way than this page, before it is back.
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

  test("a hold that runs out is shown in the cart and on the book's page by itself", async ({ visit }) => {
    const book = await visit(GUIDE);
    await book.says("Live");
    const cart = await book.openTab("/cart");
    await cart.says("Live");
    await book.add().click();
    await book.showsInCart(true);
    await cart.byText("Together $20.00").isShown();
    await cart.byText("Its time ran out.").isShown();
    await cart.byText("Together $0.00").isShown();
    await book.showsInCart(false);
    await book.showsLeft(10);
    await book.wasNotReloaded();
    await cart.wasNotReloaded();
  });
});
