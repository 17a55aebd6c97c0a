// Without script everything works, by forms and reloads.

import { expect, GUIDE, test } from "./test.ts";

test("the page is true, and its forms add and remove, without script", { tag: "@quick" }, async ({ visit, othersTake }) => {
  const mine = await visit(GUIDE, { javaScriptEnabled: false });
  await mine.showsLeft(10);
  await mine.showsHeading("The Definitive Guide to the Internet");
  await mine.byText("by Anonymous").isShown();
  await mine.byText("$20.00").isShown();
  expect(await mine.byText("Live", true).isVisible(), "nothing is alive here").toBe(false);

  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(9);
  expect(await mine.path(), "back on the very page").toBe(GUIDE);

  await othersTake("definitive-guide-to-the-internet", 2);
  await mine.reload();
  await mine.showsLeft(7);

  await mine.remove().click();
  await mine.showsInCart(false);
  await mine.showsLeft(8);
});

test("a link cannot put words in the shop's mouth", async ({ visit }) => {
  const mine = await visit(`${GUIDE}?notice=Send+money`, { javaScriptEnabled: false });
  await mine.showsLeft(10);
  expect(await mine.byText("Send money").isVisible()).toBe(false);
});

test("an unknown book has a page that shows the way back", async ({ visit }) => {
  const mine = await visit("/books/no-such-book", { javaScriptEnabled: false });
  await mine.showsHeading("Not on any shelf");
  await mine.follow("Back to the shelf");
  await mine.showsHeading("On the shelf");
});
