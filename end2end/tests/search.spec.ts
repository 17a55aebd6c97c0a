// What is looked for: as one types, by the keyboard alone, and by a plain form.

import { type BookPage, expect, test } from "../support/test.ts";

const offered = (shelf: BookPage) =>
  shelf.page.getByRole("listbox", { name: "Books that match" }).getByRole("option");

test("what is found is offered as one types, and opened by the keyboard alone", async ({ visit }) => {
  const shelf = await visit("/");
  await shelf.says("Live");
  const field = shelf.page.getByRole("combobox", { name: "Search by title, author or ISBN" });
  await field.pressSequentially("defnitive gui");
  const options = offered(shelf);
  await expect(options).toHaveCount(1);
  await expect(field).toHaveAttribute("aria-expanded", "true");
  await field.press("ArrowDown");
  await expect(options.first()).toHaveAttribute("aria-selected", "true");
  await field.press("Escape");
  await expect(options).toHaveCount(0);
  await field.press("Backspace");
  await expect(options).toHaveCount(1);
  await field.press("ArrowDown");
  await field.press("Enter");
  await expect(shelf.page.getByRole("heading", { name: "The Definitive Guide to the Internet" })).toBeVisible();
  expect(shelf.complaints).toEqual([]);
});

test("with nothing marked, Enter looks for it on the shelf, whose address says what is shown", async ({ visit }) => {
  const shelf = await visit("/");
  await shelf.says("Live");
  const field = shelf.page.getByRole("combobox", { name: "Search by" });
  await field.fill("hours");
  await field.press("Enter");
  await expect(shelf.page.getByText("One book matches “hours”.")).toBeVisible();
  expect(new URL(shelf.page.url()).searchParams.get("q")).toBe("hours");
  await expect(shelf.page.getByRole("combobox", { name: "Search by" })).toHaveValue("hours");
});

test("a click opens what is offered, and leaving the field closes the list", async ({ visit }) => {
  const shelf = await visit("/");
  await shelf.says("Live");
  const field = shelf.page.getByRole("combobox", { name: "Search by" });
  await field.pressSequentially("the");
  await expect(offered(shelf).first()).toBeVisible();
  await shelf.page.getByLabel("Order").focus();
  await expect(offered(shelf)).toHaveCount(0);
  await field.fill("guide");
  await offered(shelf).filter({ hasText: "Definitive Guide" }).click();
  await expect(shelf.page.getByRole("heading", { name: "The Definitive Guide to the Internet" })).toBeVisible();
});

test("an answer to what stood there before is not shown", async ({ visit, server }) => {
  const shelf = await visit("/");
  await shelf.says("Live");
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await shelf.page.route(`${server.url}/api/search?q=hours`, async (route) => {
    await held;
    await route.continue();
  });
  const field = shelf.page.getByRole("combobox", { name: "Search by" });
  const slow = shelf.page.waitForRequest(/q=hours$/);
  await field.fill("hours");
  await slow;
  await field.fill("definitive");
  const option = offered(shelf);
  await expect(option).toHaveText(/Definitive/);
  const late = shelf.page.waitForResponse(/q=hours$/);
  letGo();
  await late;
  await expect(option).toHaveText(/Definitive/);
});

test("without script the form is all there is, and it works", async ({ visit }) => {
  const shelf = await visit("/", { javaScriptEnabled: false });
  await shelf.page.getByLabel("Search by title, author or ISBN").fill("Définitive");
  await shelf.page.getByRole("button", { name: "Show" }).click();
  await expect(shelf.page.getByText("One book matches “Définitive”.")).toBeVisible();
  await shelf.page.getByRole("link", { name: /Definitive Guide/ }).click();
  await shelf.showsLeft(10);
});

for (const query of ["x".repeat(10_000), "' or 1=1 --", '"\\%_*()[]{}', "📚🤷", "互联网", "\u0000\u0007", "AND OR NOT NEAR"]) {
  test(`a search for ${JSON.stringify(query.slice(0, 20))} is no error`, async ({ visit }) => {
    const shelf = await visit(`/?q=${encodeURIComponent(query)}`);
    await expect(shelf.page.getByRole("heading", { name: "On the shelf" })).toBeVisible();
    await expect(shelf.page.getByText(/^(No book matches|One book matches|\d+ books|There is no)/)).toBeVisible();
    expect(shelf.complaints).toEqual([]);
  });
}
