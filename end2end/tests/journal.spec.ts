// The journal: what a clerk does at the desk, as the owner reads it.

import { readFile } from "node:fs/promises";
import { addStaff, openDesk } from "../support/desk.ts";
import { expect, GUIDE, test } from "../support/test.ts";

for (const script of [true, false]) {
  test(`an order is cancelled for a reason, which the owner finds in the journal (${script ? "with" : "without"} JavaScript)`, async ({
    browser,
    server,
    visit,
  }) => {
    await addStaff(server, "olive", "owner");
    await addStaff(server, "clare", "clerk");
    const shopper = await visit(GUIDE);
    await shopper.add().click();
    await shopper.showsInCart(true);
    await shopper.page.getByRole("link", { name: "View cart" }).click();
    await shopper.page.getByLabel("Name").fill("Ann O’Neil");
    await shopper.page.getByLabel("E-mail or telephone").fill("ann@example.org");
    await shopper.page.getByRole("button", { name: "Place order" }).click();
    await expect(shopper.page.getByText("Order placed.")).toBeVisible();

    const order = new URL(shopper.page.url()).pathname;
    const clerk = await openDesk(browser, server, "clare", `/desk${order}`, script);
    await clerk.getByLabel("Reason").fill("The publisher recalled it");
    await clerk.getByRole("button", { name: "Cancel order" }).click();
    await expect(clerk.getByRole("status").first()).toHaveText("Order cancelled. The copies are back on sale.");
    await expect(clerk.getByLabel("Reason")).toBeHidden();
    await expect(shopper.page.getByText("Cancelled.")).toBeVisible();
    await expect(clerk.getByRole("link", { name: "Journal" })).toBeHidden();

    const owner = await openDesk(browser, server, "olive", "/desk", script);
    await owner.getByRole("link", { name: "Journal" }).click();
    const entry = owner.getByRole("row").filter({ hasText: "Cancelled order" });
    await expect(entry).toContainText("clare");
    await expect(entry).toContainText("The publisher recalled it");
    await owner.getByLabel("Username", { exact: true }).fill("olive");
    await owner.getByRole("button", { name: "Apply" }).click();
    await expect(entry).toBeHidden();
    await expect(owner.getByRole("row").filter({ hasText: "Signed in." })).toBeVisible();
    await owner.getByRole("link", { name: "Clear filters" }).click();
    await entry.getByRole("link").click();
    await expect(owner.getByRole("heading", { level: 1, name: /^Order/ })).toBeVisible();
  });
}

test("the journal is downloaded as it is filtered", async ({ browser, server }) => {
  await addStaff(server, "olive", "owner");
  const owner = await openDesk(browser, server, "olive", "/desk/journal");
  await owner.getByLabel("About").selectOption("Accounts and the clock");
  await owner.getByRole("button", { name: "Apply" }).click();
  const [download] = await Promise.all([owner.waitForEvent("download"), owner.getByRole("link", { name: "CSV" }).click()]);
  expect(download.suggestedFilename()).toBe("journal.csv");
  const [head, ...lines] = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
  expect(head).toBe("number,at,by,kind,subject,act,reason");
  expect(lines.map((line) => line.split(",")[3])).toEqual(["signed_in", "account_added"]);
});
