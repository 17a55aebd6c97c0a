// Search: suggestions while typing, the keyboard alone, and a plain form.

import { expect, test, type Visitor } from "./test.ts";

const field = (shelf: Visitor) => shelf.byRole("combobox", "Search by title, author or ISBN");
const suggestions = (shelf: Visitor) => shelf.byRole("listbox", "Matching books").byRole("option");

test("suggestions appear while typing, and one is opened with the keyboard alone", { tag: "@quick" }, async ({ visit }) => {
  const shelf = await visit("/");
  await shelf.says("Live");
  await field(shelf).type("defnitive gui");
  await suggestions(shelf).isShownTimes(1);
  await field(shelf).hasAttribute("aria-expanded", "true");
  await shelf.tab.press("ArrowDown");
  await suggestions(shelf).hasAttribute("aria-selected", "true");
  await shelf.tab.press("Escape");
  await suggestions(shelf).isGone();
  await shelf.tab.press("Backspace");
  await suggestions(shelf).isShownTimes(1);
  await shelf.tab.press("ArrowDown");
  await suggestions(shelf).hasAttribute("aria-selected", "true");
  await shelf.tab.press("Enter");
  await shelf.showsHeading("The Definitive Guide to the Internet");
  expect(shelf.consoleErrors).toEqual([]);
});

test("with no suggestion selected, Enter searches the shelf, and the address holds the query", async ({ visit }) => {
  const shelf = await visit("/");
  await shelf.says("Live");
  await field(shelf).fill("hours");
  await shelf.tab.press("Enter");
  await shelf.byText("1 book matches “hours”.").isShown();
  expect(await shelf.tab.evaluate(() => new URL(location.href).searchParams.get("q"))).toBe("hours");
  await field(shelf).hasValue("hours");
});

test("a click opens a suggestion, and leaving the field closes the list", async ({ visit }) => {
  const shelf = await visit("/");
  await shelf.says("Live");
  await field(shelf).type("the");
  await suggestions(shelf).isShown();
  await shelf.tab.press("Tab");
  await suggestions(shelf).isGone();
  await field(shelf).fill("guide");
  await suggestions(shelf).having("Definitive Guide").click();
  await shelf.showsHeading("The Definitive Guide to the Internet");
});

test("without JavaScript the search form works", async ({ visit }) => {
  const shelf = await visit("/", { javaScriptEnabled: false });
  await shelf.byLabel("Search by title, author or ISBN").fill("Définitive");
  await shelf.byRole("button", "Apply").click();
  await shelf.byText("1 book matches “Définitive”.").isShown();
  await shelf.follow("Definitive Guide");
  await shelf.showsLeft(10);
});
