// Several pages of one browser. Each visible page has a connection of its own.

import { allShow, openTabs } from "../support/tabs.ts";
import { expect, GUIDE, test } from "./test.ts";

const TITLE = "definitive-guide-to-the-internet";

test("each change reaches all pages, each over its own WebSocket", { tag: "@quick" }, async ({
  visit,
  countingProxy,
  othersTake,
}) => {
  const tabs = await openTabs(await visit(GUIDE, { through: countingProxy }), 2, GUIDE);
  expect(countingProxy.sockets.size).toBe(3);
  await othersTake(TITLE, 1);
  await allShow(tabs, 9);
  await tabs[0]!.tab.close();
  await othersTake(TITLE, 1);
  await allShow(tabs.slice(1), 8);
  await expect.poll(() => countingProxy.sockets.size).toBe(2);
});

test("ten pages opened at once are all live", async ({ visit, countingProxy, othersTake }) => {
  test.slow();
  const first = await visit(GUIDE, { through: countingProxy });
  const tabs = [first, ...(await Promise.all(Array.from({ length: 9 }, () => first.openTab(GUIDE))))];
  for (const tab of tabs) await tab.says("Live");
  expect(countingProxy.polls.size).toBe(0);
  await othersTake(TITLE, 1);
  await allShow(tabs, 9);
  for (const tab of tabs) await tab.wasNotReloaded();
  expect(first.consoleErrors).toEqual([]);
});

test("where WebSockets are blocked, three pages long-poll and the site still answers", async ({
  visit,
  blockingProxy,
  othersTake,
}) => {
  const tabs = await openTabs(await visit(GUIDE, { through: blockingProxy }), 2, GUIDE, "Live, polling");
  await othersTake(TITLE, 1);
  await allShow(tabs, 9);

  const last = tabs[2]!;
  await last.follow("Burt’s Books");
  await last.follow("The Definitive Guide to the Internet");
  await last.add().click();
  await last.showsInCart(true);
  await allShow(tabs, 8);
});

test("when the server dies all pages say so, and all catch up after the restart", async ({ visit, server, othersTake }) => {
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

test("the badge shows the round-trip time on hover", async ({ visit }) => {
  const page = await visit(GUIDE);
  await page.says("Live");
  const badge = page.byText("Live", true);
  await badge.hover();
  await badge.hasAttribute("title", /^Round trip: \d+ ms$/);
});
