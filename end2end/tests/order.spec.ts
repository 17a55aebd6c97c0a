// An order's calendar file and its printed page. The page itself is in flows/order.spec.ts.

import { readFileSync } from "node:fs";
import { expect, GUIDE, test, type BookPage } from "../support/test.ts";

async function placeOrder(mine: BookPage, javaScriptEnabled: boolean): Promise<string> {
  if (javaScriptEnabled) await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.page.goto(new URL("/cart", mine.page.url()).href);
  await mine.page.getByLabel("Name").fill("Ann O’Neil");
  await mine.page.getByLabel("E-mail or telephone").fill("ann@example.org");
  await mine.page.getByRole("button", { name: "Place order" }).click();
  await expect(mine.page.getByRole("heading", { name: /^Order/ })).toBeVisible();
  return new URL(mine.page.url()).pathname;
}

const qrCode = (mine: BookPage) => mine.page.getByRole("img", { name: /QR code/ });

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  test(`an order can be added to a calendar (${how})`, async ({ visit }) => {
    const mine = await visit(GUIDE, { javaScriptEnabled });
    const path = await placeOrder(mine, javaScriptEnabled);
    const code = path.split("/").at(-1) ?? "";
    const download = mine.page.waitForEvent("download");
    await mine.page.getByRole("link", { name: "Add to calendar" }).click();
    const file = await (await download).path();
    const event = readFileSync(file, "utf8");
    expect(event).toContain("BEGIN:VEVENT\r\n");
    expect(event).toContain(`UID:${code}@`);
  });

  test(`an order prints on one page, with the code and without buttons (${how})`, async ({ visit }) => {
    const mine = await visit(GUIDE, { javaScriptEnabled });
    await placeOrder(mine, javaScriptEnabled);
    await mine.page.emulateMedia({ media: "print" });
    await expect(qrCode(mine)).toBeVisible();
    await expect(mine.page.getByText("Total $20.00. Pay when you collect.")).toBeVisible();
    await expect(mine.page.getByText("The Definitive Guide to the Internet")).toBeVisible();
    for (const hidden of [mine.page.getByRole("button"), mine.page.locator("header"), mine.page.locator("footer")]) {
      for (const element of await hidden.all()) await expect(element).toBeHidden();
    }
    await expect(mine.page.getByRole("link", { name: "Add to calendar" })).toBeHidden();
    const shot = test.info().outputPath("order-printed.png");
    await mine.page.screenshot({ path: shot, fullPage: true });
    await test.info().attach("printed", { path: shot, contentType: "image/png" });
    for (const format of ["A4", "A6"]) {
      const pdf = (await mine.page.pdf({ format })).toString("latin1");
      expect(pdf.match(/\/Type\s*\/Page\b/g), format).toHaveLength(1);
    }
  });
}
