// The cart and the order, plain but whole: the same with script and without.

import { expect, GUIDE, test, type BookPage } from "../support/test.ts";

async function reserve(mine: BookPage): Promise<void> {
  await mine.page.getByLabel("Name").fill("Ann O’Neil");
  await mine.page.getByLabel("E-mail or telephone").fill("ann@example.org");
  await mine.page.getByRole("button", { name: "Reserve" }).click();
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with script" : "without script";

  test(`several copies of several books become an order, which can be cancelled (${how})`, async ({ visit }) => {
    const watching = await visit(GUIDE);
    await watching.says("Live");
    const mine = await visit(GUIDE, { javaScriptEnabled });
    if (javaScriptEnabled) await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.page.goto(new URL("/books/small-hours", mine.page.url()).href);
    if (javaScriptEnabled) await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);

    await mine.page.getByRole("link", { name: "To the cart" }).click();
    await expect(mine.page.getByRole("heading", { name: "Your cart" })).toBeVisible();
    const guide = mine.page.getByRole("listitem").filter({ hasText: "Definitive Guide" });
    await expect(guide.getByText(/Held for 1[45] more minutes/)).toBeVisible();
    await guide.getByLabel("Copies").fill("3");
    await guide.getByRole("button", { name: "Change" }).click();
    await expect(guide.getByText("3 × $20.00")).toBeVisible();
    await watching.showsLeft(7);
    await guide.getByRole("button", { name: "Hold it longer" }).click();
    await expect(mine.page.getByText("Together $76.50")).toBeVisible();

    await guide.getByLabel("Copies").fill("6");
    await guide.getByRole("button", { name: "Change" }).click();
    await expect(mine.page.getByText("more copies of one book than one shopper can have")).toBeVisible();

    await reserve(mine);
    await expect(mine.page.getByRole("heading", { name: /^Order [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/ })).toBeVisible();
    await expect(mine.page.getByText("Together $76.50, paid in the shop.")).toBeVisible();
    await watching.showsLeft(7);

    await mine.page.getByRole("button", { name: "Cancel this order" }).click();
    await expect(mine.page.getByText("Cancelled.")).toBeVisible();
    await watching.showsLeft(10);
    expect(watching.loads).toBe(1);
  });
}

test("a double click is one click, and going back and sending again is no second order", async ({ visit }) => {
  const mine = await visit(GUIDE, { javaScriptEnabled: false });
  await mine.add().dblclick();
  await mine.showsLeft(9);
  await mine.page.getByRole("link", { name: "To the cart" }).click();
  await reserve(mine);
  await expect(mine.page.getByRole("heading", { name: /^Order/ })).toBeVisible();
  const order = mine.page.url();
  await mine.page.goBack();
  await reserve(mine);
  await expect(mine.page.getByRole("heading", { name: /^Order/ })).toBeVisible();
  expect(mine.page.url()).toBe(order);
  await mine.page.goto(new URL(GUIDE, order).href);
  await mine.showsLeft(9);
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with script" : "without script";

  test(`what cannot be an order is not sent, and nothing that was typed is lost (${how})`, async ({ visit }) => {
    const mine = await visit(GUIDE, { javaScriptEnabled });
    if (javaScriptEnabled) await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.page.goto(new URL("/cart", mine.page.url()).href);
    const [name, reach] = [mine.page.getByLabel("Name"), mine.page.getByLabel("E-mail or telephone")];
    for (const [theirs, how] of [["Ann", "nowhere"], [" ", "ann@example.org"]] as const) {
      await name.fill(theirs);
      await reach.fill(how);
      await mine.page.getByRole("button", { name: "Reserve" }).click();
      await expect(reach).toHaveValue(how);
      await expect(name).toHaveValue(theirs);
    }
    expect(mine.documents.filter((address) => address.includes("notice"))).toEqual([]);
    await name.fill("Ann");
    await reach.fill("+44 (20) 7946-0000");
    await mine.page.getByRole("button", { name: "Reserve" }).click();
    await expect(mine.page.getByRole("heading", { name: /^Order/ })).toBeVisible();
  });
}

test("the cart is used without loading it anew, one thing at a time, and says what was refused", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.page.getByRole("link", { name: "To the cart" }).click();
  await mine.says("Live");
  const loads = mine.loads;
  const guide = mine.page.getByRole("listitem").filter({ hasText: "Definitive Guide" });
  await mine.page.getByLabel("Name").fill("Ann");
  await guide.getByLabel("Copies").fill("2");
  await guide.getByLabel("Copies").press("Enter");
  await expect(guide.getByText("2 × $20.00")).toBeVisible();
  await guide.getByLabel("Copies").fill("9");
  await guide.getByRole("button", { name: "Change" }).click();
  await expect(mine.page.getByRole("alert").getByText("more copies of one book than one shopper can have")).toBeVisible();
  await expect(mine.page.getByLabel("Name")).toHaveValue("Ann");
  await guide.getByRole("button", { name: "Remove" }).click();
  await expect(mine.page.getByText("Nothing is in it.")).toBeVisible();
  await expect(mine.page.locator("#main"), "the button is gone, and the focus is not lost").toBeFocused();
  expect(mine.loads).toBe(loads);
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with script" : "without script";

  test(`a note goes with the order, and is not shown for its code alone (${how})`, async ({ visit }) => {
    const mine = await visit(GUIDE, { javaScriptEnabled });
    if (javaScriptEnabled) await mine.says("Live");
    await mine.add().click();
    await mine.showsInCart(true);
    await mine.page.goto(new URL("/cart", mine.page.url()).href);
    await mine.page.getByLabel("Note to the shop").fill("After six, please.\nI know the way.");
    await reserve(mine);
    await expect(mine.page.getByRole("heading", { name: /^Order/ })).toBeVisible();
    expect(await mine.page.content()).not.toContain("After six");
  });
}

test.describe("with holds of six seconds", () => {
  test.use({ flags: ["--hold-minutes", "0.1"] });

  test("a hold that runs out is back on every page by itself, and the order says what is gone", async ({
    visit,
    othersTake,
  }) => {
    const watching = await visit("/books/birds-seen-from-a-desk");
    await watching.says("Live");
    const mine = await visit("/books/birds-seen-from-a-desk");
    await mine.says("Live");
    await mine.add().click();
    await watching.showsSoldOut();
    await watching.showsLeft(1);
    expect(await othersTake("birds-seen-from-a-desk", 1)).toEqual([200]);

    await mine.page.goto(new URL("/cart", mine.page.url()).href);
    await expect(mine.page.getByText("Its time ran out.")).toBeVisible();
    await reserve(mine);
    await expect(mine.page.getByText("Nothing in your cart can be ordered any more")).toBeVisible();
    await expect(mine.page.getByText("Gone: Birds Seen from a Desk")).toBeVisible();
  });
});
