// The cart and the order, plain but whole: the same with script and without.

import { expect, GUIDE, test, type Visitor } from "./test.ts";

const guideIn = (cart: Visitor) => cart.byRole("listitem").having("Definitive Guide");

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with script" : "without script";
  const tag = javaScriptEnabled ? ["@quick"] : [];

  test(`several copies of several books become an order, which can be cancelled (${how})`, { tag }, async ({ visit }) => {
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

    await mine.follow("To the cart");
    await mine.showsHeading("Your cart");
    if (javaScriptEnabled) await mine.says("Live");
    const guide = guideIn(mine);
    await guide.byText(/Held for 1[45] more minutes/).isShown();
    await guide.byLabel("Copies").fill("3");
    await guide.byRole("button", "Change").click();
    await guide.byText("3 × $20.00").isShown();
    await watching.showsLeft(7);
    await guide.byRole("button", "Hold it longer").click();
    await mine.byText("Together $76.50").isShown();

    await guide.byLabel("Copies").fill("6");
    await guide.byRole("button", "Change").click();
    await mine.byText("more copies of one book than one shopper can have").isShown();

    await mine.reserve();
    await mine.showsHeading(/^Order [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
    await mine.byText("Together $76.50, paid in the shop.").isShown();
    await watching.showsLeft(7);

    await mine.byRole("button", "Cancel this order").click();
    await mine.byText("Cancelled.").isShown();
    await watching.showsLeft(10);
    await watching.wasNotReloaded();
  });

  test(`what cannot be an order is not sent, and nothing that was typed is lost (${how})`, async ({ visit }) => {
    const mine = await visit(GUIDE, { javaScriptEnabled });
    if (javaScriptEnabled) await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.open("/cart");
    if (javaScriptEnabled) await mine.says("Live");
    const [name, reach] = [mine.byLabel("Name"), mine.byLabel("E-mail or telephone")];
    for (const [theirs, how] of [["Ann", "nowhere"], [" ", "ann@example.org"]] as const) {
      await name.fill(theirs);
      await reach.fill(how);
      await mine.byRole("button", "Reserve").click();
      await reach.hasValue(how);
      await name.hasValue(theirs);
    }
    expect(await mine.path()).toBe("/cart");
    await name.fill("Ann");
    await reach.fill("+44 (20) 7946-0000");
    await mine.byRole("button", "Reserve").click();
    await mine.showsHeading(/^Order/);
  });

  test(`a note goes with the order, and is not shown for its code alone (${how})`, async ({ visit }) => {
    const mine = await visit(GUIDE, { javaScriptEnabled });
    if (javaScriptEnabled) await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.open("/cart");
    await mine.byLabel("Note to the shop").fill("After six, please. I know the way.");
    await mine.reserve();
    expect(await mine.tab.evaluate(() => document.documentElement.outerHTML)).not.toContain("After six");
  });
}

test("a double click is one click, and going back and sending again is no second order", async ({ visit }) => {
  const mine = await visit(GUIDE, { javaScriptEnabled: false });
  await mine.add().click(2);
  await mine.showsInCart(true);
  await mine.showsLeft(9);
  await mine.follow("To the cart");
  await mine.reserve();
  const order = await mine.path();
  await mine.tab.go(-1);
  await mine.showsHeading("Your cart");
  await mine.reserve();
  expect(await mine.path()).toBe(order);
  await mine.open(GUIDE);
  await mine.showsLeft(9);
});

test("the cart is used without loading it anew, one thing at a time, and says what was refused", async ({ visit }) => {
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
  await guide.byLabel("Copies").fill("9");
  await guide.byRole("button", "Change").click();
  await mine.byRole("alert").having("more copies of one book than one shopper can have").isShown();
  await mine.byLabel("Name").hasValue("Ann");
  await guide.byRole("button", "Remove").click();
  await mine.byText("Nothing is in it.").isShown();
  // The button is gone, and the focus is not lost.
  await mine.byCss("#main").isFocused();
  await mine.wasNotReloaded();
});

test.describe("with holds of six seconds", () => {
  test.use({ flags: ["--hold-minutes", "0.1"] });

  test("a hold that runs out is back on every page by itself, and the order says what is gone", async ({
    visit,
    othersTake,
  }) => {
    const watching = await visit("/books/birds-seen-from-a-desk");
    await watching.says("Live");
    const mine = await visit("/books/birds-seen-from-a-desk");
    await mine.says("Live");
    await mine.add().click();
    await watching.showsSoldOut();
    await watching.showsLeft(1);
    expect(await othersTake("birds-seen-from-a-desk", 1)).toEqual([200]);

    await mine.open("/cart");
    await mine.byText("Its time ran out.").isShown();
    await mine.byLabel("Name").fill("Ann O’Neil");
    await mine.byLabel("E-mail or telephone").fill("ann@example.org");
    await mine.byRole("button", "Reserve").click();
    await mine.byText("Nothing in your cart can be ordered any more").isShown();
    await mine.byText("Gone: Birds Seen from a Desk").isShown();
  });
});
