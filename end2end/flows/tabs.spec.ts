// Several tabs of one browser share one live connection, whatever becomes of them.

import { expect, GUIDE, test, type Visitor } from "./test.ts";

const TITLE = "definitive-guide-to-the-internet";

/** Opens so many more tabs on the same page, and waits until each is connected. */
async function tabsOf(first: Visitor, more: number, says: "Live" | "Live, polling" = "Live"): Promise<Visitor[]> {
  await first.says(says);
  const tabs = [first];
  for (let i = 0; i < more; i++) {
    const tab = await first.openTab(GUIDE);
    await tab.says(says);
    tabs.push(tab);
  }
  return tabs;
}

/** All of these show so many copies. */
async function allShow(tabs: Visitor[], copies: number): Promise<void> {
  await Promise.all(tabs.map((tab) => tab.showsLeft(copies)));
}

test("three tabs of a browser have one socket, and each change reaches all", { tag: "@quick" }, async ({
  visit,
  counted,
  othersTake,
}) => {
  const tabs = await tabsOf(await visit(GUIDE, { through: counted }), 2);
  expect(counted.sockets.size).toBe(1);
  await othersTake(TITLE, 1);
  await allShow(tabs, 9);
  await tabs[0]!.tab.close();
  await othersTake(TITLE, 1);
  await allShow(tabs.slice(1), 8);
  await expect.poll(() => counted.sockets.size).toBe(1);
});

test("ten tabs of a browser have one socket, and each change reaches all", async ({ visit, counted, othersTake }) => {
  test.slow();
  const tabs = await tabsOf(await visit(GUIDE, { through: counted }), 9);
  expect(counted.sockets.size).toBe(1);
  expect(counted.waits.size).toBe(0);
  await othersTake(TITLE, 1);
  await allShow(tabs, 9);
  expect(counted.sockets.size).toBe(1);
  for (const tab of tabs) await tab.wasNotReloaded();
  expect(tabs[0]!.person.complaints).toEqual([]);
});

test("ten tabs opened at once have one socket in the end", async ({ visit, counted, othersTake }) => {
  test.slow();
  const first = await visit("/", { through: counted });
  const tabs = await Promise.all(Array.from({ length: 9 }, () => first.openTab(GUIDE)));
  for (const tab of [first, ...tabs]) await tab.says("Live");
  await othersTake(TITLE, 1);
  await allShow(tabs, 9);
  await expect.poll(() => counted.sockets.size).toBe(1);
});

test("ten tabs where sockets are blocked have one long poll, and the site still answers", async ({
  visit,
  blocked,
  othersTake,
}) => {
  test.slow();
  const tabs = await tabsOf(await visit(GUIDE, { through: blocked }), 9, "Live, polling");
  await expect.poll(() => blocked.waits.size).toBe(1);
  await othersTake(TITLE, 1);
  await allShow(tabs, 9);
  await expect.poll(() => blocked.waits.size).toBe(1);

  const last = tabs[9]!;
  await last.follow("Burt’s Books");
  await last.follow("The Definitive Guide to the Internet");
  await last.add().click();
  await last.showsInCart(true);
  await allShow(tabs, 8);
});

for (const way of ["socket", "long poll"] as const) {
  test(`when the tab that is connected closes, another takes over and misses nothing (${way})`, async ({
    visit,
    counted,
    blocked,
    othersTake,
  }) => {
    const proxy = way === "socket" ? counted : blocked;
    const says = way === "socket" ? "Live" : "Live, polling";
    const [first, ...others] = await tabsOf(await visit(GUIDE, { through: proxy }), 3, says);
    // Copies go before, while and after it closes.
    await Promise.all([othersTake(TITLE, 3), first!.tab.close(), othersTake(TITLE, 2)]);
    await allShow(others, 5);
    await othersTake(TITLE, 1);
    await allShow(others, 4);
    for (const tab of others) await tab.says(says);
    await expect.poll(() => proxy.sockets.size + proxy.waits.size).toBe(1);
  });
}

test("when the server goes all tabs say so, and all are right again soon after", async ({ visit, server, othersTake }) => {
  const tabs = await tabsOf(await visit(GUIDE), 3);
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

test("whoever points at the badge is told the round trip, in every tab", async ({ visit }) => {
  for (const tab of await tabsOf(await visit(GUIDE), 1)) {
    const badge = tab.byText("Live", true);
    await badge.hover();
    await badge.hasAttribute("title", /^Round trip \d+ ms$/);
  }
});
