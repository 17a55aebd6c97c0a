// Without a network the browser shows the shop's offline page. Nothing else is cached.

import { expect, GUIDE, test, type Visitor } from "./test.ts";

/** Waits until the service worker controls the page: it has cached the offline page by then. */
async function isControlled(mine: Visitor): Promise<void> {
  const state = () => mine.tab.evaluate(() => navigator.serviceWorker.controller?.state);
  await expect.poll(state).toBe("activated");
}

test("without a network there is an offline page, which leads back to the shop when the network is back", async ({ visit, countingProxy }) => {
  const mine = await visit(GUIDE, { through: countingProxy });
  await mine.says("Live");
  await isControlled(mine);

  countingProxy.cutNetwork();
  await mine.follow("Cart");
  await mine.showsHeading("No connection");
  await mine.byText("您的设备暂时连不上书店。").isShown();
  expect(await mine.address(), "the address should be unchanged").toBe("/cart");

  countingProxy.restoreNetwork();
  await mine.byText("Try again", true).click();
  await mine.showsHeading("Your cart");
  const cached = await mine.tab.evaluate(async () => {
    const names = await caches.keys();
    const pages = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return pages.flat().map((request) => new URL(request.url).pathname);
  });
  expect(cached).toEqual(["/offline"]);
});

test("after the offline page a restarted shop shows its current state", async ({ visit, server, othersTake }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await isControlled(mine);
  await server.stop();
  await mine.tab.reload();
  await mine.showsHeading("No connection");
  await server.start();
  await othersTake("definitive-guide-to-the-internet", 3);
  await mine.byText("Try again", true).click();
  await mine.showsLeft(7);
  await mine.says("Live");
});
