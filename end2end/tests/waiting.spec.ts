// A place in line that is taken without script and used with it: one person's cookie in two kinds
// of window, which only Playwright's Chromium has. The rest is in flows/waiting.spec.ts.

import { BookPage, expect, LAST_COPY, test } from "../support/test.ts";

const take = (book: BookPage) => book.page.getByRole("button", { name: "Take it" });
const inLine = (book: BookPage) => expect(book.page.getByText("You are in line.")).toBeVisible();

/** Somebody who has the last copy in the cart. */
async function whoHasIt(visit: (path: string) => Promise<BookPage>): Promise<BookPage> {
  const owner = await visit(LAST_COPY);
  await owner.says("Live");
  await owner.add().click();
  await owner.showsInCart(true);
  return owner;
}

test("without script one can stand in line, is told what that is worth, and is offered it where script is", async ({
  visit,
  browser,
}) => {
  const owner = await whoHasIt(visit);
  const plain = await visit(LAST_COPY, { javaScriptEnabled: false });
  await plain.wait().click();
  await inLine(plain);
  const warning = (person: BookPage) => person.page.locator("noscript p");
  await expect(warning(plain)).toContainText("Without script this page cannot be told of it");
  await expect(warning(plain)).toBeVisible();

  // Nobody can tell that page: the copy is on the shelf, and the place in line is kept.
  await owner.remove().click();
  await owner.showsLeft(1);
  await owner.add().click();
  await owner.showsInCart(true);

  // The same person in a window with script is there to be told.
  const cookies = await plain.page.context().storageState();
  const alive = new BookPage(await (await browser.newContext({ storageState: cookies })).newPage());
  await alive.page.goto(plain.page.url());
  await alive.says("Live");
  await inLine(alive);
  await expect(warning(alive)).toBeHidden();
  await expect(async () => {
    // Who is there is noted every twenty seconds.
    await owner.page.reload();
    await owner.says("Live");
    if (await owner.remove().isVisible()) await owner.remove().click();
    else if (await owner.add().isVisible()) await owner.add().click();
    await expect(take(alive)).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 50_000 });
  await plain.page.reload();
  await take(plain).click();
  await plain.showsInCart(true);
  await alive.showsInCart(true);
});
