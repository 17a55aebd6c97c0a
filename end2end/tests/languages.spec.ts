// English and Simplified Chinese: chosen by the browser, and switched with a button on every page.

import { BookPage, expect, GUIDE, LAST_COPY, test } from "../support/test.ts";

test("a Chinese browser gets Chinese everywhere, after changes and refusals too", async ({ browser, server, othersTake }) => {
  const context = await browser.newContext({ locale: "zh-CN" });
  const mine = new BookPage(await context.newPage());
  const { page } = mine;
  await page.goto(server.url + GUIDE);
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
  await expect(page.getByText("现货 10 本")).toBeVisible();
  await expect(page.getByText("US$20.00")).toBeVisible();
  await expect(page.getByText("实时更新", { exact: true })).toBeVisible();

  await othersTake("definitive-guide-to-the-internet", 7);
  await expect(page.getByText("仅剩 3 本！", { exact: true })).toBeVisible();

  await page.getByLabel("数量").fill("4");
  await page.getByRole("button", { name: "加入购物车" }).click();
  await expect(page.getByRole("alert")).toHaveText("库存不足，没有这么多本了。");
  await page.getByLabel("数量").fill("1");
  await page.getByRole("button", { name: "加入购物车" }).click();
  await expect(page.getByText("您的购物车里有 1 本。")).toBeVisible();

  await page.getByRole("link", { name: "查看购物车" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("我的购物车");
  await expect(page.getByText(/还为您保留 \d+ 分钟/)).toBeVisible();
  await page.getByLabel("取书人姓名").fill("李雷");
  await page.getByLabel("电子邮箱或电话").fill("lilei@example.org");
  await page.getByRole("button", { name: "提交订单" }).click();
  await expect(page.getByText("已下单。")).toBeVisible();
  await expect(page.getByText(/为您保留至 \d{4}年\d+月\d+日（星期.）\d\d:\d\d（UTC）。/)).toBeVisible();
  await page.getByText("取消订单", { exact: true }).click();
  await page.getByRole("button", { name: "确定取消" }).click();
  await expect(page.getByText("已取消。")).toBeVisible();

  await page.goto(server.url);
  await expect(page.getByRole("heading", { name: "在售图书" })).toBeVisible();
  await othersTake("birds-seen-from-a-desk", 1);
  await expect(page.getByText("都在他人购物车里")).toBeVisible();
  expect(mine.consoleErrors.filter((text) => !text.includes("409"))).toEqual([]);

  await page.goto(server.url + LAST_COPY);
  await expect(page.getByRole("button", { name: "到货通知我" })).toBeVisible();
  await page.goto(`${server.url}/no-such-page`);
  await expect(page.getByRole("heading", { name: "找不到此页面" })).toBeVisible();
});

for (const javaScriptEnabled of [true, false]) {
  test(`the language is switched and remembered ${javaScriptEnabled ? "with" : "without"} JavaScript`, async ({ visit }) => {
    const mine = await visit(GUIDE, { javaScriptEnabled });
    const { page } = mine;
    await expect(page.getByRole("button", { name: "Add to cart" })).toBeVisible();
    await page.getByRole("button", { name: "简体中文" }).click();
    await expect(page.getByRole("button", { name: "加入购物车" })).toBeVisible();
    await expect(page).toHaveURL(new RegExp(`${GUIDE}$`));
    await expect(page.locator("html")).toHaveAttribute("lang", "zh-Hans");
    await page.getByRole("link", { name: "Burt’s Books" }).click();
    await expect(page.getByRole("heading", { name: "在售图书" })).toBeVisible();
    await page.getByRole("button", { name: "English" }).click();
    await expect(page.getByRole("heading", { name: "On our shelf" })).toBeVisible();
    expect(mine.consoleErrors).toEqual([]);
  });
}
