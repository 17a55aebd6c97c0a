// Pages that a browser translates: translators put every text into new elements, and leave the old
// text nodes outside the page.

import { expect, GUIDE, test, type Visitor } from "./test.ts";

/** Translates a page as a browser does, but into upper case. */
const translate = (mine: Visitor) =>
  mine.tab.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    for (const text of texts) {
      const parent = text.parentElement!;
      const keeps = parent.closest("script, noscript, style, textarea, [translate=no]");
      if (keeps || !text.data.trim()) continue;
      const inner = document.createElement("font");
      const outer = document.createElement("font");
      inner.textContent = text.data.toUpperCase();
      outer.append(inner);
      text.replaceWith(outer);
    }
  });

const stock = (mine: Visitor) => mine.byCss(".stock");

test("a translated page shows each later change", { tag: "@quick" }, async ({ visit, othersTake }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await translate(mine);
  await stock(mine).having("10 IN STOCK").isShown();
  await othersTake("definitive-guide-to-the-internet", 1);
  await stock(mine).having(/^9\s+in stock$/i).isShown();
  await mine.byRole("button", /^add to cart$/i).click();
  await stock(mine).having(/^8\s+in stock$/i).isShown();
  // The button has its new name in place of the translated one.
  await mine.byRole("button", "Remove from cart", true).isShown();
  await mine.byRole("button", /^add to cart$/i).isGone();
  await mine.byText("1 copy is in your cart.").isShown();
  await translate(mine);
  await mine.byRole("button", "REMOVE FROM CART").click();
  await stock(mine).having(/^9\s+in stock$/i).isShown();
  await mine.byText(/copy is in your cart/i).isGone();
  await othersTake("definitive-guide-to-the-internet", 9);
  await stock(mine).having(/^All copies are in other shoppers’ carts\.\s+One may come back\.$/).isShown();
  expect(mine.consoleErrors).toEqual([]);
});

test("a translated cart and order show each later change", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.open("/cart");
  await mine.says("Live");
  await translate(mine);
  const line = mine.byRole("listitem").having("Definitive Guide");
  await line.byLabel(/copies/i).fill("2");
  await mine.tab.press("Enter");
  await line.byText("2 × $20.00").isShown();
  await mine.byText("$40.00", true).isShown();
  await mine.byText("$20.00", true).isGone();
  await mine.open("/cart");
  await mine.says("Live");
  await mine.reserve();
  const seen = await visit(await mine.address());
  await seen.says("Live");
  await translate(seen);
  await mine.cancelOrder();
  await seen.byText("Cancelled.").isShown();
  await seen.byText(/order placed/i).isGone();
});

test("a page that is translated before its script starts comes alive, and shows the right count", { tag: "@quick" }, async ({
  visit,
  countingProxy,
  othersTake,
}) => {
  let release = () => {};
  countingProxy.holdsFiles = new Promise<void>((resolve) => (release = resolve));
  const mine = await visit(GUIDE, { through: countingProxy });
  await translate(mine);
  await stock(mine).having("10 IN STOCK").isShown();
  await mine.byCss("input[name=quantity]").fill("2");
  release();
  await mine.byText("Live", true).isShown();
  await mine.byCss("input[name=quantity]").hasValue("2");
  await othersTake("definitive-guide-to-the-internet", 1);
  await stock(mine).having(/^9\s+in stock$/i).isShown();
  await mine.byRole("button", /^add to cart$/i).click();
  await mine.byText("2 copies are in your cart.").isShown();
  await mine.wasNotReloaded();
  expect(mine.consoleErrors).toEqual([]);
});
