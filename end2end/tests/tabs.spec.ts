// Tabs that crash, hang, hide or have no locks, which only Playwright can bring about in its
// Chromium. What tabs share otherwise is in flows/tabs.spec.ts.

import { type BookPage, expect, GUIDE, test } from "../support/test.ts";

const TITLE = "definitive-guide-to-the-internet";

/** Opens so many more tabs on the same page, and waits until each is connected. */
async function tabsOf(first: BookPage, more: number, says: "Live" | "Live, polling" = "Live"): Promise<BookPage[]> {
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
async function allShow(tabs: BookPage[], copies: number): Promise<void> {
  await Promise.all(tabs.map((tab) => tab.showsLeft(copies)));
}

test.describe("in a browser without locks", () => {
  const withoutLocks = () =>
    Object.defineProperty(Navigator.prototype, "locks", { configurable: true, get: () => undefined });

  test("every tab connects for itself", async ({ visit, counted, othersTake }) => {
    const first = await visit("/healthz", { through: counted });
    await first.page.context().addInitScript(withoutLocks);
    await first.page.goto(counted.url + GUIDE);
    const tabs = await tabsOf(first, 2);
    expect(counted.sockets.size).toBe(3);
    await othersTake(TITLE, 1);
    await allShow(tabs, 9);
  });

  // The positive control of what sharing is for.
  test("six tabs that poll, each for itself, keep a seventh from loading", async ({ visit, blocked }) => {
    const first = await visit("/healthz", { through: blocked });
    await first.page.context().addInitScript(withoutLocks);
    await first.page.goto(blocked.url + GUIDE);
    await tabsOf(first, 5, "Live, polling");
    await expect.poll(() => blocked.waits.size).toBe(6);
    const seventh = await first.page.context().newPage();
    await expect(seventh.goto(blocked.url + GUIDE, { timeout: 3_000 })).rejects.toThrow("Timeout");
  });
});

test("when the tab that is connected crashes, another takes over", async ({ visit, counted, othersTake }) => {
  const [first, ...others] = await tabsOf(await visit(GUIDE, { through: counted }), 2);
  const tools = await first!.page.context().newCDPSession(first!.page);
  const crashed = first!.page.waitForEvent("crash");
  tools.send("Page.crash").catch(() => {});
  await crashed;
  await othersTake(TITLE, 1);
  await allShow(others, 9);
  await expect.poll(() => counted.sockets.size).toBe(1);
});

test("a tab in view is the one that is connected, and takes over from a hidden one", async ({ visit, othersTake }) => {
  const first = await visit(GUIDE);
  await first.says("Live");
  const second = await first.openTab("/books/small-hours");
  await second.says("Live");
  expect([first.sockets.size, second.sockets.size]).toEqual([1, 0]);

  await first.setVisible(false);
  await expect.poll(() => [first.sockets.size, second.sockets.size]).toEqual([0, 1]);
  await othersTake(TITLE, 1);
  await first.showsLeft(9);

  // Both hidden: whoever is connected stays so for a while. Then the first is seen again.
  await second.setVisible(false);
  await othersTake(TITLE, 1);
  await first.showsLeft(8);
  await first.setVisible(true);
  await expect.poll(() => [first.sockets.size, second.sockets.size]).toEqual([1, 0]);
  await othersTake(TITLE, 1);
  await first.showsLeft(7);
  expect([...first.complaints, ...second.complaints]).toEqual([]);
});

test("a tab that is put away hands over, and is right again when it comes back", async ({
  visit,
  counted,
  othersTake,
}) => {
  for (const [away, back] of [["freeze", "resume"], ["pagehide", "pageshow"]] as const) {
    const [first, second] = await tabsOf(await visit(GUIDE, { through: counted }), 1);
    const before = Number(await first!.page.locator(".stock-number").textContent());
    await first!.lifecycle(away);
    await expect.poll(() => [first!.sockets.size, second!.sockets.size]).toEqual([0, 1]);
    await othersTake(TITLE, 3);
    await second!.showsLeft(before - 3);
    await first!.lifecycle(back);
    await allShow([first!, second!], before - 3);
    await othersTake(TITLE, 1);
    await allShow([first!, second!], before - 4);
    await expect.poll(() => counted.sockets.size).toBe(1);
    await first!.page.context().close();
  }
});

test("a tab that hangs takes no other along, and is one of them again afterwards", async ({
  visit,
  counted,
  othersTake,
}) => {
  // Two heartbeats of silence, and a little.
  test.setTimeout(120_000);
  const [first, second] = await tabsOf(await visit(GUIDE, { through: counted }), 1);
  const tools = await first!.page.context().newCDPSession(first!.page);
  await tools.send("Debugger.enable");
  const hangs = new Promise((paused) => tools.once("Debugger.paused", paused));
  await tools.send("Debugger.pause");
  // Anything that is said makes it run into the pause.
  await othersTake(TITLE, 1);
  await hangs;
  await expect.poll(() => second!.sockets.size, { timeout: 60_000 }).toBe(1);
  await second!.showsLeft(9);
  await othersTake(TITLE, 1);
  await second!.showsLeft(8);

  await tools.send("Debugger.disable");
  await allShow([first!, second!], 8);
  await expect.poll(() => counted.sockets.size).toBe(1);
  await othersTake(TITLE, 1);
  await allShow([first!, second!], 7);
});
