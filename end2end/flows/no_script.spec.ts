// Without JavaScript everything works, with forms and reloads.

import { expect, GUIDE, test } from "./test.ts";

test("without JavaScript the count is right, and the forms add and remove a copy", { tag: "@quick" }, async ({ visit, othersTake }) => {
  const mine = await visit(GUIDE, { javaScriptEnabled: false });
  await mine.showsLeft(10);
  await mine.showsHeading("The Definitive Guide to the Internet");
  await mine.byText("by Anonymous").isShown();
  await mine.byText("$20.00").isShown();
  expect(await mine.byText("Live", true).isVisible(), "there should be no connection badge").toBe(false);

  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(9);
  expect(await mine.address(), "the form should lead back to the same page, without a notice").toBe(GUIDE);

  await othersTake("definitive-guide-to-the-internet", 2);
  await mine.reload();
  await mine.showsLeft(7);

  await mine.remove().click();
  await mine.showsInCart(false);
  await mine.showsLeft(8);
});

test("a link cannot make the shop show the link's text", async ({ visit }) => {
  const mine = await visit(`${GUIDE}?notice=Send+money`, { javaScriptEnabled: false });
  await mine.showsLeft(10);
  expect(await mine.byText("Send money").isVisible()).toBe(false);
});

test("the page for an unknown book links to the shelf", async ({ visit }) => {
  const mine = await visit("/books/no-such-book", { javaScriptEnabled: false });
  await mine.showsHeading("Page not found");
  await mine.follow("Browse books");
  await mine.showsHeading("On our shelf");
});
