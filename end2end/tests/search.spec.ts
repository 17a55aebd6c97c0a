// Search: late answers, links, input methods, unusual queries. The rest is in flows/search.spec.ts.

import { type BookPage, expect, test } from "../support/test.ts";

const suggestions = (shelf: BookPage) =>
  shelf.page.getByRole("listbox", { name: "Matching books" }).getByRole("option");

test("a request for an earlier query is aborted, and its answer not shown", async ({ visit, server }) => {
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
  const aborted = shelf.page.waitForEvent("requestfailed", (request) => request.url().endsWith("q=hours"));
  await field.fill("definitive");
  await aborted;
  const option = suggestions(shelf);
  await expect(option).toHaveText(/Definitive/);
  release();
  await expect(option).toHaveText(/Definitive/);
});

test("a middle click opens a suggestion in another tab", async ({ visit, server }) => {
  const shelf = await visit("/");
  await shelf.says("Live");
  const field = shelf.page.getByRole("combobox", { name: "Search by" });
  await field.fill("definitive");
  const opened = shelf.page.context().waitForEvent("page");
  await suggestions(shelf).click({ button: "middle" });
  expect((await opened).url()).toBe(`${server.url}/books/definitive-guide-to-the-internet`);
  await expect(suggestions(shelf)).toBeVisible();
});

test("while an input method composes, the search field ignores its keys", async ({ visit }) => {
  const shelf = await visit("/");
  await shelf.says("Live");
  const field = shelf.page.getByRole("combobox", { name: "Search by" });
  await field.fill("definitive");
  await expect(suggestions(shelf)).toBeVisible();
  const ime = await shelf.page.context().newCDPSession(shelf.page);
  let searches = 0;
  shelf.page.on("request", (request) => (searches += Number(request.url().includes("/api/search"))));
  await ime.send("Input.imeSetComposition", { text: "hu", selectionStart: 2, selectionEnd: 2 });
  // Browsers report the keys that an input method takes with code 229.
  for (const key of ["ArrowDown", "Enter"]) {
    await ime.send("Input.dispatchKeyEvent", { type: "rawKeyDown", key, code: key, windowsVirtualKeyCode: 229 });
    await ime.send("Input.dispatchKeyEvent", { type: "keyUp", key, code: key, windowsVirtualKeyCode: 229 });
  }
  await expect(suggestions(shelf)).toHaveAttribute("aria-selected", "false");
  expect(searches).toBe(0);
  // The field searches for the composed word.
  await ime.send("Input.insertText", { text: "互联网" });
  await expect.poll(() => searches).toBe(1);
  await expect(shelf.page.getByRole("heading", { name: "On our shelf" })).toBeVisible();
});

for (const query of ["x".repeat(10_000), "' or 1=1 --", '"\\%_*()[]{}', "📚🤷", "互联网", "\u0000\u0007", "AND OR NOT NEAR"]) {
  test(`a search for ${JSON.stringify(query.slice(0, 20))} causes no error`, async ({ visit }) => {
    const shelf = await visit(`/?q=${encodeURIComponent(query)}`);
    await expect(shelf.page.getByRole("heading", { name: "On our shelf" })).toBeVisible();
    await expect(shelf.page.getByText(/^(No books match|\d+ books?|There are no)/)).toBeVisible();
    expect(shelf.consoleErrors).toEqual([]);
  });
}
