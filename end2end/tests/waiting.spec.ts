// Sold out is not the end: whoever waits is offered the copy that comes back.

import { BookPage, expect, LAST_COPY, test } from "../support/test.ts";

const take = (book: BookPage) => book.page.getByRole("button", { name: "Take it" });
const leave = (book: BookPage) => book.page.getByRole("button", { name: "Leave it to the next" });
const inLine = (book: BookPage) => expect(book.page.getByText("You are in line.")).toBeVisible();

type Visit = (path: string) => Promise<BookPage>;

/** Somebody who has the last copy in the cart. */
async function whoHasIt(visit: Visit): Promise<BookPage> {
  const owner = await visit(LAST_COPY);
  await owner.says("Live");
  await owner.add().click();
  await owner.showsInCart(true);
  return owner;
}

/** Somebody in line for it. */
async function whoWaits(visit: Visit): Promise<BookPage> {
  const waiter = await visit(LAST_COPY);
  await waiter.says("Live");
  await waiter.wait().click();
  await inLine(waiter);
  return waiter;
}

test("a copy that comes back is the first waiter's, on the page they left open, and then the next one's", async ({
  visit,
}) => {
  const owner = await whoHasIt(visit);

  const [first, second, passerBy] = [await visit(LAST_COPY), await visit(LAST_COPY), await visit(LAST_COPY)];
  for (const waiter of [first, second]) {
    await waiter.says("Live");
    await waiter.showsSoldOut();
    await waiter.wait().click();
    await inLine(waiter);
  }
  await passerBy.says("Live");

  await owner.remove().click();
  await expect(first.page.getByText(/You have waited for it\. It is yours for \d minutes: take it\./)).toBeVisible();
  await passerBy.showsSoldOut();
  await expect(second.page.getByText("You are in line.")).toBeVisible();
  await expect(take(second)).toBeHidden();

  await leave(first).click();
  await expect(take(first)).toBeHidden();
  await expect(first.wait()).toBeVisible();
  await take(second).click();
  await second.showsInCart(true);
  await passerBy.showsSoldOut();
  expect([first, second, passerBy].map((window) => window.loads)).toEqual([1, 1, 1]);
  expect([first, second, passerBy].flatMap((window) => window.complaints)).toEqual([]);
});

test("whoever waits can stop waiting, and the copy is anybody's again", async ({ visit }) => {
  const owner = await whoHasIt(visit);
  const waiter = await whoWaits(visit);
  await waiter.page.getByRole("button", { name: "Stop waiting" }).click();
  await expect(waiter.wait()).toBeVisible();
  await owner.remove().click();
  await waiter.showsLeft(1);
  await expect(waiter.add()).toBeVisible();
});

test("in the cart an offer is a line of its own, which no order has until it is taken", async ({ visit }) => {
  const owner = await whoHasIt(visit);
  const waiter = await whoWaits(visit);
  const cart = await waiter.openTab("/cart");
  await cart.says("Live");
  await owner.remove().click();
  await expect(cart.page.getByText("You have waited for it.")).toBeVisible();
  await expect(cart.page.getByText("Together $0.00")).toBeVisible();
  await take(cart).click();
  await expect(cart.page.getByText(/Held for 1[45] more minutes/)).toBeVisible();
  await waiter.showsInCart(true);
  expect(cart.loads).toBe(1);
});

test("without script one can stand in line, is told what that is worth, and is offered it where script is", async ({
  visit,
  browser,
}) => {
  const owner = await whoHasIt(visit);
  const plain = await visit(LAST_COPY, { javaScriptEnabled: false });
  await plain.wait().click();
  await inLine(plain);
  const warning = (person: BookPage) => person.page.locator("noscript p");
  await expect(warning(plain)).toContainText("Without script this page cannot be told of it");
  await expect(warning(plain)).toBeVisible();

  // Nobody can tell that page: the copy is on the shelf, and the place in line is kept.
  await owner.remove().click();
  await owner.showsLeft(1);
  await owner.add().click();
  await owner.showsInCart(true);

  // The same person in a window with script is there to be told.
  const cookies = await plain.page.context().storageState();
  const alive = new BookPage(await (await browser.newContext({ storageState: cookies })).newPage());
  await alive.page.goto(plain.page.url());
  await alive.says("Live");
  await inLine(alive);
  await expect(warning(alive)).toBeHidden();
  await expect(async () => {
    // Who is there is noted every twenty seconds.
    await owner.page.reload();
    await owner.says("Live");
    if (await owner.remove().isVisible()) await owner.remove().click();
    else if (await owner.add().isVisible()) await owner.add().click();
    await expect(take(alive)).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 50_000 });
  await plain.page.reload();
  await take(plain).click();
  await plain.showsInCart(true);
  await alive.showsInCart(true);
});

test("whoever waits without script can leave the line", async ({ visit }) => {
  await whoHasIt(visit);
  const plain = await visit(LAST_COPY, { javaScriptEnabled: false });
  await plain.wait().click();
  await inLine(plain);
  await plain.page.getByRole("button", { name: "Stop waiting" }).click();
  await expect(plain.wait()).toBeVisible();
});

test.describe("with offers of three seconds", () => {
  test.use({ flags: ["--offer-minutes", "0.05"] });

  test("who does not take it in time has had it", async ({ visit }) => {
    const owner = await whoHasIt(visit);
    const waiter = await whoWaits(visit);
    await owner.remove().click();
    await expect(take(waiter)).toBeVisible();
    await waiter.showsLeft(1);
    await expect(take(waiter)).toBeHidden();
    await expect(waiter.add()).toBeVisible();
    expect(waiter.loads).toBe(1);
  });
});
