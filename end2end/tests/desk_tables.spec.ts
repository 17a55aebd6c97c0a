// Tables at the desk stay live when clicked, and keep their scroll position.

import { addStaff, openDesk } from "../support/desk.ts";
import { expect, GUIDE, test } from "../support/test.ts";

test("a table stays live when a cell is clicked and a word selected", async ({ browser, server, visit }) => {
  await addStaff(server, "clare", "clerk");
  const shopper = await visit(GUIDE);
  await shopper.says("Live");
  const desk = await openDesk(browser, server, "clare", "/desk/stock?q=definitive");
  const table = desk.getByRole("region", { name: "Stock" });
  const row = table.getByRole("row").filter({ hasText: "Definitive Guide" });
  const available = row.getByRole("cell").last();
  await expect(available).toHaveText("10");

  await available.click();
  await expect(table).toBeFocused();
  await shopper.add().click();
  await expect(available).toHaveText("9");
  // The table was replaced, and keeps the focus for the keyboard.
  await expect(table).toBeFocused();

  await row.getByText("Anonymous").dblclick();
  await expect(table).toBeFocused();
  await shopper.remove().click();
  await expect(available).toHaveText("10");
});

test("a table that is wider than the window keeps its scroll position when it changes", async ({ browser, server, visit }) => {
  await addStaff(server, "clare", "clerk");
  const shopper = await visit(GUIDE);
  await shopper.says("Live");
  const desk = await openDesk(browser, server, "clare", "/desk/stock");
  await desk.setViewportSize({ width: 360, height: 740 });
  const table = desk.getByRole("region", { name: "Stock" });
  const available = table.getByRole("row").filter({ hasText: "Definitive Guide" }).getByRole("cell").last();
  const scrolled = () => table.evaluate((region) => region.scrollLeft);
  await table.evaluate((region) => region.scrollTo({ left: region.scrollWidth, behavior: "instant" }));
  const far = await scrolled();
  expect(far, "the table should be wider than the window").toBeGreaterThan(0);

  await shopper.add().click();
  await expect(available).toHaveText("9");
  expect(await scrolled()).toBe(far);
});
