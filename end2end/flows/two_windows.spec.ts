// The count changes in one window when a copy is taken in another.

import { expect, GUIDE, LAST_COPY, test } from "./test.ts";

test("a copy added to a cart in one window lowers the count in the other at once, and raises it when removed", { tag: "@quick" }, async ({
  visit,
}) => {
  const [mine, theirs] = [await visit(GUIDE), await visit(GUIDE)];
  await mine.says("Live");
  await theirs.says("Live");
  await mine.showsLeft(10);
  await theirs.showsLeft(10);

  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(9);
  await theirs.showsLeft(9);
  await theirs.showsInCart(false);

  await mine.remove().click();
  await mine.showsInCart(false);
  await mine.showsLeft(10);
  await theirs.showsLeft(10);

  await mine.wasNotReloaded();
  await theirs.wasNotReloaded();
  expect([...mine.consoleErrors, ...theirs.consoleErrors]).toEqual([]);
});

test("the shelf shows every book's live count", async ({ visit }) => {
  const [shelf, book] = [await visit("/"), await visit(GUIDE)];
  const guide = shelf.byRole("listitem").having("Definitive Guide");
  await shelf.says("Live");
  await shelf.byRole("listitem").isShownTimes(8);
  await guide.byText("10 left").isShown();
  await book.says("Live");
  await book.add().click();
  await guide.byText("9 left").isShown();
  await shelf.wasNotReloaded();
  expect(shelf.consoleErrors).toEqual([]);
});

test("from the shelf to a book, back and forward, every page is live", async ({ visit, othersTake }) => {
  const mine = await visit("/");
  await mine.says("Live");
  await mine.follow("The Definitive Guide to the Internet");
  await mine.showsLeft(10);
  await mine.expectsNoReload();
  await othersTake("definitive-guide-to-the-internet", 3);
  await mine.showsLeft(7);
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(6);
  await mine.wasNotReloaded();
  await mine.tab.go(-1);
  await othersTake("small-hours", 1);
  await mine.byRole("listitem").having("Small Hours").byText("13 left").isShown();
  await mine.tab.go(1);
  await mine.showsInCart(true);
  expect(await mine.address()).toBe(GUIDE);
  expect(mine.consoleErrors).toEqual([]);
});

test("the cart survives a reload and a server restart", async ({ visit, server }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);

  await mine.reload();
  await mine.showsInCart(true);
  await mine.showsLeft(9);

  await server.stop();
  await server.start();
  await mine.reload();
  await mine.showsInCart(true);
  await mine.showsLeft(9);

  await server.stop("SIGKILL");
  await server.start();
  await mine.reload();
  await mine.showsInCart(true);
  await mine.says("Live");
  await mine.remove().click();
  await mine.showsLeft(10);
});

test("after the tenth copy the book is sold out, and the eleventh shopper is told", async ({ visit, othersTake }) => {
  const eleventh = await visit(GUIDE);
  // This page becomes stale: it is loaded before the copies are taken, and without JavaScript.
  const late = await visit(GUIDE, { javaScriptEnabled: false });
  await eleventh.says("Live");
  expect(await othersTake("definitive-guide-to-the-internet", 10)).toEqual(Array(10).fill(200));

  await eleventh.showsSoldOut();
  await eleventh.wait().isShown();
  await eleventh.wasNotReloaded();

  await late.add().click();
  await late.byText("Sorry, another shopper was quicker.").isShown();
  await late.showsSoldOut();
  await late.showsInCart(false);
});

test("of several shoppers racing for the last copy one gets it, and the others are told", async ({ visit }) => {
  const racers = await Promise.all([1, 2, 3, 4].map(() => visit(LAST_COPY)));
  for (const racer of racers) {
    await racer.says("Live");
    await racer.showsLeft(1);
  }
  // For slower shoppers, the button may already be gone.
  await Promise.all(racers.map((racer) => racer.add().click(1, 2_000).catch(() => {})));
  const won = () => Promise.all(racers.map((racer) => racer.remove().isVisible()));
  await expect.poll(async () => (await won()).filter(Boolean).length).toBe(1);
  const winner = (await won()).indexOf(true);
  for (const [number, racer] of racers.entries()) {
    await racer.showsInCart(number === winner);
    if (number === winner) {
      await racer.byText("No others left", true).isShown();
    } else {
      await racer.showsSoldOut();
      await racer.add().isGone();
    }
  }
});

test("a copy is added and removed with the keyboard alone, and a second Enter does not remove it", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.tab.press("Tab");
  await mine.tab.press("Enter");
  await mine.tab.press("Tab");
  await mine.byLabel("Copies").isFocused();
  await mine.tab.press("Tab");
  await mine.add().isFocused();
  await mine.tab.press("Enter");
  await mine.showsInCart(true);
  await mine.byRole("link", "View cart").isFocused();
  await mine.tab.press("Shift+Tab");
  await mine.remove().isFocused();
  await mine.tab.press("Enter");
  await mine.showsInCart(false);
  await mine.add().isFocused();
});
