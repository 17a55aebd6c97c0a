// Every state of every page, wide, narrow and by lamplight, into docs/pictures.

import { resolve } from "node:path";
import { GUIDE, LAST_COPY, test } from "../support/test.ts";

const folder = resolve(import.meta.dirname, "../../docs/pictures");

const views = [
  { name: "", width: 1280, height: 840, colorScheme: "light" },
  { name: "-narrow", width: 360, height: 740, colorScheme: "light" },
  { name: "-dark", width: 1280, height: 840, colorScheme: "dark" },
] as const;

for (const { name, width, height, colorScheme } of views) {
  test(`pictures${name}`, async ({ server, browser, othersTake }) => {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme });
    const page = await context.newPage();
    const take = async (picture: string, path?: string) => {
      if (path) await page.goto(server.url + path);
      if (path !== "/cart") await page.getByText("Live", { exact: true }).waitFor();
      await page.waitForLoadState("networkidle");
      await page.screenshot({ path: `${folder}/${picture}${name}.png` });
    };
    await take("shelf", "/");
    await take("book", GUIDE);
    await page.getByRole("button", { name: "Add to Cart" }).click();
    await page.getByText("One copy is in your cart.").waitFor();
    await take("in-cart");
    await take("cart", "/cart");
    await page.getByLabel("Name").fill("Ann");
    await page.getByLabel("E-mail or telephone").fill("ann@example.org");
    await page.getByRole("button", { name: "Reserve" }).click();
    await page.getByRole("heading", { name: /^Order/ }).waitFor();
    await page.screenshot({ path: `${folder}/order${name}.png` });
    await othersTake("birds-seen-from-a-desk", 1);
    await take("sold-out", LAST_COPY);
  });
}
