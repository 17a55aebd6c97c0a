// A book is withdrawn at the desk and sold again later, as shoppers see it in search, on its page and in
// the cart.

import type { Page } from "@playwright/test";
import { addStaff, openDesk } from "../support/desk.ts";
import { expect, GUIDE, test } from "../support/test.ts";

const TITLE = "The Definitive Guide to the Internet";
const BOOK = `/desk${GUIDE.replace("/books", "/stock")}`;
const NOT_SOLD = "This book is not sold here any more.";

/** Submits the form with this button, with a reason. */
async function send(desk: Page, button: string, why: string): Promise<void> {
  const form = desk.locator("form", { has: desk.getByRole("button", { name: button, exact: true }) });
  await form.getByLabel("Why").fill(why);
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
      await shelf.page.getByRole("button", { name: "Show" }).click();
      const sentence = found ? "One book matches “definitive”." : "No book matches “definitive”.";
      await expect(shelf.page.getByText(sentence)).toBeVisible();
    };
    await finds(true);

    const desk = await openDesk(browser, server, "clare", BOOK, script);
    const list = await desk.context().newPage();
    await list.goto(`${server.url}/desk/stock`);
    const isListed = async (withdrawn: boolean) => {
      if (!script) await list.reload();
      const heading = list.getByRole("heading", { level: 2, name: "Withdrawn" });
      await expect(heading).toHaveCount(withdrawn ? 1 : 0);
      await expect(list.getByRole("row").filter({ hasText: TITLE })).toHaveCount(withdrawn ? 0 : 1);
      await expect(list.getByRole("link", { name: TITLE })).toHaveCount(1);
    };
    await isListed(false);
    await send(desk, "Withdraw this book", "misprinted");
    await expect(desk.getByText("Withdrawn: nobody finds it any more")).toBeVisible();
    await expect(desk.getByRole("button", { name: "Withdraw this book" })).toBeHidden();
    // The copy in a cart stays.
    await expect(desk.getByRole("region", { name: "Stock" }).getByRole("cell")).toHaveText(["1", "1", "0", "0"]);
    await expect(watching.page.getByRole("button", { name: "Add to Cart" })).toBeHidden();
    await watching.page.reload();
    await expect(watching.page.getByText(NOT_SOLD)).toBeVisible();
    await expect(watching.page.getByRole("heading", { level: 1, name: TITLE })).toBeVisible();
    await expect(watching.page.getByRole("button", { name: "Add to Cart" })).toBeHidden();
    await finds(false);
    const late = await visit(GUIDE, { javaScriptEnabled: script });
    await expect(late.page.getByText(NOT_SOLD)).toBeVisible();

    await isListed(true);

    // The shopper who has it in the cart can still order it.
    await holder.page.getByRole("link", { name: "To the cart" }).click();
    await holder.page.getByLabel("Name").fill("Ann O’Neil");
    await holder.page.getByLabel("E-mail or telephone").fill("ann@example.org");
    await holder.page.getByRole("button", { name: "Reserve", exact: true }).click();
    await expect(holder.page.getByText("Placed.")).toBeVisible();
    await expect(holder.page.getByText(TITLE)).toBeVisible();

    await desk.getByRole("link", { name: "Stock", exact: true }).click();
    await desk.getByRole("link", { name: TITLE }).click();
    await send(desk, "Sell it again", "the errata are in");
    await expect(desk.getByText("Sold again. Now count in what is on the shelf.")).toBeVisible();
    await desk.getByLabel("Copies more, or fewer with a minus").fill("6");
    await send(desk, "Count", "on the shelf");
    await expect(desk.getByText("Counted.")).toBeVisible();
    await expect(desk.getByRole("region", { name: "Stock" }).getByRole("cell")).toHaveText(["7", "0", "1", "6"]);
    await finds(true);
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
