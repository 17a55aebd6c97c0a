// Tabs that crash, hang, are hidden or have no Web Locks, which only Playwright can bring about. The
// others are in flows/tabs.spec.ts.

import { allShow, openTabs } from "../support/tabs.ts";
import { expect, GUIDE, test } from "../support/test.ts";

const TITLE = "definitive-guide-to-the-internet";

test.describe("in a browser without locks", () => {
  const withoutLocks = () =>
    Object.defineProperty(Navigator.prototype, "locks", { configurable: true, get: () => undefined });

  test("every tab has a connection of its own", async ({ visit, countingProxy, othersTake }) => {
    const first = await visit("/healthz", { through: countingProxy });
    await first.page.context().addInitScript(withoutLocks);
    await first.page.goto(countingProxy.url + GUIDE);
    const tabs = await openTabs(first, 2, GUIDE);
    expect(countingProxy.sockets.size).toBe(3);
    await othersTake(TITLE, 1);
    await allShow(tabs, 9);
  });

  // Shows what happens without sharing.
  test("six tabs that long-poll separately keep a seventh from loading", async ({ visit, blockingProxy }) => {
    const first = await visit("/healthz", { through: blockingProxy });
    await first.page.context().addInitScript(withoutLocks);
    await first.page.goto(blockingProxy.url + GUIDE);
    await openTabs(first, 5, GUIDE, "Live, polling");
    await expect.poll(() => blockingProxy.polls.size).toBe(6);
    const seventh = await first.page.context().newPage();
    await expect(seventh.goto(blockingProxy.url + GUIDE, { timeout: 3_000 })).rejects.toThrow("Timeout");
  });
});

test("when the connected tab crashes, another takes over", async ({ visit, countingProxy, othersTake }) => {
  const [first, ...others] = await openTabs(await visit(GUIDE, { through: countingProxy }), 2, GUIDE);
  const tools = await first!.page.context().newCDPSession(first!.page);
  const crashed = first!.page.waitForEvent("crash");
  tools.send("Page.crash").catch(() => {});
  await crashed;
  await othersTake(TITLE, 1);
  await allShow(others, 9);
  await expect.poll(() => countingProxy.sockets.size).toBe(1);
});

test("a visible tab takes the connection over from a hidden one", async ({ visit, othersTake }) => {
  const first = await visit(GUIDE);
  await first.says("Live");
  const second = await first.openTab("/books/small-hours");
  await second.says("Live");
  expect([first.sockets.size, second.sockets.size]).toEqual([1, 0]);

  await first.setVisible(false);
  await expect.poll(() => [first.sockets.size, second.sockets.size]).toEqual([0, 1]);
  await othersTake(TITLE, 1);
  await first.showsLeft(9);

  // Both are hidden: the connected one stays connected for a while. Then the first is shown again.
  await second.setVisible(false);
  await othersTake(TITLE, 1);
  await first.showsLeft(8);
  await first.setVisible(true);
  await expect.poll(() => [first.sockets.size, second.sockets.size]).toEqual([1, 0]);
  await othersTake(TITLE, 1);
  await first.showsLeft(7);
  expect([...first.consoleErrors, ...second.consoleErrors]).toEqual([]);
});

test("a frozen or cached tab hands the connection over, and catches up when it returns", async ({
  visit,
  countingProxy,
  othersTake,
}) => {
  for (const [away, back] of [["freeze", "resume"], ["pagehide", "pageshow"]] as const) {
    const [first, second] = await openTabs(await visit(GUIDE, { through: countingProxy }), 1, GUIDE);
    const before = Number(await first!.page.locator(".stock-number").textContent());
    await first!.lifecycle(away);
    await expect.poll(() => [first!.sockets.size, second!.sockets.size]).toEqual([0, 1]);
    await othersTake(TITLE, 3);
    await second!.showsLeft(before - 3);
    await first!.lifecycle(back);
    await allShow([first!, second!], before - 3);
    await othersTake(TITLE, 1);
    await allShow([first!, second!], before - 4);
    await expect.poll(() => countingProxy.sockets.size).toBe(1);
    await first!.page.context().close();
  }
});

test("a tab that hangs does not affect the others, and rejoins them afterwards", async ({
  visit,
  countingProxy,
  othersTake,
}) => {
  // Longer than two missed heartbeats.
  test.setTimeout(120_000);
  const [first, second] = await openTabs(await visit(GUIDE, { through: countingProxy }), 1, GUIDE);
  const tools = await first!.page.context().newCDPSession(first!.page);
  await tools.send("Debugger.enable");
  const paused = new Promise((resolve) => tools.once("Debugger.paused", resolve));
  await tools.send("Debugger.pause");
  // Any message makes it hit the pause.
  await othersTake(TITLE, 1);
  await paused;
  await expect.poll(() => second!.sockets.size, { timeout: 60_000 }).toBe(1);
  await second!.showsLeft(9);
  await othersTake(TITLE, 1);
  await second!.showsLeft(8);

  await tools.send("Debugger.disable");
  await allShow([first!, second!], 8);
  await expect.poll(() => countingProxy.sockets.size).toBe(1);
  await othersTake(TITLE, 1);
  await allShow([first!, second!], 7);
});
