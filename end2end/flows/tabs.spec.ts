// All tabs of a browser share one live connection.

import { allShow, openTabs } from "../support/tabs.ts";
import { expect, GUIDE, test } from "./test.ts";

const TITLE = "definitive-guide-to-the-internet";

test("three tabs share one WebSocket, and each change reaches all of them", { tag: "@quick" }, async ({
  visit,
  countingProxy,
  othersTake,
}) => {
  const tabs = await openTabs(await visit(GUIDE, { through: countingProxy }), 2, GUIDE);
  expect(countingProxy.sockets.size).toBe(1);
  await othersTake(TITLE, 1);
  await allShow(tabs, 9);
  await tabs[0]!.tab.close();
  await othersTake(TITLE, 1);
  await allShow(tabs.slice(1), 8);
  await expect.poll(() => countingProxy.sockets.size).toBe(1);
});

test("ten tabs share one WebSocket, and each change reaches all of them", async ({ visit, countingProxy, othersTake }) => {
  test.slow();
  const tabs = await openTabs(await visit(GUIDE, { through: countingProxy }), 9, GUIDE);
  expect(countingProxy.sockets.size).toBe(1);
  expect(countingProxy.polls.size).toBe(0);
  await othersTake(TITLE, 1);
  await allShow(tabs, 9);
  expect(countingProxy.sockets.size).toBe(1);
  for (const tab of tabs) await tab.wasNotReloaded();
  expect(tabs[0]!.consoleErrors).toEqual([]);
});

test("ten tabs opened at once end up sharing one WebSocket", async ({ visit, countingProxy, othersTake }) => {
  test.slow();
  const first = await visit("/", { through: countingProxy });
  const tabs = await Promise.all(Array.from({ length: 9 }, () => first.openTab(GUIDE)));
  for (const tab of [first, ...tabs]) await tab.says("Live");
  await othersTake(TITLE, 1);
  await allShow(tabs, 9);
  await expect.poll(() => countingProxy.sockets.size).toBe(1);
});

test("where WebSockets are blocked, ten tabs share one long poll and the site still answers", async ({
  visit,
  blockingProxy,
  othersTake,
}) => {
  test.slow();
  const tabs = await openTabs(await visit(GUIDE, { through: blockingProxy }), 9, GUIDE, "Live, polling");
  await expect.poll(() => blockingProxy.polls.size).toBe(1);
  await othersTake(TITLE, 1);
  await allShow(tabs, 9);
  await expect.poll(() => blockingProxy.polls.size).toBe(1);

  const last = tabs[9]!;
  await last.follow("Burt’s Books");
  await last.follow("The Definitive Guide to the Internet");
  await last.add().click();
  await last.showsInCart(true);
  await allShow(tabs, 8);
});

for (const way of ["socket", "long poll"] as const) {
  test(`when the connected tab closes, another takes over and misses nothing (${way})`, async ({
    visit,
    countingProxy,
    blockingProxy,
    othersTake,
  }) => {
    const proxy = way === "socket" ? countingProxy : blockingProxy;
    const says = way === "socket" ? "Live" : "Live, polling";
    const [first, ...others] = await openTabs(await visit(GUIDE, { through: proxy }), 3, GUIDE, says);
    // Copies are taken before, while and after it closes.
    await Promise.all([othersTake(TITLE, 3), first!.tab.close(), othersTake(TITLE, 2)]);
    await allShow(others, 5);
    await othersTake(TITLE, 1);
    await allShow(others, 4);
    for (const tab of others) await tab.says(says);
    await expect.poll(() => proxy.sockets.size + proxy.polls.size).toBe(1);
  });
}

test("when the server dies all tabs say so, and all catch up after the restart", async ({ visit, server, othersTake }) => {
  const tabs = await openTabs(await visit(GUIDE), 3, GUIDE);
  await server.stop("SIGKILL");
  for (const tab of tabs) await tab.says("Reconnecting");
  await server.start();
  await othersTake(TITLE, 2);
  await allShow(tabs, 8);
  for (const tab of tabs) {
    await tab.says("Live");
    await tab.wasNotReloaded();
  }
});

test("the badge shows the round-trip time on hover, in every tab", async ({ visit }) => {
  for (const tab of await openTabs(await visit(GUIDE), 1, GUIDE)) {
    const badge = tab.byText("Live", true);
    await badge.hover();
    await badge.hasAttribute("title", /^Round trip: \d+ ms$/);
  }
});
