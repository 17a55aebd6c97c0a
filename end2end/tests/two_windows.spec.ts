// The count moves in one window when somebody takes a copy in another.

import { expect, GUIDE, LAST_COPY, test } from "../support/test.ts";

test("a copy taken in one window is gone from the other at once, and back when returned", async ({ visit }) => {
  const [mine, theirs] = [await visit(GUIDE), await visit(GUIDE)];
  await mine.says("Live");
  await theirs.says("Live");
  await mine.showsLeft(10);
  await theirs.showsLeft(10);

  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(9);
  await theirs.showsLeft(9);
  await theirs.showsInCart(false);

  await mine.remove().click();
  await mine.showsInCart(false);
  await mine.showsLeft(10);
  await theirs.showsLeft(10);

  expect([mine.loads, theirs.loads], "nothing was reloaded").toEqual([1, 1]);
  expect([...mine.complaints, ...theirs.complaints]).toEqual([]);
});

test("the shelf shows every book's count, live", async ({ visit }) => {
  const [shelf, book] = [await visit("/"), await visit(GUIDE)];
  const guide = shelf.page.getByRole("listitem").filter({ hasText: "Definitive Guide" });
  await shelf.says("Live");
  await expect(shelf.page.getByRole("listitem")).toHaveCount(8);
  await expect(guide.getByText("10 left")).toBeVisible();
  await book.says("Live");
  await book.add().click();
  await expect(guide.getByText("9 left")).toBeVisible();
  expect(shelf.loads).toBe(1);
  expect(shelf.complaints).toEqual([]);
});

test("from the shelf to a book and back, every page is live at once", async ({ visit, othersTake }) => {
  const mine = await visit("/");
  await mine.says("Live");
  await mine.page.getByRole("link", { name: "The Definitive Guide to the Internet" }).click();
  await mine.showsLeft(10);
  await othersTake("definitive-guide-to-the-internet", 3);
  await mine.showsLeft(7);
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.showsLeft(6);
  await mine.page.goBack();
  await othersTake("small-hours", 1);
  const small = mine.page.getByRole("listitem").filter({ hasText: "Small Hours" });
  await expect(small.getByText("13 left")).toBeVisible();
  await mine.page.goForward();
  await mine.showsInCart(true);
  // A document for each page that is walked to, and none for what happens on one.
  const walked = mine.documents.map((address) => new URL(address).pathname);
  expect(walked).toEqual(["/", GUIDE, "/", GUIDE]);
  expect(mine.complaints).toEqual([]);
});

test("the cart outlives a reload and a restart of the server", async ({ visit, server }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);

  await mine.page.reload();
  await mine.showsInCart(true);
  await mine.showsLeft(9);

  await server.stop();
  await server.start();
  await mine.page.reload();
  await mine.showsInCart(true);
  await mine.showsLeft(9);

  await server.stop("SIGKILL");
  await server.start();
  await mine.page.reload();
  await mine.showsInCart(true);
  await mine.says("Live");
  await mine.remove().click();
  await mine.showsLeft(10);
});

test("the tenth copy goes, the page says so, and the eleventh shopper is told", async ({ visit, othersTake }) => {
  const eleventh = await visit(GUIDE);
  // An old page: it was loaded before the rush and hears of nothing.
  const late = await visit(GUIDE, { javaScriptEnabled: false });
  await eleventh.says("Live");
  expect(await othersTake("definitive-guide-to-the-internet", 10)).toEqual(Array(10).fill(200));

  await eleventh.showsSoldOut();
  await expect(eleventh.wait()).toBeVisible();
  expect(eleventh.loads).toBe(1);

  await late.add().click();
  await expect(late.page.getByText("Sold out: every copy is taken.")).toBeVisible();
  await late.showsSoldOut();
  await late.showsInCart(false);
});

test("the race for the last copy has one winner, and the others are told", async ({ visit }) => {
  const racers = await Promise.all([1, 2, 3, 4].map(() => visit(LAST_COPY)));
  for (const racer of racers) {
    await racer.says("Live");
    await racer.showsLeft(1);
  }
  // As fast as hands are: some may find the button off already, which is an answer too.
  await Promise.all(racers.map((racer) => racer.add().click({ timeout: 2_000 }).catch(() => {})));
  const won = () => Promise.all(racers.map((racer) => racer.remove().isVisible()));
  await expect.poll(async () => (await won()).filter(Boolean).length).toBe(1);
  const winner = (await won()).indexOf(true);
  for (const [i, racer] of racers.entries()) {
    await racer.showsSoldOut();
    await racer.showsInCart(i === winner);
    if (i !== winner) await expect(racer.add()).toBeHidden();
  }
});

test("the keyboard alone is enough, and the focus stays where it is", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.page.keyboard.press("Tab");
  await mine.page.keyboard.press("Enter");
  await mine.page.keyboard.press("Tab");
  await expect(mine.page.getByLabel("Copies"), "the first link skips to the page").toBeFocused();
  await mine.page.keyboard.press("Tab");
  await expect(mine.add()).toBeFocused();
  await mine.page.keyboard.press("Enter");
  await mine.showsInCart(true);
  await expect(mine.remove()).toBeFocused();
  await mine.page.keyboard.press("Enter");
  await mine.showsInCart(false);
  await expect(mine.add()).toBeFocused();
});
