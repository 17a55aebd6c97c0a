// Sales that open at a set time: the countdown, the opening, the limit per shopper.

import { expect, GUIDE, test } from "../support/test.ts";

const SLUG = "definitive-guide-to-the-internet";

/** A time in the future, as the command expects it. */
const fromNow = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

test("a countdown runs, the sale opens by itself, and the limit per shopper holds", async ({ server, visit }) => {
  await server.stop();
  await server.command("drop", "--book", SLUG, "--opens", fromNow(12), "--limit", "2");
  await server.start();
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await expect(mine.page.getByText("You can have up to 2 copies of this book.")).toBeVisible();
  await expect(mine.page.getByRole("timer")).toHaveText(/^00:\d\d$/);
  const before = await mine.page.getByRole("timer").textContent();
  await expect(mine.page.getByRole("timer")).not.toHaveText(before ?? "");

  await mine.add().click();
  await expect(mine.page.getByText("This book isn’t on sale yet.")).toBeVisible();

  await expect(mine.page.getByRole("timer")).toBeHidden();
  await expect(mine.page.getByText("isn’t on sale yet")).toBeHidden();
  await mine.page.getByLabel("Copies").fill("2");
  await mine.add().click();
  await expect(mine.page.getByText("2 copies are in your cart.")).toBeVisible();
  await mine.showsLeft(8);
  expect(mine.loads).toBe(1);
  expect(mine.consoleErrors.filter((text) => !text.includes("409"))).toEqual([]);
});

test("without JavaScript a click before the sale opens gets a message", async ({ server, visit }) => {
  await server.stop();
  await server.command("drop", "--book", SLUG, "--opens", fromNow(3_600));
  await server.start();
  const mine = await visit(GUIDE, { javaScriptEnabled: false });
  await expect(mine.page.getByText(/^On sale in \s*(59:\d\d|01:00:00)/)).toBeVisible();
  await mine.add().click();
  await expect(mine.page.getByText("This book isn’t on sale yet.")).toBeVisible();
  await mine.showsLeft(10);
});

test("a quantity that is not available is refused with the reason", async ({ visit, othersTake }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  const copies = mine.page.getByLabel("Copies");
  // More than the limit of five is refused by the browser itself.
  await copies.fill("6");
  await mine.add().click();
  await expect(copies).toBeFocused();
  expect(await copies.evaluate((field: HTMLInputElement) => field.validity.rangeOverflow)).toBe(true);
  // Five are within the limit, but others have taken six.
  await othersTake(SLUG, 6);
  await copies.fill("5");
  await mine.add().click();
  await expect(mine.page.getByText("There aren’t that many copies left.")).toBeVisible();
  await mine.showsLeft(4);
  await mine.page.getByLabel("Copies").fill("3");
  await mine.page.getByLabel("Copies").press("Enter");
  await expect(mine.page.getByText("3 copies are in your cart.")).toBeVisible();
  const toCart = mine.page.getByRole("link", { name: "View cart" });
  await expect(toCart, "the field is gone, so the focus should move to the cart's link").toBeFocused();
  await mine.showsLeft(1);
});
