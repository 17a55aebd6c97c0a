// Screenshots for docs/pictures: the shop's pages wide, narrow, dark and in both languages, and the
// pages of the desk that staff use most.

import { resolve } from "node:path";
import { addStaff, openDesk } from "../support/desk.ts";
import { choose } from "../support/upload.ts";
import { mentions, Provider } from "../support/provider.ts";
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
    // Elements are found by selectors, because the language varies.
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
    await page.locator(".buy-news span:not(:empty)").waitFor();
    await take("waiting");
    await context.close();
  });
}

/** New books, a new price, and rows with errors. */
const DELIVERY = `slug,title,author,price,stock
harbour-lights,Harbour Lights,Ines Almeida,18.50,+6
a-year-of-soup,A Year of Soup,Tom Hale,24.00,+4
small-hours,,,17.25,
,A Field Guide to Clouds,,twelve,+2
definitive-guide-to-the-internet,,,,5
`;

test("pictures of the desk", async ({ server, browser, visit, othersTake }) => {
  await addStaff(server, "olive", "owner");
  const reserve = async (path: string, name: string) => {
    const { page } = await visit(path);
    await page.locator("#buy").click();
    await page.locator(".buy-news a").click();
    await page.locator("input[name=name]").fill(name);
    await page.locator("input[name=reach]").fill("ann@example.org");
    await page.locator(".order-form button").click();
    await page.locator(".order-qr").waitFor();
  };
  const page = await openDesk(browser, server, "olive", "/desk/orders");
  await page.setViewportSize(WIDE);
  // Without reduced motion, view transitions would show in the pictures.
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  const take = async (picture: string) => {
    // Remove the focus ring.
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.screenshot({ path: `${folder}/desk-${picture}.png` });
  };
  const open = (path: string) => page.goto(server.url + path);
  await reserve(GUIDE, "Ann O’Neil");
  await reserve("/books/small-hours", "Ben Okafor");
  await reserve("/books/bread-for-eleven-people", "李雷");
  await othersTake("definitive-guide-to-the-internet", 3);
  await othersTake("small-hours", 2);

  await open("/desk/orders");
  await page.getByRole("row").filter({ hasText: "Ben Okafor" }).getByRole("link").click();
  await page.getByRole("button", { name: "Mark as ready" }).click();
  await page.getByText("Marked as ready.").waitFor();
  await take("order");
  await open("/desk/orders");
  await take("orders");
  await open("/desk/stock");
  await take("stock");
  await page.getByRole("row").filter({ hasText: "Definitive Guide" }).getByRole("link").click();
  await page.getByRole("heading", { name: "In carts and orders" }).waitFor();
  await take("book");
  await open("/desk/activity");
  await page.getByText("Live", { exact: true }).waitFor();
  await take("activity");
  await open("/desk/imports");
  const file = { name: "delivery.csv", mimeType: "text/csv", buffer: Buffer.from(DELIVERY) };
  await choose(page.getByLabel("Drop a catalogue file here, or choose one"), file);
  await page.getByRole("button", { name: "Start import" }).waitFor();
  await take("import");
  await open("/desk/imports");
  await take("imports");
  await open("/desk/news");
  await page.getByLabel("Announcement").fill("Signing starts in ten minutes");
  await page.getByRole("button", { name: "Publish" }).click();
  await page.getByText("Announcement published.").waitFor();
  await take("news");
  await open("/desk");
  await take("today");
  await open("/desk/operations");
  await take("glance");
});

const buzzTest = test.extend<{ provider: Provider }>({
  provider: async ({}, use) => {
    const provider = await Provider.start();
    await use(provider);
    provider.stop();
  },
  flags: async ({ provider }, use) => use(["--buzz-url", provider.url]),
});

buzzTest("pictures of the buzz pages", async ({ server, browser, provider, othersTake }) => {
  provider.mentions.set("pants", [
    { secondsAgo: 40, title: "Show: pants that know when it rains", by: "ines" },
    { secondsAgo: 95, title: "Why do all pants have fake pockets?", by: "tomas" },
    { secondsAgo: 130, title: "A history of pants in twelve patents", by: "hana" },
    { secondsAgo: 180, title: "Ask: which pants outlast a bicycle?", by: "salvo" },
    ...mentions(60, 360).map((mention) => ({ ...mention, secondsAgo: mention.secondsAgo + 180 })),
  ]);
  provider.mentions.set("The Definitive Guide to the Internet", mentions(60, 86_400, true));
  provider.mentions.set("Birds Seen from a Desk", mentions(60, 86_400));
  await othersTake("definitive-guide-to-the-internet", 8);
  await othersTake("birds-seen-from-a-desk", 1);
  await addStaff(server, "olive", "owner");
  const page = await openDesk(browser, server, "olive", "/desk/buzz");
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.getByRole("region", { name: "Rising and running out" }).waitFor();
  await page.screenshot({ path: `${folder}/desk-buzz.png` });
  await page.goto(`${server.url}/buzz?q=pants`);
  await page.locator(".buzz-figure").waitFor();
  await page.screenshot({ path: `${folder}/buzz.png` });
});
