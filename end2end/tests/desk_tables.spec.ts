// A table at the desk that somebody reads: whatever they click on it stays live, and it stays
// where they have scrolled it to.

import { atDesk, employ } from "../support/desk.ts";
import { expect, GUIDE, test } from "../support/test.ts";

test("a table goes on being live when a cell is clicked and a word marked", async ({ browser, server, visit }) => {
  await employ(server, "claude", "clerk");
  const shopper = await visit(GUIDE);
  await shopper.says("Live");
  const desk = await atDesk(browser, server, "claude", "/desk/stock?q=definitive");
  const table = desk.getByRole("region", { name: "Stock" });
  const row = table.getByRole("row").filter({ hasText: "Definitive Guide" });
  const available = row.getByRole("cell").last();
  await expect(available).toHaveText("10");

  await available.click();
  await expect(table).toBeFocused();
  await shopper.add().click();
  await expect(available).toHaveText("9");
  // It is another table; whoever moves in it by keys goes on.
  await expect(table).toBeFocused();

  await row.getByText("Anonymous").dblclick();
  await expect(table).toBeFocused();
  await shopper.remove().click();
  await expect(available).toHaveText("10");
});

test("a table that is wider than the window stays scrolled when it changes", async ({ browser, server, visit }) => {
  await employ(server, "claude", "clerk");
  const shopper = await visit(GUIDE);
  await shopper.says("Live");
  const desk = await atDesk(browser, server, "claude", "/desk/stock");
  await desk.setViewportSize({ width: 360, height: 740 });
  const table = desk.getByRole("region", { name: "Stock" });
  const available = table.getByRole("row").filter({ hasText: "Definitive Guide" }).getByRole("cell").last();
  const scrolled = () => table.evaluate((region) => region.scrollLeft);
  await table.evaluate((region) => region.scrollTo({ left: region.scrollWidth, behavior: "instant" }));
  const far = await scrolled();
  expect(far, "it is wider than the window").toBeGreaterThan(0);

  await shopper.add().click();
  await expect(available).toHaveText("9");
  expect(await scrolled()).toBe(far);
});
