// A book is withdrawn at the desk and sold again later, as shoppers see it in search, on its page and in
// the cart.

import type { Page } from "@playwright/test";
import { addStaff, openDesk } from "../support/desk.ts";
import { expect, GUIDE, test } from "../support/test.ts";

const TITLE = "The Definitive Guide to the Internet";
const BOOK = `/desk${GUIDE.replace("/books", "/stock")}`;
const NOT_SOLD = "We no longer sell this book.";

/** Submits the form with this button, with a reason. */
async function send(desk: Page, button: string, why: string): Promise<void> {
  const form = desk.locator("form", { has: desk.getByRole("button", { name: button, exact: true }) });
  await form.getByLabel("Reason").fill(why);
  await form.getByRole("button", { name: button, exact: true }).click();
}

for (const script of [true, false]) {
  test(`a book is withdrawn and sold again (${script ? "with" : "without"} JavaScript)`, async ({ browser, server, visit }) => {
    test.slow();
    await addStaff(server, "clare", "clerk");
    const [holder, watching] = [await visit(GUIDE), await visit(GUIDE)];
    const shelf = await visit("/", { javaScriptEnabled: script });
    await watching.says("Live");
    await holder.says("Live");
    await holder.add().click();
    await holder.showsInCart(true);
    const finds = async (found: boolean) => {
      await shelf.page.goto(server.url);
      await expect(shelf.page.getByRole("link", { name: TITLE })).toHaveCount(found ? 1 : 0);
      await shelf.page.getByLabel("Search by title, author or ISBN").fill("definitive");
      await shelf.page.getByRole("button", { name: "Apply" }).click();
      const sentence = found ? "1 book matches “definitive”." : "No books match “definitive”.";
      await expect(shelf.page.getByText(sentence)).toBeVisible();
    };
    await finds(true);

    const desk = await openDesk(browser, server, "clare", BOOK, script);
    const list = await desk.context().newPage();
    await list.goto(`${server.url}/desk/stock`);
    const isListed = async (withdrawn: boolean) => {
      if (!script) await list.reload();
      const heading = list.getByRole("heading", { level: 2, name: "Withdrawn books" });
      await expect(heading).toHaveCount(withdrawn ? 1 : 0);
      await expect(list.getByRole("row").filter({ hasText: TITLE })).toHaveCount(withdrawn ? 0 : 1);
      await expect(list.getByRole("link", { name: TITLE })).toHaveCount(1);
    };
    await isListed(false);
    await send(desk, "Withdraw this book", "misprinted");
    await expect(desk.getByText("Withdrawn. Shoppers can’t find or buy it any more.")).toBeVisible();
    await expect(desk.getByRole("button", { name: "Withdraw this book" })).toBeHidden();
    // The copy in a cart stays.
    await expect(desk.getByRole("region", { name: "Stock" }).getByRole("cell")).toHaveText(["1", "1", "0", "0"]);
    // An open page shows the change.
    await expect(watching.page.getByText(NOT_SOLD)).toBeVisible();
    await expect(watching.page.getByRole("button", { name: "Add to cart" })).toBeHidden();
    await watching.page.reload();
    await expect(watching.page.getByText(NOT_SOLD)).toBeVisible();
    await expect(watching.page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
    await expect(watching.page.getByRole("button", { name: "Add to cart" })).toBeHidden();
    await finds(false);
    const late = await visit(GUIDE, { javaScriptEnabled: script });
    await expect(late.page.getByText(NOT_SOLD)).toBeVisible();

    await isListed(true);

    // The shopper who has it in the cart can still order it.
    await holder.page.getByRole("link", { name: "View cart" }).click();
    await holder.page.getByLabel("Name").fill("Ann O’Neil");
    await holder.page.getByLabel("E-mail or telephone").fill("ann@example.org");
    await holder.page.getByRole("button", { name: "Place order" }).click();
    await expect(holder.page.getByText("Order placed.")).toBeVisible();
    await expect(holder.page.getByText(TITLE)).toBeVisible();

    await desk.getByRole("link", { name: "Stock", exact: true }).click();
    await desk.getByRole("link", { name: TITLE }).click();
    await send(desk, "Put back on sale", "the errata are in");
    await expect(desk.getByText("Back on sale. Now add the copies you have in stock.")).toBeVisible();
    await desk.getByLabel("Add copies (use − to remove)").fill("6");
    await send(desk, "Save", "on the shelf");
    await expect(desk.getByText("Stock updated.")).toBeVisible();
    await expect(desk.getByRole("region", { name: "Stock" }).getByRole("cell")).toHaveText(["7", "0", "1", "6"]);
    await finds(true);
    await watching.showsLeft(6);
    await watching.page.reload();
    await watching.showsLeft(6);
    await watching.says("Live");
    await watching.add().click();
    await watching.showsInCart(true);
    await late.page.reload();
    await late.showsLeft(5);
    await isListed(false);
  });
}
