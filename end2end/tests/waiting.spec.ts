// Joining the waitlist without JavaScript and accepting the offer: one shopper in two windows, one
// without JavaScript, which only Playwright can open. The rest is in flows/waiting.spec.ts.

import { BookPage, expect, LAST_COPY, test } from "../support/test.ts";

const take = (book: BookPage) => book.page.getByRole("button", { name: "Add to cart" });
const isOnWaitlist = (book: BookPage) => expect(book.page.getByText("You’re on the waiting list.")).toBeVisible();

/** A shopper with the last copy in the cart. */
async function holder(visit: (path: string) => Promise<BookPage>): Promise<BookPage> {
  const owner = await visit(LAST_COPY);
  await owner.says("Live");
  await owner.add().click();
  await owner.showsInCart(true);
  return owner;
}

test("without JavaScript a shopper joins the waitlist, is told the limits, and gets the offer in a window with JavaScript", async ({
  visit,
  browser,
}) => {
  const owner = await holder(visit);
  const plain = await visit(LAST_COPY, { javaScriptEnabled: false });
  await plain.wait().click();
  await isOnWaitlist(plain);
  const warning = (book: BookPage) => book.page.locator("noscript p");
  await expect(warning(plain)).toContainText("Without JavaScript, this page can’t tell you when a copy comes back");
  await expect(warning(plain)).toBeVisible();

  // The page cannot be notified, so the copy is available to all. The shopper stays on the waitlist.
  await owner.remove().click();
  await owner.showsLeft(1);
  await owner.add().click();
  await owner.showsInCart(true);

  // The same shopper opens a window with JavaScript, which can be notified.
  const cookies = await plain.page.context().storageState();
  const live = new BookPage(await (await browser.newContext({ storageState: cookies })).newPage());
  await live.page.goto(plain.page.url());
  await live.says("Live");
  await isOnWaitlist(live);
  await expect(warning(live)).toBeHidden();
  await expect(async () => {
    // The server records every twenty seconds which waiting shoppers are present.
    await owner.page.reload();
    await owner.says("Live");
    if (await owner.remove().isVisible()) await owner.remove().click();
    else if (await owner.add().isVisible()) await owner.add().click();
    await expect(take(live)).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 50_000 });
  await plain.page.reload();
  await take(plain).click();
  await plain.showsInCart(true);
  await live.showsInCart(true);
});
