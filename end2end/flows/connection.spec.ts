// What stands between the page and the shop: blocked sockets, proxies of all kinds, a server
// that goes and comes.

import { expect, GUIDE, test } from "./test.ts";

const TITLE = "definitive-guide-to-the-internet";

test("where sockets are blocked the page goes on by long poll, and says so", { tag: "@quick" }, async ({
  visit,
  blocked,
  othersTake,
}) => {
  const mine = await visit(GUIDE, { through: blocked });
  await mine.says("Live, polling");
  expect(blocked.refused).toBeGreaterThan(0);

  await othersTake(TITLE, 1);
  await mine.showsLeft(9);
  await othersTake(TITLE, 1);
  await mine.showsLeft(8);
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(7);
  await mine.wasNotReloaded();
});

test("a page goes from the socket to the long poll and back, as the way to the shop allows", { tag: "@quick" }, async ({
  visit,
  counted,
  othersTake,
}) => {
  const mine = await visit(GUIDE, { through: counted });
  await mine.says("Live");
  counted.blockSockets();
  await othersTake(TITLE, 1);
  await mine.showsLeft(9);
  await mine.says("Live, polling");
  counted.letSocketsThrough();
  await mine.says("Live");
  await othersTake(TITLE, 1);
  await mine.showsLeft(8);
  await expect.poll(() => [counted.sockets.size, counted.waits.size]).toEqual([1, 0]);
  await mine.wasNotReloaded();
});

for (const way of ["socket", "long poll"] as const) {
  const tag = way === "socket" ? ["@quick"] : [];

  test(`when the server goes the page says so, and is right again soon after (${way})`, { tag }, async ({
    visit,
    server,
    blocked,
    othersTake,
  }) => {
    const connected = way === "socket" ? "Live" : "Live, polling";
    const mine = await visit(GUIDE, way === "socket" ? {} : { through: blocked });
    await mine.says(connected);

    await server.stop("SIGKILL");
    await mine.says("Reconnecting");
    await mine.showsLeft(10);

    // A copy goes before the page is back: it must not be missed.
    await server.start();
    await othersTake(TITLE, 1);
    await mine.showsLeft(9);
    await mine.says(connected);

    await othersTake(TITLE, 1);
    await mine.showsLeft(8);
    await mine.wasNotReloaded();
  });
}

test("an action while the server is away is refused with a sentence, and works afterwards", async ({ visit, server }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await server.stop();
  await mine.says("Reconnecting");
  await mine.add().click();
  await mine.byText("The shop cannot be reached just now.").isShown();
  await mine.showsInCart(false);
  await server.start();
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(9);
});

test("a proxy that lets sockets open and swallows what they say does not keep the page from being right", async ({
  visit,
  counted,
  othersTake,
}) => {
  counted.swallows = true;
  const mine = await visit(GUIDE, { through: counted });
  await mine.says("Live, polling");
  await othersTake(TITLE, 1);
  await mine.showsLeft(9);
  counted.swallows = false;
  await mine.says("Live");
  await othersTake(TITLE, 1);
  await mine.showsLeft(8);
});

test("a proxy that ends connections sooner than a heartbeat comes is lived with", async ({ visit, counted, othersTake }) => {
  counted.endsAfter = 1_500;
  const mine = await visit(GUIDE, { through: counted });
  await mine.says("Live");
  for (const left of [9, 8, 7]) {
    const ended = counted.idle;
    await expect.poll(() => counted.idle).toBeGreaterThan(ended);
    await othersTake(TITLE, 1);
    await mine.showsLeft(left);
  }
  await mine.wasNotReloaded();
});

test("a shop that closes in order is found again by every page", async ({ visit, server, othersTake }) => {
  const pages = await Promise.all([visit(GUIDE), visit(GUIDE), visit(GUIDE)]);
  for (const page of pages) await page.says("Live");
  await server.stop("SIGTERM");
  for (const page of pages) await page.says("Reconnecting");
  await server.start();
  await othersTake(TITLE, 2);
  for (const page of pages) {
    await page.showsLeft(8);
    await page.says("Live");
    await page.wasNotReloaded();
  }
});
