// The cart and an order follow what happens to them elsewhere, without a reload.

import { type BookPage, expect, GUIDE, test } from "../support/test.ts";

/** The cart's line of the guide. */
const guideIn = (cart: BookPage) => cart.page.getByRole("listitem").filter({ hasText: "Definitive Guide" });

test("the cart follows what another tab puts in and takes out, and keeps what is being typed", async ({ visit }) => {
  const book = await visit(GUIDE);
  await book.says("Live");
  const small = await book.openTab("/books/small-hours");
  await small.says("Live");
  await small.add().click();
  await small.showsInCart(true);
  const cart = await book.openTab("/cart");
  await cart.says("Live");
  await expect(cart.page.getByRole("listitem")).toHaveCount(1);
  await cart.page.getByLabel("Name").pressSequentially("Ann O’N");
  await expect(cart.page.getByLabel("Name")).toBeFocused();

  await book.add().click();
  await expect(guideIn(cart).getByText("1 × $20.00")).toBeVisible();
  await expect(cart.page.getByText("Together $36.50")).toBeVisible();
  await small.remove().click();
  await expect(cart.page.getByText("Together $20.00")).toBeVisible();
  await expect(cart.page.getByRole("listitem")).toHaveCount(1);

  await expect(cart.page.getByLabel("Name")).toBeFocused();
  await cart.page.keyboard.type("eil");
  await expect(cart.page.getByLabel("Name")).toHaveValue("Ann O’Neil");
  await book.remove().click();
  await expect(cart.page.getByText("Nothing is in it.")).toBeVisible();
  expect(cart.loads).toBe(1);
  expect(cart.complaints).toEqual([]);
});

test("a quantity that another tab changes is the one in the cart's field, and others keep theirs", async ({ visit }) => {
  const book = await visit(GUIDE);
  await book.says("Live");
  await book.add().click();
  await book.showsInCart(true);
  const small = await book.openTab("/books/small-hours");
  await small.says("Live");
  await small.add().click();
  await small.showsInCart(true);
  const [mine, theirs] = [await book.openTab("/cart"), await book.openTab("/cart")];
  await mine.says("Live");
  await theirs.says("Live");
  const typing = mine.page.getByRole("listitem").filter({ hasText: "Small Hours" }).getByLabel("Copies");
  await typing.fill("4");

  await guideIn(theirs).getByLabel("Copies").fill("3");
  await guideIn(theirs).getByRole("button", { name: "Change" }).click();
  await expect(guideIn(mine).getByText("3 × $20.00")).toBeVisible();
  await expect(guideIn(mine).getByLabel("Copies")).toHaveValue("3");
  await expect(typing).toHaveValue("4");
  await expect(typing).toBeFocused();

  await guideIn(theirs).getByRole("button", { name: "Remove" }).click();
  await expect(guideIn(mine)).toHaveCount(0);
  await expect(typing).toHaveValue("4");
  await expect(typing).toBeFocused();
  await expect(book.add(), "and the book's page knows that it is out of the cart").toBeVisible();
  await book.showsInCart(false);
});

test("a book's page knows what another tab did to the cart", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  const other = await mine.openTab(GUIDE);
  await other.says("Live");
  await mine.add().click();
  await other.showsInCart(true);
  await other.remove().click();
  await mine.showsInCart(false);
  await mine.showsLeft(10);
  await mine.add().click();
  await other.showsInCart(true);
  expect([mine.loads, other.loads]).toEqual([1, 1]);
});

for (const way of ["socket", "long poll"] as const) {
  test(`an order that is cancelled in one window is cancelled in the other at once (${way})`, async ({
    visit,
    blocked,
  }) => {
    const mine = await visit(GUIDE, way === "socket" ? {} : { through: blocked });
    await mine.says(way === "socket" ? "Live" : "Live, polling");
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.page.getByRole("link", { name: "To the cart" }).click();
    await mine.page.getByLabel("Name").fill("Ann O’Neil");
    await mine.page.getByLabel("E-mail or telephone").fill("ann@example.org");
    await mine.page.getByRole("button", { name: "Reserve" }).click();
    await expect(mine.page.getByText("Set aside for you")).toBeVisible();

    // Another browser, which has the code and not the cookie.
    const theirs = await visit(new URL(mine.page.url()).pathname);
    await theirs.says("Live");
    const another = await mine.openTab(new URL(mine.page.url()).pathname);
    await another.says(way === "socket" ? "Live" : "Live, polling");
    await mine.page.getByRole("button", { name: "Cancel this order" }).click();
    for (const window of [theirs, another]) {
      await expect(window.page.getByText("Cancelled. The copies are back on the shelf.")).toBeVisible();
      await expect(window.page.getByRole("button", { name: "Cancel this order" })).toHaveCount(0);
      expect(window.loads).toBe(1);
      expect(window.complaints.filter((line) => !line.includes("WebSocket"))).toEqual([]);
    }
  });
}

test("a cart that was open while the server was away is right again by itself", async ({ visit, server }) => {
  const cart = await visit("/cart");
  await cart.says("Live");
  await server.stop("SIGKILL");
  await cart.says("Reconnecting");
  await server.start();
  // Something goes into the cart by another way than this page, before it is back.
  await cart.page.context().request.post(`${server.url}/api/add_to_cart`, {
    form: { book: "definitive-guide-to-the-internet" },
  });
  await expect(guideIn(cart).getByText("1 × $20.00")).toBeVisible();
  await cart.says("Live");
  expect(cart.loads).toBe(1);
});

test.describe("with holds of six seconds", () => {
  test.use({ flags: ["--hold-minutes", "0.1"] });

  test("a hold that runs out is shown in the cart and on the book's page by itself", async ({ visit }) => {
    const book = await visit(GUIDE);
    await book.says("Live");
    await book.add().click();
    await book.showsInCart(true);
    const cart = await book.openTab("/cart");
    await cart.says("Live");
    await expect(cart.page.getByText("Together $20.00")).toBeVisible();
    await expect(cart.page.getByText("Its time ran out.")).toBeVisible();
    await expect(cart.page.getByText("Together $0.00")).toBeVisible();
    await book.showsInCart(false);
    await book.showsLeft(10);
    expect([book.loads, cart.loads]).toEqual([1, 1]);
  });
});
