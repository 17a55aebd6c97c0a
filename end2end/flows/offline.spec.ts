// A browser without a network shows the shop's own page for it, and nothing else is kept.

import { expect, GUIDE, test, type Visitor } from "./test.ts";

/** Waits until the page that is for offline is kept, and the browser would show it. */
async function isPrepared(mine: Visitor): Promise<void> {
  const state = () => mine.tab.evaluate(() => navigator.serviceWorker.controller?.state);
  await expect.poll(state).toBe("activated");
}

test("without a network there is a page with a way on, and afterwards the shop again", async ({ visit, counted }) => {
  const mine = await visit(GUIDE, { through: counted });
  await mine.says("Live");
  await isPrepared(mine);

  counted.lose();
  await mine.follow("Cart");
  await mine.showsHeading("No connection");
  await mine.byText("网络连接").isShown();
  expect(await mine.path(), "the address stays").toBe("/cart");

  counted.find();
  await mine.byText("Try again", true).click();
  await mine.showsHeading("Your cart");
  const kept = await mine.tab.evaluate(async () => {
    const names = await caches.keys();
    const pages = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return pages.flat().map((request) => new URL(request.url).pathname);
  });
  expect(kept).toEqual(["/offline"]);
});

test("a shop that was started anew is shown as it is now", async ({ visit, server, othersTake }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await isPrepared(mine);
  await server.stop();
  await mine.tab.reload();
  await mine.showsHeading("No connection");
  await server.start();
  await othersTake("definitive-guide-to-the-internet", 3);
  await mine.byText("Try again", true).click();
  await mine.showsLeft(7);
  await mine.says("Live");
});
