// What stands between the page and the shop, as far as it takes a look into the socket or a
// clock that can be set: Playwright's Chromium has both. The rest is in flows/connection.spec.ts.

import { expect, GUIDE, test } from "../support/test.ts";

// A third of the minute that proxies wait, and a little more: there is nothing else that
// the heartbeat of 20 s could be tested with in less time.
for (const way of ["socket", "long poll"] as const) {
  test(`a proxy that ends idle connections finds none that is idle (${way})`, async ({
    visit,
    counted,
    blocked,
    othersTake,
  }) => {
    test.setTimeout(120_000);
    const proxy = way === "socket" ? counted : blocked;
    proxy.endsAfter = way === "socket" ? 22_000 : 27_000;
    const mine = await visit(GUIDE, { through: proxy });
    await mine.says(way === "socket" ? "Live" : "Live, polling");
    if (way === "socket") {
      const [socket] = mine.sockets;
      const heartbeats = new Promise<void>((enough) => {
        let count = 0;
        socket!.on("framereceived", ({ payload }) => payload === "{}" && (count += 1) === 3 && enough());
      });
      await heartbeats;
      expect([...mine.sockets]).toEqual([socket]);
    } else {
      await expect.poll(() => proxy.answers, { timeout: 70_000 }).toBeGreaterThanOrEqual(2);
    }
    expect(proxy.idle).toBe(0);
    await othersTake("definitive-guide-to-the-internet", 1);
    await mine.showsLeft(9);
  });
}

test("a laptop that has slept finds its socket dead and is right again at once", async ({ visit, counted, othersTake }) => {
  const mine = await visit("/healthz", { through: counted });
  await mine.page.clock.install();
  await mine.page.goto(counted.url + GUIDE);
  await mine.says("Live");
  // While it sleeps the way to the shop goes, and nobody says so.
  counted.deafen();
  await othersTake("definitive-guide-to-the-internet", 3);
  await mine.showsLeft(10);
  await mine.page.clock.fastForward("01:00:00");
  await mine.showsLeft(7);
  await mine.says("Live");
  expect(mine.loads).toBe(2);
});

test("a page that is hidden for more than a minute lets go, and catches up when it is seen", async ({
  visit,
  counted,
  othersTake,
}) => {
  const mine = await visit("/healthz", { through: counted });
  await mine.page.clock.install();
  await mine.page.goto(counted.url + GUIDE);
  await mine.says("Live");
  await mine.setVisible(false);
  // The page's clock runs ahead of the shop's, whose heartbeats would come too late: a
  // change now and then says as well that the socket is alive.
  for (const left of [9, 8, 7, 6]) {
    await mine.page.clock.runFor(11_000);
    await othersTake("definitive-guide-to-the-internet", 1);
    await mine.showsLeft(left);
  }
  expect(counted.sockets.size).toBe(1);
  await mine.page.clock.runFor(20_000);
  await expect.poll(() => counted.sockets.size).toBe(0);
  await othersTake("definitive-guide-to-the-internet", 3);
  await mine.showsLeft(6);
  await mine.setVisible(true);
  await mine.showsLeft(3);
  await mine.says("Live");
  await expect.poll(() => counted.sockets.size).toBe(1);
});

test("a shop that closes in order tells each page when to come back, and it does", async ({ visit, server, othersTake }) => {
  const pages = await Promise.all([visit(GUIDE), visit(GUIDE), visit(GUIDE)]);
  const told: number[] = [];
  for (const page of pages) {
    await page.says("Live");
    for (const socket of page.sockets) {
      socket.on("framereceived", ({ payload }) => {
        const retry = JSON.parse(payload.toString()).retry_ms;
        if (retry !== undefined) told.push(retry);
      });
    }
  }
  await server.stop("SIGTERM");
  for (const page of pages) await page.says("Reconnecting");
  expect(told).toHaveLength(3);
  await server.start();
  await othersTake("definitive-guide-to-the-internet", 2);
  for (const page of pages) {
    await page.showsLeft(8);
    await page.says("Live");
    expect(page.loads).toBe(1);
  }
});

test("a tab that has outlived a restored backup shows what is true again, whichever tab is connected", async ({
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

  // Put away while the backup is restored; another tab is opened meanwhile.
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
