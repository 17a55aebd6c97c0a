// A browser without a network shows the shop's own page for it, and nothing else is kept.

import { expect, GUIDE, test } from "../support/test.ts";

test("without a network there is a page with a way on, and afterwards the shop again", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect.poll(() => mine.page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe("activated");

  await mine.page.context().setOffline(true);
  await mine.page.goto(new URL("/cart", mine.page.url()).href);
  await expect(mine.page.getByRole("heading", { name: "No connection" })).toBeVisible();
  await expect(mine.page.getByText("网络连接")).toBeVisible();
  expect(new URL(mine.page.url()).pathname, "the address stays").toBe("/cart");

  await mine.page.context().setOffline(false);
  await mine.page.getByRole("link", { name: "Try again" }).click();
  await expect(mine.page.getByRole("heading", { name: "Your cart" })).toBeVisible();
  const kept = await mine.page.evaluate(async () => {
    const names = await caches.keys();
    const pages = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return pages.flat().map((request) => new URL(request.url).pathname);
  });
  expect(kept).toEqual(["/offline"]);
});

test("a shop that was started anew is shown as it is now", async ({ visit, server, othersTake }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await expect.poll(() => mine.page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe("activated");
  await server.stop();
  await mine.page.goto(mine.page.url());
  await expect(mine.page.getByRole("heading", { name: "No connection" })).toBeVisible();
  await server.start();
  await othersTake("definitive-guide-to-the-internet", 3);
  await mine.page.getByRole("link", { name: "Try again" }).click();
  await mine.showsLeft(7);
  await mine.says("Live");
});

test("a page of an older build, whose files are gone, is asked for once more", async ({ server, visit }) => {
  const mine = await visit("/cart");
  await mine.says("Live");
  await mine.page.route(/\.wasm$/, (route) => route.fulfill({ status: 404 }), { times: 1 });
  const loads = mine.loads;
  await mine.page.goto(server.url + GUIDE);
  await mine.says("Live");
  expect(mine.loads - loads).toBe(2);

  // Gone for good: the page is as it is without script, and not asked for again and again.
  await mine.page.route(/\.wasm$/, (route) => route.fulfill({ status: 404 }));
  let refused = 0;
  mine.page.on("response", (response) => (refused += Number(response.status() === 404)));
  await mine.page.goto(server.url + GUIDE);
  await expect.poll(() => refused).toBe(2);
  await mine.page.waitForLoadState("networkidle");
  expect(mine.loads - loads).toBe(4);
  await mine.add().click();
  await mine.showsInCart(true);
});
