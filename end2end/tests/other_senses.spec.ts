// Pages as they are for shoppers who hear them, who use high contrast, or who work with a keyboard.

import { type BookPage, expect, GUIDE, LAST_COPY, test } from "../support/test.ts";

/** Everything that a screen reader reads out by itself. */
const announcements = async (shopper: BookPage) => {
  const regions = await shopper.page.getByRole("status").allInnerTexts();
  return [...regions, ...(await shopper.page.getByRole("alert").allInnerTexts())].filter((text) => text.trim() !== "");
};

test("a change of the count is read out with the title, and nothing before it", async ({ visit, othersTake }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  expect((await announcements(mine)).filter((text) => text !== "Live")).toEqual([]);
  await othersTake("definitive-guide-to-the-internet", 1);
  await expect(mine.page.getByText("The Definitive Guide to the Internet: 9 in stock")).toHaveRole("status");
});

test("the badge has no accessible name beside its text", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  const badge = mine.page.locator(".connection");
  await expect(badge).toHaveRole("status");
  await expect(badge).toHaveAccessibleName("");
  await expect(badge.locator("[title]")).toHaveAttribute("title", /^Round trip: \d+ ms$/);
});

test("in the cart, each button names its book, and each removal is read out, even of the last line", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.page.goto(new URL("/cart", mine.page.url()).href);
  await mine.says("Live");
  const title = "The Definitive Guide to the Internet";
  for (const action of ["Update", "Extend hold", "Remove"]) {
    await expect(mine.page.getByRole("button", { name: `${action}: ${title}`, exact: true })).toBeVisible();
  }
  const copies = mine.page.getByRole("spinbutton", { name: `Copies: ${title}`, exact: true });
  await expect(copies).toHaveAttribute("min", "1");
  await expect(copies).toHaveAttribute("max", "5");
  // The remaining minutes are not read out as they pass.
  await expect(mine.page.locator(".cart-lines [role=status], .cart-lines [aria-live]")).toHaveCount(0);
  await mine.page.getByRole("button", { name: `Remove: ${title}` }).click();
  await expect(mine.page.getByText(`${title} is no longer in your cart.`)).toHaveRole("status");
});

test("in forced colours, nothing covers the price", async ({ visit }) => {
  const mine = await visit(LAST_COPY);
  await mine.says("Live");
  await mine.page.emulateMedia({ forcedColors: "active" });
  await mine.page.evaluate(() => document.fonts.ready);
  const price = mine.page.locator(".book .price");
  const shown = await price.screenshot();
  await mine.page.locator(".stock").evaluate((stock: HTMLElement) => (stock.style.visibility = "hidden"));
  expect((await price.screenshot()).equals(shown)).toBe(true);
});

test("a page that loses the network says so at once", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.page.context().setOffline(true);
  await expect(mine.page.getByText("Reconnecting", { exact: true })).toBeVisible({ timeout: 1_000 });
  await mine.page.context().setOffline(false);
  await mine.says("Live");
});

test("an empty number of copies is not sent", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.page.getByLabel("Copies").fill("");
  await mine.add().click();
  await expect(mine.page.getByLabel("Copies")).toBeFocused();
  await mine.showsInCart(false);
});
