// Today: what there is to do, done from its row, and kept up to date while the page is open.

import { addStaff, openDesk } from "../support/desk.ts";
import { placeOrders } from "../support/many.ts";
import { expect, test } from "../support/test.ts";

for (const script of [true, false]) {
  test(`an order is prepared and handed over from today's lists (${script ? "with" : "without"} JavaScript)`, async ({
    browser,
    server,
    playwright,
  }) => {
    await addStaff(server, "clare", "clerk");
    const desk = await openDesk(browser, server, "clare", "/desk", script);
    const [toPrepare, ready] = [desk.locator("#to-prepare"), desk.locator("#ready")];
    await expect(toPrepare).toContainText("Every order is prepared.");
    await placeOrders(server, playwright.request, ["Ann O’Neil", "Ben"]);
    if (!script) await desk.reload();
    await expect(toPrepare.getByRole("heading")).toHaveText("To prepare: 2");
    const ann = toPrepare.getByRole("row").filter({ hasText: "Ann O’Neil" });
    await ann.getByRole("button", { name: "Mark as ready" }).click();
    await expect(desk.getByText("Marked as ready.")).toBeVisible();
    await expect(ann).toBeHidden();
    await expect(toPrepare.getByRole("heading")).toHaveText("To prepare: 1");
    await ready.getByRole("button", { name: "Mark as collected" }).click();
    await expect(desk.getByText("Marked as collected.")).toBeVisible();
    await expect(ready).toContainText("No orders are waiting to be collected.");

    await toPrepare.getByRole("link", { name: "All orders to prepare" }).click();
    await expect(desk.getByLabel("Show")).toHaveValue("prepare");
    await expect(desk.getByRole("row").filter({ hasText: "Ben" })).toBeVisible();
  });
}

test("the pick list and an order's slip are printed without what surrounds them", async ({ browser, server, playwright }) => {
  await addStaff(server, "clare", "clerk");
  const [code] = await placeOrders(server, playwright.request, ["Ann O’Neil"]);
  const desk = await openDesk(browser, server, "clare", "/desk");
  await desk.emulateMedia({ media: "print" });
  for (const path of ["/desk/orders/pick-list", `/desk/orders/${code}/receipt`]) {
    await desk.goto(server.url + path);
    await expect(desk.getByRole("row").filter({ hasText: "The Definitive Guide to the Internet" })).toBeVisible();
    await expect(desk.getByText(code ?? "", { exact: true })).toBeVisible();
    await expect(desk.getByRole("navigation")).toHaveCount(0);
    await expect(desk.getByText("Print this page")).toBeHidden();
  }
});

test("a clerk has no link to the figures of operations, and an owner has", async ({ browser, server }) => {
  await addStaff(server, "olive", "owner");
  await addStaff(server, "clare", "clerk");
  const owner = await openDesk(browser, server, "olive", "/desk");
  await owner.getByRole("link", { name: "Operations" }).click();
  await expect(owner.getByRole("heading", { level: 1, name: "Operations" })).toBeVisible();
  const clerk = await openDesk(browser, server, "clare", "/desk");
  await expect(clerk.getByRole("link", { name: "Orders", exact: true })).toBeVisible();
  await expect(clerk.getByRole("link", { name: "Operations" })).toHaveCount(0);
});
