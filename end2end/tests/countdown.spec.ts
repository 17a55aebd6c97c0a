// The time left in the cart is right even if the page was suspended.

import { expect, GUIDE, test, type BookPage } from "../support/test.ts";

const timeLeft = (cart: BookPage) => cart.page.locator(".cart-time");

test("after the machine has slept, the cart shows the time that is really left", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.page.clock.install();
  await mine.page.goto(new URL("/cart", mine.page.url()).href);
  await mine.says("Live");
  await expect(timeLeft(mine)).toHaveText(/Held for you for 1[45] more minutes/);

  // As when a laptop wakes: every timer fires once.
  await mine.page.clock.fastForward("10:00");
  await expect(timeLeft(mine)).toHaveText(/Held for you for [45] more minutes/);
  await mine.page.clock.fastForward("05:00");
  await expect(timeLeft(mine)).toHaveText(/Your hold has expired/);

  // The server's clock has not moved, and corrects the page when it is shown again.
  await mine.setVisible(false);
  await mine.setVisible(true);
  await expect(timeLeft(mine)).toHaveText(/Held for you for 1[45] more minutes/);
  await mine.page.clock.fastForward("10:00");
  await expect(timeLeft(mine)).toHaveText(/Held for you for [45] more minutes/);
  await mine.lifecycle("pageshow");
  await expect(timeLeft(mine)).toHaveText(/Held for you for 1[45] more minutes/);
});
