// A page that is frozen, as when a phone sleeps, and a clock that is set back.

import { signalPages } from "../engines/processes.ts";
import { expect, GUIDE, test, type Visitor } from "./test.ts";

const TITLE = "definitive-guide-to-the-internet";

/** Sets the page's clock back by an hour. */
const setBack = (mine: Visitor) =>
  mine.tab.evaluate(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() - 3_600_000;
  });

test("a page that was frozen catches up when it continues", { tag: "@quick" }, async ({ visit, countingProxy, othersTake }) => {
  const mine = await visit(GUIDE, { through: countingProxy });
  await mine.says("Live");
  signalPages("SIGSTOP");
  try {
    await othersTake(TITLE, 3);
    // The connection breaks meanwhile, and the frozen page does not notice.
    countingProxy.cutNetwork();
    countingProxy.restoreNetwork();
    await othersTake(TITLE, 1);
  } finally {
    signalPages("SIGCONT");
  }
  await mine.showsLeft(6);
  await mine.says("Live");
  await othersTake(TITLE, 1);
  await mine.showsLeft(5);
  await mine.wasNotReloaded();
});

test("a page reconnects although its clock was set back by an hour", { tag: "@quick" }, async ({
  visit,
  server,
  othersTake,
}) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await setBack(mine);
  await server.stop("SIGKILL");
  await mine.says("Reconnecting");
  await server.start();
  await othersTake(TITLE, 2);
  await mine.showsLeft(8);
  await mine.says("Live");
  await mine.wasNotReloaded();
});

test("a page notices a dead WebSocket although its clock was set back by an hour", async ({ visit, countingProxy, othersTake }) => {
  test.setTimeout(120_000);
  const mine = await visit(GUIDE, { through: countingProxy });
  await mine.says("Live");
  await setBack(mine);
  countingProxy.stallSockets();
  await othersTake(TITLE, 2);
  // The timeout is longer than two missed heartbeats.
  await expect.poll(() => mine.byText("8 in stock", true).isVisible(), { timeout: 70_000 }).toBe(true);
  await mine.says("Live");
});
