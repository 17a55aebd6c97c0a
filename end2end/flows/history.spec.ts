// Back and forward: the browser keeps the page that is left, and brings it back as it was. Or it
// loads it anew, and it is right all the same.

import type { Engine } from "../engines/engine.ts";
import { expect, GUIDE, LAST_COPY, test, type Visitor } from "./test.ts";

const TITLE = "definitive-guide-to-the-internet";

/** Has the page write down how it is shown: `true` is for out of the back/forward cache. */
const watch = (mine: Visitor) =>
  mine.tab.evaluate(() => {
    const shown: boolean[] = [];
    Object.assign(window, { shown });
    window.addEventListener("pageshow", ({ persisted }) => shown.push(persisted));
  });

/** It came out of the back/forward cache, if the engine keeps such pages at all. */
async function wasKept(mine: Visitor, engine: Engine): Promise<void> {
  const shown = () => mine.tab.evaluate(() => (window as unknown as { shown?: boolean[] }).shown ?? "loaded anew");
  await expect.poll(shown).toEqual(engine.keepsLivePages ? [true] : "loaded anew");
}

test("a page that was left by a link and is gone back to is right at once, and live", { tag: "@quick" }, async ({
  visit,
  engine,
  othersTake,
}) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await watch(mine);
  await mine.follow("Cart");
  await mine.showsHeading("Your cart");
  await othersTake(TITLE, 4);

  await mine.tab.go(-1);
  await mine.showsLeft(6);
  await wasKept(mine, engine);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(5);
  await othersTake(TITLE, 1);
  await mine.showsLeft(4);
});

test("what was done on another page is known on the one that is gone back to", async ({ visit, engine }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await watch(mine);
  await mine.follow("To the cart");
  await mine.says("Live");
  await mine.byRole("button", "Remove").click();
  await mine.byText("Nothing is in it.").isShown();

  await mine.tab.go(-1);
  await mine.showsInCart(false);
  await mine.showsLeft(10);
  await wasKept(mine, engine);
  await mine.says("Live");
});

test("a page in the back/forward cache holds no connection, and the others keep theirs", async ({
  visit,
  engine,
  counted,
  othersTake,
}) => {
  const mine = await visit(GUIDE, { through: counted });
  await mine.says("Live");
  const other = await mine.openTab(GUIDE);
  await other.says("Live");
  await watch(mine);
  await mine.follow("Cart");
  await mine.says("Live");
  await othersTake(TITLE, 1);
  await other.showsLeft(9);
  await expect.poll(() => counted.sockets.size).toBe(1);
  await mine.tab.go(-1);
  await mine.showsLeft(9);
  await wasKept(mine, engine);
  await othersTake(TITLE, 1);
  await mine.showsLeft(8);
  await other.showsLeft(8);
  await expect.poll(() => counted.sockets.size).toBe(1);
});

test("a page that polls and is gone back to is right at once, and polls", async ({ visit, engine, blocked, othersTake }) => {
  const mine = await visit(GUIDE, { through: blocked });
  await mine.says("Live, polling");
  await watch(mine);
  await mine.follow("Cart");
  await mine.showsHeading("Your cart");
  await othersTake(TITLE, 4);
  await mine.tab.go(-1);
  await mine.showsLeft(6);
  await wasKept(mine, engine);
  await othersTake(TITLE, 1);
  await mine.showsLeft(5);
  await mine.says("Live, polling");
});

test("a page that was left for another site is right when it is come back to", async ({ visit, othersTake }) => {
  const mine = await visit(LAST_COPY);
  await mine.says("Live");
  await mine.tab.goto("about:blank");
  await othersTake("birds-seen-from-a-desk", 1);
  await mine.tab.go(-1);
  await mine.showsSoldOut();
  await mine.says("Live");
});
