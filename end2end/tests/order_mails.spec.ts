// Orders that are marked as ready in the list, contacts that are erased, and mails that owners change.

import { htmlErrors } from "../support/checks/html.ts";
import { addStaff, openDesk } from "../support/desk.ts";
import { expect, GUIDE, test } from "../support/test.ts";

for (const script of [true, false]) {
  const how = script ? "with JavaScript" : "without JavaScript";

  test(`an order is made ready in the list, and the shopper sees it and its end (${how})`, async ({ browser, server, visit }) => {
    await addStaff(server, "clare", "clerk");
    const shopper = await visit(GUIDE);
    await shopper.says("Live");
    await shopper.add().click();
    await shopper.showsInCart(true);
    await shopper.page.getByRole("link", { name: "View cart" }).click();
    await shopper.page.getByLabel("Name").fill("Ann O’Neil");
    await shopper.page.getByLabel("E-mail or telephone").fill("ann@example.org");
    await shopper.page.getByRole("button", { name: "Place order" }).click();
    await expect(shopper.page.getByText("Order placed.")).toBeVisible();
    await shopper.says("Live");

    const desk = await openDesk(browser, server, "clare", "/desk/orders", script);
    const row = desk.getByRole("row").filter({ hasText: "Ann O’Neil" });
    await row.getByRole("button", { name: "Mark as ready" }).click();
    await expect(desk.getByText("Marked as ready. The shopper’s order page now says so.")).toBeVisible();
    await expect(row).toContainText("Ready to collect");
    await expect(shopper.page.getByText("Ready to collect.")).toBeVisible();

    await row.getByRole("link").click();
    await desk.getByRole("button", { name: "Not ready after all" }).click();
    await expect(desk.getByText("No longer marked as ready.")).toBeVisible();
    await expect(shopper.page.getByText("Order placed.")).toBeVisible();

    await desk.getByText("Erase contact").first().click();
    await desk.getByLabel("Why it’s erased").fill("asked for by telephone");
    await desk.getByRole("button", { name: "Erase contact" }).click();
    await expect(desk.getByText("Contact erased.")).toBeVisible();
    await expect(desk.getByText("ann@example.org")).toHaveCount(0);
    await expect(desk.getByText("Erase contact")).toHaveCount(0);
  });
}

test.describe("with a mail server", () => {
  test.use({ flags: ["--smtp-url", "smtp://127.0.0.1:9/?tls=off", "--mail-from", "shop@example.org"] });

  for (const script of [true, false]) {
    test(`an owner corrects what comes first in a mail (${script ? "with" : "without"} JavaScript)`, async ({ browser, server }) => {
      await addStaff(server, "olive", "owner");
      const desk = await openDesk(browser, server, "olive", "/desk/settings", script);
      await desk.getByRole("link", { name: "E-mails to customers" }).click();
      const form = desk.getByRole("region", { name: "Reminder" });
      const words = form.getByLabel("Your words at the beginning (English)");
      await words.fill("line\n".repeat(16) + "the <last>");
      const answer = desk.waitForResponse((response) => response.request().method() === "POST");
      await form.getByRole("button", { name: "Save" }).click();
      const refused = await answer;
      expect(refused.status()).toBe(422);
      await expect(desk.getByRole("alert")).toContainText("Nothing was saved.");
      await expect(words).toHaveAccessibleDescription("Use at most 15 lines.");
      await expect(words).toHaveValue(/the <last>$/);
      expect(await htmlErrors(await refused.text())).toEqual([]);

      await words.fill("Dear reader,");
      await form.getByLabel("Send this e-mail").uncheck();
      await form.getByRole("button", { name: "Save" }).click();
      await expect(desk.getByText("Saved. It applies from the next e-mail on.")).toBeVisible();
      await expect(words).toHaveValue("Dear reader,");
      await expect(form.getByLabel("Send this e-mail")).not.toBeChecked();
    });
  }
});
