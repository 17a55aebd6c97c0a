// A price that changes at the desk arrives on every open page: the book's, the shelf and the cart. An
// order is not placed at a total that the cart did not show.

import { addStaff, openDesk } from "../support/desk.ts";
import { expect, GUIDE, test } from "../support/test.ts";

const BOOK = `/desk${GUIDE.replace("/books", "/stock")}`;

test("a new price arrives on open pages, and copies in a cart keep the old one", async ({ browser, server, visit }) => {
  await addStaff(server, "clare", "clerk");
  const [book, shelf, holder] = [await visit(GUIDE), await visit("/"), await visit(GUIDE)];
  await holder.says("Live");
  await holder.add().click();
  await holder.showsInCart(true);
  await holder.page.getByRole("link", { name: "View cart" }).click();
  for (const page of [book, shelf, holder]) await page.says("Live");
  await expect(holder.page.getByText("1 × $20.00")).toBeVisible();
  const loads = [book, shelf, holder].map((page) => page.loads);

  const desk = await openDesk(browser, server, "clare", BOOK);
  await desk.getByLabel("Price").fill("25");
  await desk.getByRole("button", { name: "Save price" }).click();
  await expect(book.page.locator(".book .price")).toHaveText("$25.00");
  const onShelf = shelf.page.locator(".on-shelf", { has: shelf.page.locator(`a[href="${GUIDE}"]`) });
  await expect(onShelf.locator(".price")).toHaveText("$25.00");
  await expect(holder.page.getByText("1 × $20.00 (now $25.00; you still pay $20.00)")).toBeVisible();
  expect([book, shelf, holder].map((page) => page.loads)).toEqual(loads);
});

test("an order is not placed at a total that the cart did not show", async ({ visit }) => {
  const shopper = await visit(GUIDE);
  await shopper.says("Live");
  await shopper.add().click();
  await shopper.showsInCart(true);
  // As if another tab had changed the cart at this moment.
  const cart = await shopper.openTab("/cart");
  await cart.page.getByLabel("Name").fill("Ann O’Neil");
  await cart.page.getByLabel("E-mail or telephone").fill("ann@example.org");
  await cart.page.locator('input[name="total"]').evaluate((field: HTMLInputElement) => (field.value = "1900"));
  await cart.page.getByRole("button", { name: "Place order" }).click();
  await expect(cart.page.getByRole("alert").filter({ hasText: "The total of your cart is now $20.00" })).toBeVisible();
  await expect(cart.page.getByLabel("Name")).toHaveValue("Ann O’Neil");
});
