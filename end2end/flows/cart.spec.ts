// From the cart to an order, with and without JavaScript.

import { expect, GUIDE, test, type Visitor } from "./test.ts";

const guideIn = (cart: Visitor) => cart.byRole("listitem").having("Definitive Guide");

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";
  const tag = javaScriptEnabled ? ["@quick"] : [];

  test(`several copies of several books are ordered, and the order is cancelled (${how})`, { tag }, async ({ visit }) => {
    const watching = await visit(GUIDE);
    await watching.says("Live");
    const mine = await visit(GUIDE, { javaScriptEnabled });
    if (javaScriptEnabled) await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.open("/books/small-hours");
    if (javaScriptEnabled) await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);

    await mine.follow("View cart");
    await mine.showsHeading("Your cart");
    if (javaScriptEnabled) await mine.says("Live");
    const guide = guideIn(mine);
    await guide.byText(/Held for you for 1[45] more minutes/).isShown();
    await guide.byLabel("Copies").fill("3");
    await guide.byRole("button", "Update").click();
    await guide.byText("3 × $20.00").isShown();
    await watching.showsLeft(7);
    await guide.byRole("button", "Extend hold").click();
    await mine.byText("Total $76.50").isShown();

    // The browser refuses to send more copies than one shopper may have.
    await guide.byLabel("Copies").fill("6");
    await guide.byRole("button", "Update").click();
    await guide.byLabel("Copies").isFocused();
    await guide.byText("3 × $20.00").isShown();

    await mine.reserve();
    await mine.showsHeading(/^Order [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    await mine.byText("Total $76.50. Pay when you collect.").isShown();
    await mine.byCss("h1").isFocused();
    await watching.showsLeft(7);

    await mine.cancelOrder();
    await mine.byText("Cancelled.").isShown();
    await watching.showsLeft(10);
    await watching.wasNotReloaded();
  });

  test(`an invalid order form is not sent and keeps what was typed (${how})`, async ({ visit }) => {
    const mine = await visit(GUIDE, { javaScriptEnabled });
    if (javaScriptEnabled) await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.open("/cart");
    if (javaScriptEnabled) await mine.says("Live");
    const [name, contact] = [mine.byLabel("Name"), mine.byLabel("E-mail or telephone")];
    for (const [nameText, contactText] of [["Ann", "nowhere"], [" ", "ann@example.org"]] as const) {
      await name.fill(nameText);
      await contact.fill(contactText);
      await mine.byRole("button", "Place order").click();
      await contact.hasValue(contactText);
      await name.hasValue(nameText);
    }
    expect(await mine.address(), "the browser should not send the form").toBe("/cart");
    await mine.wasNotReloaded();
    await name.fill("Ann");
    await contact.fill("+44 (20) 7946-0000");
    await mine.byRole("button", "Place order").click();
    await mine.showsHeading(/^Order/);
  });

  test(`a note of two lines is sent with the order, and hidden from others who have its code (${how})`, async ({ visit }) => {
    const mine = await visit(GUIDE, { javaScriptEnabled });
    if (javaScriptEnabled) await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.open("/cart");
    const note = mine.byLabel("Note to the shop");
    await note.fill("After six, please.");
    await mine.tab.press("Enter");
    await mine.tab.type("I know the way.");
    await note.hasValue("After six, please.\nI know the way.");
    await mine.reserve();
    await mine.byText("After six, please.").isShown();
    const theirs = await visit(await mine.address());
    await theirs.showsHeading(/^Order/);
    expect(await theirs.tab.evaluate(() => document.documentElement.outerHTML)).not.toContain("After six");
  });
}

test("a double click adds one copy, and sending the order form again after going back makes no second order", async ({ visit }) => {
  const mine = await visit(GUIDE, { javaScriptEnabled: false });
  await mine.add().click(2);
  await mine.showsInCart(true);
  await mine.showsLeft(9);
  await mine.follow("View cart");
  await mine.reserve();
  const order = await mine.address();
  await mine.tab.go(-1);
  await mine.showsHeading("Your cart");
  await mine.reserve();
  expect(await mine.address()).toBe(order);
  await mine.open(GUIDE);
  await mine.showsLeft(9);
});

test("the cart changes without reloads, and says what was refused", async ({ visit, othersTake }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.open("/cart");
  await mine.says("Live");
  const guide = guideIn(mine);
  await mine.byLabel("Name").fill("Ann");
  await guide.byLabel("Copies").fill("2");
  await mine.tab.press("Enter");
  await guide.byText("2 × $20.00").isShown();
  await othersTake("definitive-guide-to-the-internet", 7);
  await guide.byLabel("Copies").fill("4");
  await guide.byRole("button", "Update").click();
  await mine.byRole("alert").having("There aren’t that many copies left.").isShown();
  await mine.byLabel("Name").hasValue("Ann");
  await guide.byRole("button", "Remove").click();
  await mine.byText("Your cart is empty.").isShown();
  // The button is gone; the focus moves to the main part.
  await mine.byCss("#main").isFocused();
  await mine.wasNotReloaded();
});

test("a refusal named in the address is shown until the cart changes", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.open("/cart?notice=over_limit");
  const alert = mine.byRole("alert").having("That’s more copies of one book");
  await alert.isShown();
  await mine.says("Live");
  await guideIn(mine).byLabel("Copies").fill("2");
  await mine.tab.press("Enter");
  await guideIn(mine).byText("2 × $20.00").isShown();
  await alert.isGone();
});

test("a book that is removed, and added again after another one, is in the cart", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  const cart = await mine.openTab("/cart");
  await cart.says("Live");
  await mine.remove().click();
  await cart.byText("Your cart is empty.").isShown();
  const other = await mine.openTab("/books/small-hours");
  await other.says("Live");
  await other.add().click();
  await cart.byRole("listitem").having("Small Hours").isShown();
  await mine.add().click();
  await guideIn(cart).isShown();
  await cart.wasNotReloaded();
});

test.describe("with holds of six seconds", () => {
  test.use({ flags: ["--hold-minutes", "0.1"] });

  test("an order leaves out the line that its cart shows as gone", async ({ visit, othersTake }) => {
    const mine = await visit("/books/birds-seen-from-a-desk");
    await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.showsLeft(1);
    expect(await othersTake("birds-seen-from-a-desk", 1)).toEqual([200]);
    await mine.open(GUIDE);
    await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.open("/cart");
    await mine.byText("There are no longer enough copies to order it.").isShown();
    await mine.byText("Total $20.00").isShown();
    await mine.reserve();
    await mine.byText("Total $20.00. Pay when you collect.").isShown();
    await mine.byText("Not in this order, because your hold expired and no copies were left: Birds Seen from a Desk").isShown();
  });

  test("a line that has expired keeps saying whether it can still be ordered", async ({ visit, othersTake }) => {
    const mine = await visit("/books/birds-seen-from-a-desk");
    await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.open("/cart");
    await mine.byText("Your hold has expired. You can still order it.").isShown();
    await mine.says("Live");
    expect(await othersTake("birds-seen-from-a-desk", 1)).toEqual([200]);
    await mine.byText("There are no longer enough copies to order it.").isShown();
    await mine.byText("Total $0.00").isShown();
    await mine.byRole("button", "Place order").isGone();
    // The other shopper's hold expires, too.
    await mine.byText("You can still order it.").isShown();
    await mine.byText("Total $21.00").isShown();
    await mine.wasNotReloaded();
  });

  test("the copy of an expired hold returns on every open page, and the order form says what is gone", async ({
    visit,
    othersTake,
    countingProxy,
  }) => {
    const watching = await visit("/books/birds-seen-from-a-desk");
    await watching.says("Live");
    const mine = await visit("/books/birds-seen-from-a-desk", { through: countingProxy });
    await mine.says("Live");
    await mine.add().click();
    await watching.showsSoldOut();
    await watching.showsLeft(1);

    await mine.open("/cart");
    await mine.byText("Your hold has expired. You can still order it.").isShown();
    await mine.says("Live");
    // The cart's page does not learn that the copy is taken.
    countingProxy.stallSockets();
    expect(await othersTake("birds-seen-from-a-desk", 1)).toEqual([200]);
    await mine.byLabel("Name").fill("Ann O’Neil");
    await mine.byLabel("E-mail or telephone").fill("ann@example.org");
    await mine.byRole("button", "Place order").click();
    await mine.byText("Nothing in your cart can be ordered").isShown();
    await mine.byText("No longer available: Birds Seen from a Desk").isShown();
    // The form is gone, because there is nothing to order any more.
    await mine.byText("There are no longer enough copies to order it.").isShown();
    await mine.byRole("button", "Place order").isGone();
    await mine.byText("Total $0.00").isShown();
  });
});
