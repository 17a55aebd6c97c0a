// Every state of every page, wide, narrow and by lamplight, in both languages, into docs/pictures.

import { resolve } from "node:path";
import { GUIDE, LAST_COPY, test } from "../support/test.ts";

const folder = resolve(import.meta.dirname, "../../docs/pictures");

const WIDE = { width: 1280, height: 840 };
const NARROW = { width: 360, height: 740 };

const views = [
  { name: "", viewport: WIDE, colorScheme: "light", locale: "en" },
  { name: "-narrow", viewport: NARROW, colorScheme: "light", locale: "en" },
  { name: "-dark", viewport: WIDE, colorScheme: "dark", locale: "en" },
  { name: "-chinese", viewport: WIDE, colorScheme: "light", locale: "zh-CN" },
  { name: "-chinese-narrow", viewport: NARROW, colorScheme: "dark", locale: "zh-CN" },
] as const;

for (const { name, ...view } of views) {
  test(`pictures${name}`, async ({ server, browser, othersTake }) => {
    const context = await browser.newContext(view);
    const page = await context.newPage();
    // What is looked for by its place, because its words are in another language each time.
    const live = page.locator("[data-state=live]");
    const take = async (picture: string) => {
      await page.waitForLoadState("networkidle");
      await page.screenshot({ path: `${folder}/${picture}${name}.png` });
    };
    const open = async (picture: string, path: string) => {
      await page.goto(server.url + path);
      await live.waitFor();
      await take(picture);
    };
    await open("shelf", "/");
    await page.locator("#search").pressSequentially("the");
    await page.locator("#found-at-once li").first().waitFor();
    await take("search");
    await open("book", GUIDE);
    await page.locator("#buy").click();
    await page.locator(".buy-news a").waitFor();
    await take("in-cart");
    await open("cart", "/cart");
    await page.locator("input[name=name]").fill("Ann");
    await page.locator("input[name=reach]").fill("ann@example.org");
    await page.locator(".order-form button").click();
    await page.locator(".order-qr").waitFor();
    await live.waitFor();
    await take("order");
    await othersTake("birds-seen-from-a-desk", 1);
    await open("sold-out", LAST_COPY);
    await page.locator("#buy").click();
    await page.locator(".buy-news:not(:empty)").waitFor();
    await take("waiting");
    await context.close();
  });
}
