// Late answers, and unusual queries. Ordinary searches are in flows/search.spec.ts.

import { type BookPage, expect, test } from "../support/test.ts";

const suggestions = (shelf: BookPage) =>
  shelf.page.getByRole("listbox", { name: "Matching books" }).getByRole("option");

test("a late answer to an earlier query is not shown", async ({ visit, server }) => {
  const shelf = await visit("/");
  await shelf.says("Live");
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await shelf.page.route(`${server.url}/api/search?q=hours`, async (route) => {
    await held;
    await route.continue();
  });
  const field = shelf.page.getByRole("combobox", { name: "Search by" });
  const slow = shelf.page.waitForRequest(/q=hours$/);
  await field.fill("hours");
  await slow;
  await field.fill("definitive");
  const option = suggestions(shelf);
  await expect(option).toHaveText(/Definitive/);
  const late = shelf.page.waitForResponse(/q=hours$/);
  release();
  await late;
  await expect(option).toHaveText(/Definitive/);
});

for (const query of ["x".repeat(10_000), "' or 1=1 --", '"\\%_*()[]{}', "📚🤷", "互联网", "\u0000\u0007", "AND OR NOT NEAR"]) {
  test(`a search for ${JSON.stringify(query.slice(0, 20))} causes no error`, async ({ visit }) => {
    const shelf = await visit(`/?q=${encodeURIComponent(query)}`);
    await expect(shelf.page.getByRole("heading", { name: "On our shelf" })).toBeVisible();
    await expect(shelf.page.getByText(/^(No books match|\d+ books?|There are no)/)).toBeVisible();
    expect(shelf.consoleErrors).toEqual([]);
  });
}
