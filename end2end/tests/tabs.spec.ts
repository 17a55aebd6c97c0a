// Pages that are hidden, frozen or cached, which only Playwright can bring about in one browser.
// The other tests of tabs are in flows/tabs.spec.ts.

import { openTabs } from "../support/tabs.ts";
import { expect, GUIDE, test } from "../support/test.ts";

const TITLE = "definitive-guide-to-the-internet";

test("hidden pages give up their long polls, so that many tabs do not keep the site from loading", async ({
  visit,
  blockingProxy,
  othersTake,
}) => {
  test.slow();
  const first = await visit(GUIDE, { through: blockingProxy });
  await first.says("Live, polling");
  // In one window, opening a tab hides the tab before.
  let before = first;
  for (let i = 0; i < 8; i++) {
    await before.setVisible(false);
    await expect.poll(() => blockingProxy.polls.size).toBe(0);
    before = await first.openTab(GUIDE);
    await before.says("Live, polling");
  }
  await before.add().click();
  await before.showsInCart(true);
  await othersTake(TITLE, 1);
  await before.showsLeft(8);

  await before.setVisible(false);
  await first.setVisible(true);
  await first.says("Live, polling");
  await first.showsLeft(8);
  await expect.poll(() => blockingProxy.polls.size).toBe(1);
});

// Shows what would happen if hidden pages went on polling. The limit still applies to visible pages
// side by side, over HTTP/1.1, where WebSockets are blocked.
test("six visible pages that long-poll keep a seventh from loading", async ({ visit, blockingProxy }) => {
  const first = await visit(GUIDE, { through: blockingProxy });
  await openTabs(first, 5, GUIDE, "Live, polling");
  await expect.poll(() => blockingProxy.polls.size).toBe(6);
  const seventh = await first.page.context().newPage();
  await expect(seventh.goto(blockingProxy.url + GUIDE, { timeout: 3_000 })).rejects.toThrow("Timeout");
});

test("a page that is hidden for a short time keeps its WebSocket", async ({ visit, countingProxy, othersTake }) => {
  const [first, second] = await openTabs(await visit(GUIDE, { through: countingProxy }), 1, GUIDE);
  await first!.setVisible(false);
  await othersTake(TITLE, 1);
  await first!.showsLeft(9);
  await second!.showsLeft(9);
  await first!.setVisible(true);
  await othersTake(TITLE, 1);
  await first!.showsLeft(8);
  expect([first!.sockets.size, second!.sockets.size]).toEqual([1, 1]);
  expect([...first!.consoleErrors, ...second!.consoleErrors]).toEqual([]);
});

test("a frozen or cached page closes its connection, and catches up when it returns", async ({
  visit,
  countingProxy,
  othersTake,
}) => {
  for (const [away, back] of [["freeze", "resume"], ["pagehide", "pageshow"]] as const) {
    const page = await visit(GUIDE, { through: countingProxy });
    await page.says("Live");
    const before = Number(await page.page.locator(".stock-number").textContent());
    await page.lifecycle(away);
    await expect.poll(() => countingProxy.sockets.size).toBe(0);
    await othersTake(TITLE, 3);
    await page.lifecycle(back);
    await page.showsLeft(before - 3);
    await othersTake(TITLE, 1);
    await page.showsLeft(before - 4);
    await page.page.context().close();
  }
});
