// Connection trouble: blocked WebSockets, proxies that misbehave, a lost network, a server that restarts.

import { expect, GUIDE, test } from "./test.ts";

const TITLE = "definitive-guide-to-the-internet";

test("where WebSockets are blocked, the page long-polls and says so", { tag: "@quick" }, async ({
  visit,
  blockingProxy,
  othersTake,
}) => {
  const mine = await visit(GUIDE, { through: blockingProxy });
  await mine.says("Live, polling");
  expect(blockingProxy.refusedUpgrades).toBeGreaterThan(0);

  await othersTake(TITLE, 1);
  await mine.showsLeft(9);
  await othersTake(TITLE, 1);
  await mine.showsLeft(8);
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(7);
  await mine.wasNotReloaded();
});

test("a page falls back to long polling and returns to the WebSocket when it can", { tag: "@quick" }, async ({
  visit,
  countingProxy,
  othersTake,
}) => {
  const mine = await visit(GUIDE, { through: countingProxy });
  await mine.says("Live");
  countingProxy.blockSockets();
  await othersTake(TITLE, 1);
  await mine.showsLeft(9);
  await mine.says("Live, polling");
  countingProxy.allowSockets();
  await mine.says("Live");
  await othersTake(TITLE, 1);
  await mine.showsLeft(8);
  await expect.poll(() => [countingProxy.sockets.size, countingProxy.polls.size]).toEqual([1, 0]);
  await mine.wasNotReloaded();
});

for (const way of ["socket", "long poll"] as const) {
  const tag = way === "socket" ? ["@quick"] : [];

  test(`when the server dies the page says so, and catches up after the restart (${way})`, { tag }, async ({
    visit,
    server,
    blockingProxy,
    othersTake,
  }) => {
    const connected = way === "socket" ? "Live" : "Live, polling";
    const mine = await visit(GUIDE, way === "socket" ? {} : { through: blockingProxy });
    await mine.says(connected);

    await server.stop("SIGKILL");
    await mine.says("Reconnecting");
    await mine.showsLeft(10);

    // A copy is taken before the page has reconnected, and the page must not miss it.
    await server.start();
    await othersTake(TITLE, 1);
    await mine.showsLeft(9);
    await mine.says(connected);

    await othersTake(TITLE, 1);
    await mine.showsLeft(8);
    await mine.wasNotReloaded();
  });
}

test("when the network is lost the page says so, and catches up when it is back", { tag: "@quick" }, async ({
  visit,
  countingProxy,
  othersTake,
}) => {
  const mine = await visit(GUIDE, { through: countingProxy });
  await mine.says("Live");
  countingProxy.cutNetwork();
  await mine.says("Reconnecting");
  await othersTake(TITLE, 2);
  await mine.add().click();
  await mine.byText("We can’t reach the shop right now.").isShown();
  await mine.showsLeft(10);
  countingProxy.restoreNetwork();
  await mine.says("Live");
  // The page sends the form again by itself, and one copy is added.
  await mine.showsInCart(true);
  await mine.showsLeft(7);
  await mine.wasNotReloaded();
});

test("the page says that an action waits for the server, and carries it out once when the server is back", async ({ visit, server }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await server.stop();
  await mine.says("Reconnecting");
  await mine.add().click();
  await mine.byText("We can’t reach the shop right now. We’ll keep trying.").isShown();
  await mine.showsInCart(false);
  await server.start();
  await mine.says("Live");
  await mine.showsInCart(true);
  await mine.showsLeft(9);
});

test("a proxy that opens WebSockets and drops their frames does not keep the page stale", async ({
  visit,
  countingProxy,
  othersTake,
}) => {
  countingProxy.dropsFrames = true;
  const mine = await visit(GUIDE, { through: countingProxy });
  await mine.says("Live, polling");
  await othersTake(TITLE, 1);
  await mine.showsLeft(9);
  countingProxy.dropsFrames = false;
  await mine.says("Live");
  await othersTake(TITLE, 1);
  await mine.showsLeft(8);
});

test("a page copes with a proxy whose idle timeout is shorter than the heartbeat", async ({ visit, countingProxy, othersTake }) => {
  countingProxy.idleTimeoutMs = 1_500;
  const mine = await visit(GUIDE, { through: countingProxy });
  await mine.says("Live");
  for (const left of [9, 8, 7]) {
    const timeouts = countingProxy.idleTimeouts;
    await expect.poll(() => countingProxy.idleTimeouts).toBeGreaterThan(timeouts);
    await othersTake(TITLE, 1);
    await mine.showsLeft(left);
  }
  await mine.wasNotReloaded();
});

test("every page reconnects after the shop has shut down gracefully", async ({ visit, server, othersTake }) => {
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
