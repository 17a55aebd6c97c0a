// What is looked for: as one types, by the keyboard alone, and by a plain form.

import { expect, test, type Visitor } from "./test.ts";

const field = (shelf: Visitor) => shelf.byRole("combobox", "Search by title, author or ISBN");
const offered = (shelf: Visitor) => shelf.byRole("listbox", "Books that match").byRole("option");

test("what is found is offered as one types, and opened by the keyboard alone", { tag: "@quick" }, async ({ visit }) => {
  const shelf = await visit("/");
  await shelf.says("Live");
  await field(shelf).type("defnitive gui");
  await offered(shelf).isShownTimes(1);
  await field(shelf).hasAttribute("aria-expanded", "true");
  await shelf.tab.press("ArrowDown");
  await offered(shelf).hasAttribute("aria-selected", "true");
  await shelf.tab.press("Escape");
  await offered(shelf).isGone();
  await shelf.tab.press("Backspace");
  await offered(shelf).isShownTimes(1);
  await shelf.tab.press("ArrowDown");
  await offered(shelf).hasAttribute("aria-selected", "true");
  await shelf.tab.press("Enter");
  await shelf.showsHeading("The Definitive Guide to the Internet");
  expect(shelf.person.complaints).toEqual([]);
});

test("with nothing marked, Enter looks for it on the shelf, whose address says what is shown", async ({ visit }) => {
  const shelf = await visit("/");
  await shelf.says("Live");
  await field(shelf).fill("hours");
  await shelf.tab.press("Enter");
  await shelf.byText("One book matches “hours”.").isShown();
  expect(await shelf.tab.evaluate(() => new URL(location.href).searchParams.get("q"))).toBe("hours");
  await field(shelf).hasValue("hours");
});

test("a click opens what is offered, and leaving the field closes the list", async ({ visit }) => {
  const shelf = await visit("/");
  await shelf.says("Live");
  await field(shelf).type("the");
  await offered(shelf).isShown();
  await shelf.tab.press("Tab");
  await offered(shelf).isGone();
  await field(shelf).fill("guide");
  await offered(shelf).having("Definitive Guide").click();
  await shelf.showsHeading("The Definitive Guide to the Internet");
});

test("without script the form is all there is, and it works", async ({ visit }) => {
  const shelf = await visit("/", { javaScriptEnabled: false });
  await shelf.byLabel("Search by title, author or ISBN").fill("Définitive");
  await shelf.byRole("button", "Show").click();
  await shelf.byText("One book matches “Définitive”.").isShown();
  await shelf.follow("Definitive Guide");
  await shelf.showsLeft(10);
});
