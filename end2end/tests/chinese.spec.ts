// Chinese texts that need two shoppers or some time: waitlist offers, sales that open, search suggestions.
// Other pages in Chinese are in languages.spec.ts.

import { type BookPage, expect, GUIDE, LAST_COPY, test } from "../support/test.ts";

const locale = "zh-CN";
const live = (book: BookPage) => expect(book.page.getByText("实时更新", { exact: true })).toBeVisible();

test("a copy that comes back is offered in Chinese to a Chinese reader, who accepts it", async ({ visit }) => {
  const owner = await visit(LAST_COPY);
  await owner.says("Live");
  await owner.add().click();
  await owner.showsInCart(true);
  const waiter = await visit(LAST_COPY, { locale });
  await live(waiter);
  await expect(waiter.page.getByText("现有的书都在其他顾客的购物车里")).toBeVisible();
  await waiter.page.getByRole("button", { name: "到货通知我" }).click();
  await expect(waiter.page.getByText("已登记到货通知。")).toBeVisible();
  await owner.remove().click();
  await expect(waiter.page.getByText(/您等的书有货了，为您保留 \d 分钟，请尽快点“我要这本”。/)).toBeVisible();
  // A screen reader reads the title as English, also in the banner on another page and in the cart.
  const inEnglish = waiter.page.locator(".offers a, .cart-line h2").and(waiter.page.locator("[lang=en]"));
  await waiter.page.goto(new URL("/", waiter.page.url()).href);
  await inEnglish.click();
  await waiter.page.getByRole("button", { name: "我要这本" }).click();
  await expect(waiter.page.getByText("您的购物车里有 1 本。")).toBeVisible();
  await waiter.page.goto(new URL("/cart", waiter.page.url()).href);
  await live(waiter);
  await expect(inEnglish).toHaveCount(1);
  expect(waiter.consoleErrors).toEqual([]);
});

for (const javaScriptEnabled of [true, false]) {
  test(`before a sale opens, adding a copy is refused in Chinese ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({
    server,
    visit,
  }) => {
    await server.stop();
    const opens = new Date(Date.now() + 3_600_000).toISOString();
    await server.command("drop", "--book", "definitive-guide-to-the-internet", "--opens", opens, "--limit", "1");
    await server.start();
    const mine = await visit(GUIDE, { locale, javaScriptEnabled });
    if (javaScriptEnabled) await live(mine);
    await expect(mine.page.getByText(/^距开售 (59:\d\d|01:00:00)/)).toBeVisible();
    await expect(mine.page.getByText("每位顾客限购 1 本。")).toBeVisible();
    await expect(mine.page.getByLabel("数量"), "a limit of one copy should need no field").toBeHidden();
    await mine.page.getByRole("button", { name: "加入购物车" }).click();
    await expect(mine.page.getByText("这本书尚未开售。")).toBeVisible();
    await mine.page.goto(server.url);
    await expect(mine.page.getByText(/^\d{4}年\d+月\d+日（星期.）\d\d:\d\d（UTC）开售$/)).toBeVisible();
  });
}

test("search suggestions are in Chinese", async ({ visit }) => {
  const shelf = await visit("/", { locale });
  await live(shelf);
  const field = shelf.page.getByRole("combobox", { name: "按书名、作者或 ISBN 搜索" });
  await field.pressSequentially("definitve");
  const suggestions = shelf.page.getByRole("listbox", { name: "相符的图书" }).getByRole("option");
  await expect(suggestions).toHaveCount(1);
  await expect(suggestions.locator("[lang=en]")).toHaveText("The Definitive Guide to the Internet");
  await field.press("Enter");
  await expect(shelf.page.getByText("找到 1 种与“definitve”相符的图书。")).toBeVisible();
});
