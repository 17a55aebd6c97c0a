// Connection tests that read WebSocket frames or move the page's clock, which only Playwright can do.
// The others are in flows/connection.spec.ts.

import { expect, GUIDE, test } from "../support/test.ts";

// Proxies usually close idle connections after a minute. A timeout just longer than the heartbeat
// of 20 s tests the same in less time.
for (const way of ["socket", "long poll"] as const) {
  test(`a proxy with an idle timeout finds no idle connection (${way})`, async ({
    visit,
    countingProxy,
    blockingProxy,
    othersTake,
  }) => {
    test.setTimeout(120_000);
    const proxy = way === "socket" ? countingProxy : blockingProxy;
    proxy.idleTimeoutMs = way === "socket" ? 22_000 : 27_000;
    const mine = await visit(GUIDE, { through: proxy });
    await mine.says(way === "socket" ? "Live" : "Live, polling");
    if (way === "socket") {
      const [socket] = mine.sockets;
      const heartbeats = new Promise<void>((resolve) => {
        let count = 0;
        socket!.on("framereceived", ({ payload }) => payload === "{}" && (count += 1) === 3 && resolve());
      });
      await heartbeats;
      expect([...mine.sockets]).toEqual([socket]);
    } else {
      await expect.poll(() => proxy.answers, { timeout: 70_000 }).toBeGreaterThanOrEqual(2);
    }
    expect(proxy.idleTimeouts).toBe(0);
    await othersTake("definitive-guide-to-the-internet", 1);
    await mine.showsLeft(9);
  });
}

test("after a laptop has slept, the page notices its dead WebSocket and catches up at once", async ({ visit, countingProxy, othersTake }) => {
  const mine = await visit(GUIDE, { through: countingProxy, clock: true });
  await mine.says("Live");
  // While the laptop sleeps, the connection breaks without a sign.
  countingProxy.stallSockets();
  await othersTake("definitive-guide-to-the-internet", 3);
  await mine.showsLeft(10);
  await mine.page.clock.fastForward("01:00:00");
  await mine.showsLeft(7);
  await mine.says("Live");
  expect(mine.loads).toBe(1);
});

test("a page hidden for more than a minute disconnects, and catches up when it is shown", async ({
  visit,
  countingProxy,
  othersTake,
}) => {
  const mine = await visit(GUIDE, { through: countingProxy, clock: true });
  await mine.says("Live");
  await mine.setVisible(false);
  // The page's clock runs faster than the server's heartbeats. Changes in between keep the WebSocket
  // from looking dead.
  for (const left of [9, 8, 7, 6]) {
    await mine.page.clock.runFor(11_000);
    await othersTake("definitive-guide-to-the-internet", 1);
    await mine.showsLeft(left);
  }
  expect(countingProxy.sockets.size).toBe(1);
  await mine.page.clock.runFor(20_000);
  await expect.poll(() => countingProxy.sockets.size).toBe(0);
  await othersTake("definitive-guide-to-the-internet", 3);
  await mine.showsLeft(6);
  await mine.setVisible(true);
  await mine.showsLeft(3);
  await mine.says("Live");
  await expect.poll(() => countingProxy.sockets.size).toBe(1);
});

test("on a graceful shutdown each page is told when to reconnect, and does", async ({ visit, server, othersTake }) => {
  const pages = await Promise.all([visit(GUIDE), visit(GUIDE), visit(GUIDE)]);
  const retryDelays: number[] = [];
  for (const page of pages) {
    await page.says("Live");
    for (const socket of page.sockets) {
      socket.on("framereceived", ({ payload }) => {
        const retry = JSON.parse(payload.toString()).retry_ms;
        if (retry !== undefined) retryDelays.push(retry);
      });
    }
  }
  await server.stop("SIGTERM");
  for (const page of pages) await page.says("Reconnecting");
  expect(retryDelays).toHaveLength(3);
  await server.start();
  await othersTake("definitive-guide-to-the-internet", 2);
  for (const page of pages) {
    await page.showsLeft(8);
    await page.says("Live");
    expect(page.loads).toBe(1);
  }
});

test("a page that was away while a backup was restored shows the current count again", async ({
  visit,
  server,
  othersTake,
}, testInfo) => {
  const backup = testInfo.outputPath("backup.db");
  await server.command("backup", backup);
  const first = await visit(GUIDE);
  await first.says("Live");
  await othersTake("definitive-guide-to-the-internet", 4);
  await first.showsLeft(6);

  // The tab is frozen while the backup is restored and another tab opened.
  await first.lifecycle("freeze");
  await expect.poll(() => first.sockets.size).toBe(0);
  await server.stop();
  await server.command("restore", backup);
  await server.start();
  const second = await first.openTab(GUIDE);
  await second.showsLeft(10);
  await second.says("Live");
  await first.showsLeft(6);
  await first.lifecycle("resume");
  await first.showsLeft(10);
  await othersTake("definitive-guide-to-the-internet", 1);
  await first.showsLeft(9);
  await second.showsLeft(9);
});

test("a form that is never answered fails after 15 s, and can be sent again", async ({ visit, countingProxy }) => {
  const mine = await visit(GUIDE, { through: countingProxy, clock: true });
  await mine.says("Live");
  countingProxy.swallowsForms = true;
  await mine.add().click();
  const sentence = mine.page.getByText("We can’t reach the shop right now.");
  // The page sends the form, and then sends it again with the same key.
  for (const sent of [1, 2]) {
    await expect.poll(() => countingProxy.forms).toBe(sent);
    await expect(sentence).toBeHidden();
    await mine.page.clock.runFor(7_000);
    // The browser ends the request, and the page waits before it sends it again.
    if (sent === 1) await expect.poll(async () => (await mine.page.clock.runFor(100), countingProxy.forms)).toBe(2);
  }
  await expect(sentence).toBeVisible();
  expect(countingProxy.forms).toBe(2);
  countingProxy.swallowsForms = false;
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(9);
});
