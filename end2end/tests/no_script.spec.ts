// Without script everything works, by forms and reloads.

import { expect, GUIDE, test } from "../support/test.ts";

test.describe("without script", () => {
  test("the page is true, and its forms add and remove", async ({ visit, othersTake }) => {
    const mine = await visit(GUIDE, { javaScriptEnabled: false });
    await mine.showsLeft(10);
    await expect(mine.page.getByRole("heading", { level: 1 })).toHaveText("The Definitive Guide to the Internet");
    await expect(mine.page.getByText("by Anonymous")).toBeVisible();
    await expect(mine.page.getByText("$20.00")).toBeVisible();

    await mine.add().click();
    await mine.showsInCart(true);
    await mine.showsLeft(9);
    expect(mine.page.url(), "back on the very page").toMatch(new RegExp(`${GUIDE}$`));

    await othersTake("definitive-guide-to-the-internet", 2);
    await mine.page.reload();
    await mine.showsLeft(7);

    await mine.remove().click();
    await mine.showsInCart(false);
    await mine.showsLeft(8);
  });

  test("a link cannot put words in the shop's mouth", async ({ visit }) => {
    const mine = await visit(`${GUIDE}?notice=Send+money`, { javaScriptEnabled: false });
    await mine.showsLeft(10);
    await expect(mine.page.getByText("Send money")).toHaveCount(0);
  });

  test("an unknown book has a page that shows the way back", async ({ visit }) => {
    const mine = await visit("/books/no-such-book", { javaScriptEnabled: false });
    await expect(mine.page.getByRole("heading", { name: "Not on any shelf" })).toBeVisible();
    await mine.page.getByRole("link", { name: "Back to the shelf" }).click();
    await expect(mine.page.getByRole("heading", { name: "On the shelf" })).toBeVisible();
  });
});
