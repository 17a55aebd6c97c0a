// Back and forward: the page is up to date, whether it comes out of the cache or is loaded again.

import type { Engine } from "../engines/engine.ts";
import { expect, GUIDE, LAST_COPY, test, type Visitor } from "./test.ts";

const TITLE = "definitive-guide-to-the-internet";

/** Records how the page is shown: `true` when it comes out of the back/forward cache. */
const recordPageshow = (mine: Visitor) =>
  mine.tab.evaluate(() => {
    const shown: boolean[] = [];
    Object.assign(window, { shown });
    window.addEventListener("pageshow", ({ persisted }) => shown.push(persisted));
  });

/** Asserts that the page came out of the back/forward cache, or was loaded again where the engine caches no such pages. */
async function wasRestored(mine: Visitor, engine: Engine): Promise<void> {
  const shown = () => mine.tab.evaluate(() => (window as unknown as { shown?: boolean[] }).shown ?? "loaded again");
  await expect.poll(shown).toEqual(engine.cachesConnectedPages ? [true] : "loaded again");
}

for (const way of ["socket", "long poll"] as const) {
  const tag = way === "socket" ? ["@quick"] : [];

  test(`going back to a page shows the current count, and the page is live (${way})`, { tag }, async ({
    visit,
    engine,
    blockingProxy,
    othersTake,
  }) => {
    const connected = way === "socket" ? "Live" : "Live, polling";
    const mine = await visit(GUIDE, way === "socket" ? {} : { through: blockingProxy });
    await mine.says(connected);
    await recordPageshow(mine);
    await mine.follow("Cart");
    await mine.showsHeading("Your cart");
    await othersTake(TITLE, 4);

    await mine.tab.go(-1);
    await mine.showsLeft(6);
    await wasRestored(mine, engine);
    await mine.says(connected);
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.showsLeft(5);
    await othersTake(TITLE, 1);
    await mine.showsLeft(4);
    await mine.says(connected);
  });
}

test("going back to a page shows what was done on the next one", async ({ visit, engine }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await recordPageshow(mine);
  await mine.follow("View cart");
  await mine.says("Live");
  await mine.byRole("button", "Remove").click();
  await mine.byText("Your cart is empty.").isShown();

  await mine.tab.go(-1);
  await mine.showsInCart(false);
  await mine.showsLeft(10);
  await wasRestored(mine, engine);
  await mine.says("Live");
});

test("after an order, the shopper can go back to the cart and use it", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.follow("View cart");
  await mine.says("Live");
  await mine.reserve();
  await mine.tab.go(-1);
  await mine.byText("Your cart is empty.").isShown();
  await mine.says("Live");
  const book = await mine.openTab(LAST_COPY);
  await book.says("Live");
  await book.add().click();
  await book.showsInCart(true);
  await mine.byRole("button", "Remove").click();
  await mine.byText("Your cart is empty.").isShown();
  await book.showsInCart(false);
});

test("a page in the back/forward cache holds no connection, and other pages keep theirs", async ({
  visit,
  engine,
  countingProxy,
  othersTake,
}) => {
  const mine = await visit(GUIDE, { through: countingProxy });
  await mine.says("Live");
  const other = await mine.openTab(GUIDE);
  await other.says("Live");
  await recordPageshow(mine);
  await mine.follow("Cart");
  await mine.says("Live");
  await othersTake(TITLE, 1);
  await other.showsLeft(9);
  await expect.poll(() => countingProxy.sockets.size).toBe(2);
  await mine.tab.go(-1);
  await mine.showsLeft(9);
  await wasRestored(mine, engine);
  await othersTake(TITLE, 1);
  await mine.showsLeft(8);
  await other.showsLeft(8);
  await expect.poll(() => countingProxy.sockets.size).toBe(2);
});

test("going back from another site shows the current state", async ({ visit, othersTake }) => {
  const mine = await visit(LAST_COPY);
  await mine.says("Live");
  await mine.tab.goto("about:blank");
  await othersTake("birds-seen-from-a-desk", 1);
  await mine.tab.go(-1);
  await mine.showsSoldOut();
  await mine.says("Live");
});
