// A sale that opens at a time: the countdown, the moment, the limit.

import { expect, GUIDE, test } from "../support/test.ts";

const SLUG = "definitive-guide-to-the-internet";

/** So long from now, as the owner writes it. */
const fromNow = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

test("a sale is counted down to, opens by itself, and gives each no more than the limit", async ({ server, visit }) => {
  await server.stop();
  await server.command("drop", "--book", SLUG, "--opens", fromNow(12), "--limit", "2");
  await server.start();
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await expect(mine.page.getByText("At most 2 to a shopper.")).toBeVisible();
  await expect(mine.page.getByRole("timer")).toHaveText(/^00:\d\d$/);
  const before = await mine.page.getByRole("timer").textContent();
  await expect(mine.page.getByRole("timer")).not.toHaveText(before ?? "");

  await mine.add().click();
  await expect(mine.page.getByText("The sale of this book has not begun yet.")).toBeVisible();

  await expect(mine.page.getByRole("timer")).toBeHidden();
  await expect(mine.page.getByText("has not begun yet")).toBeHidden();
  await mine.page.getByLabel("Copies").fill("2");
  await mine.add().click();
  await expect(mine.page.getByText("2 copies are in your cart.")).toBeVisible();
  await mine.showsLeft(8);
  expect(mine.loads).toBe(1);
  expect(mine.complaints.filter((words) => !words.includes("409"))).toEqual([]);
});

test("without script a click before the time is refused kindly", async ({ server, visit }) => {
  await server.stop();
  await server.command("drop", "--book", SLUG, "--opens", fromNow(3_600));
  await server.start();
  const mine = await visit(GUIDE, { javaScriptEnabled: false });
  await expect(mine.page.getByText(/^On sale in \s*(59:\d\d|01:00:00)/)).toBeVisible();
  await mine.add().click();
  await expect(mine.page.getByText("The sale of this book has not begun yet.")).toBeVisible();
  await mine.showsLeft(10);
});

test("a number of copies that cannot be had is refused with the truth", async ({ visit, othersTake }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  const copies = mine.page.getByLabel("Copies");
  // No shopper can have more than five of one book, and the browser itself says so.
  await copies.fill("6");
  await mine.add().click();
  await expect(copies).toBeFocused();
  expect(await copies.evaluate((field: HTMLInputElement) => field.validity.rangeOverflow)).toBe(true);
  // Five would do, but for the others.
  await othersTake(SLUG, 6);
  await copies.fill("5");
  await mine.add().click();
  await expect(mine.page.getByText("There are not that many copies left.")).toBeVisible();
  await mine.showsLeft(4);
  await mine.page.getByLabel("Copies").fill("3");
  await mine.page.getByLabel("Copies").press("Enter");
  await expect(mine.page.getByText("3 copies are in your cart.")).toBeVisible();
  await expect(mine.remove(), "the field is gone, and the focus is not lost").toBeFocused();
  await mine.showsLeft(1);
});
