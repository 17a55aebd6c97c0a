// A phone's life: it sleeps, the network comes and goes, somebody sets its clock.

import { signalPages } from "../engines/processes.ts";
import { expect, GUIDE, test, type Visitor } from "./test.ts";

const TITLE = "definitive-guide-to-the-internet";

/** Sets the clock that the page reads an hour back, as when the phone's own is. */
const setBack = (mine: Visitor) =>
  mine.tab.evaluate(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() - 3_600_000;
  });

test("a page that was frozen is right again when it is thawed", { tag: "@quick" }, async ({ visit, counted, othersTake }) => {
  const mine = await visit(GUIDE, { through: counted });
  await mine.says("Live");
  signalPages("SIGSTOP");
  try {
    await othersTake(TITLE, 3);
    // The way to the shop breaks off meanwhile, which nobody can say to a page that is frozen.
    counted.lose();
    counted.find();
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

test("when the network is lost the page says so, and when it is found the page is right", { tag: "@quick" }, async ({
  visit,
  counted,
  othersTake,
}) => {
  const mine = await visit(GUIDE, { through: counted });
  await mine.says("Live");
  counted.lose();
  await mine.says("Reconnecting");
  await othersTake(TITLE, 2);
  await mine.add().click();
  await mine.byText("The shop cannot be reached just now.").isShown();
  await mine.showsLeft(10);
  counted.find();
  await mine.showsLeft(8);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(7);
  await mine.wasNotReloaded();
});

test("a clock that is set back an hour does not keep the page from coming back", { tag: "@quick" }, async ({
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

test("a clock that is set back an hour does not hide that the socket has died", async ({ visit, counted, othersTake }) => {
  test.setTimeout(120_000);
  const mine = await visit(GUIDE, { through: counted });
  await mine.says("Live");
  await setBack(mine);
  counted.deafen();
  await othersTake(TITLE, 2);
  // Two heartbeats of silence, and a little.
  await expect.poll(() => mine.byText("8 in stock", true).isVisible(), { timeout: 70_000 }).toBe(true);
  await mine.says("Live");
});
