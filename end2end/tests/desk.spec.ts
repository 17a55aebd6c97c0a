// At the desk: who comes in, orders and stock, with shoppers' pages open meanwhile.

import { atDesk, employ } from "../support/desk.ts";
import { expect, GUIDE, test } from "../support/test.ts";

const SLUG = "definitive-guide-to-the-internet";

test("a clerk signs in, comes to the page they wanted, and signs out everywhere at once", async ({ browser, server }) => {
  await employ(server, "claude", "clerk");
  const desk = await atDesk(browser, server, "claude", "/desk/orders?of=today");
  await expect(desk.getByText("claude, clerk")).toBeVisible();
  await expect(desk.getByLabel("Which")).toHaveValue("today");
  const second = await desk.context().newPage();
  await second.goto(`${server.url}/desk/stock`);
  await expect(second.getByRole("heading", { level: 1, name: "Stock" })).toBeVisible();
  await desk.getByRole("button", { name: "Sign out" }).click();
  await expect(desk.getByText("You have signed out.")).toBeVisible();
  await second.reload();
  await expect(second.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
});

test("who does not know the password is told so, and not which of the two was wrong", async ({ browser, server }) => {
  await employ(server, "claude", "clerk");
  const page = await (await browser.newContext()).newPage();
  for (const name of ["claude", "nobody"]) {
    await page.goto(`${server.url}/desk`);
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password").fill("not the right one");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toHaveText("That name and password do not go together.");
  }
});

for (const script of [true, false]) {
  test(`an order is scanned, made ready and handed over, and its page follows (${script ? "with" : "without"} script)`, async ({
    browser,
    server,
    visit,
  }) => {
    await employ(server, "claude", "clerk");
    const shopper = await visit(GUIDE);
    await shopper.says("Live");
    await shopper.add().click();
    await shopper.showsInCart(true);
    await shopper.page.getByRole("link", { name: "To the cart" }).click();
    await shopper.page.getByLabel("Name").fill("Ann O’Neil");
    await shopper.page.getByLabel("E-mail or telephone").fill("ann@example.org");
    await shopper.page.getByRole("button", { name: "Reserve", exact: true }).click();
    await expect(shopper.page.getByText("Placed.")).toBeVisible();
    await shopper.says("Live");
    const scanned = shopper.page.url();

    const desk = await atDesk(browser, server, "claude", "/desk/orders", script);
    await expect(desk.getByRole("row").filter({ hasText: "Ann O’Neil" })).toBeVisible();
    // The field has the focus already: a scanner only types.
    await desk.getByRole("searchbox").fill(scanned);
    await desk.getByRole("searchbox").press("Enter");
    await expect(desk.getByText("ann@example.org")).toBeVisible();
    await desk.getByRole("button", { name: "It lies ready" }).click();
    await expect(desk.getByText("The shopper's page says that it is ready.")).toBeVisible();
    await expect(shopper.page.getByText("Ready.")).toBeVisible();
    await desk.getByRole("button", { name: "Hand it over" }).click();
    await expect(desk.getByText("Handed over.")).toBeVisible();
    await expect(shopper.page.getByText("Collected.")).toBeVisible();
    await expect(desk.getByRole("button", { name: "Hand it over" })).toBeHidden();
  });
}

test("stock is followed as shoppers move it, counted, and never counted below what is promised", async ({
  browser,
  server,
  visit,
}) => {
  await employ(server, "claude", "clerk");
  const shopper = await visit(GUIDE);
  await shopper.says("Live");
  const list = await atDesk(browser, server, "claude", "/desk/stock?q=definitive");
  const row = list.getByRole("row").filter({ hasText: "Definitive Guide" });
  await expect(row.getByRole("cell")).toHaveText(["$20.00", "10", "0", "0", "10"]);
  await shopper.add().click();
  await expect(row.getByRole("cell")).toHaveText(["$20.00", "10", "1", "0", "9"]);

  const desk = await list.context().newPage();
  await desk.goto(`${server.url}/desk/stock/${SLUG}`);
  await desk.getByLabel("Copies more, or fewer with a minus").fill("5");
  const why = desk.locator("form", { has: desk.getByRole("button", { name: "Count", exact: true }) }).getByLabel("Why");
  await why.fill("delivery");
  await desk.getByRole("button", { name: "Count", exact: true }).click();
  await expect(desk.getByText("Counted.")).toBeVisible();
  await shopper.showsLeft(14);
  await expect(row.getByRole("cell")).toHaveText(["$20.00", "15", "1", "0", "14"]);
  await desk.getByLabel("Copies more, or fewer with a minus").fill("-15");
  await why.fill("all lost");
  await desk.getByRole("button", { name: "Count", exact: true }).click();
  await expect(desk.getByRole("alert")).toContainText("promised to carts and orders");
  await shopper.showsLeft(14);
});

test("a hold is taken back, and whoever had it is told in the cart that is open", async ({ browser, server, visit }) => {
  await employ(server, "claude", "clerk");
  const shopper = await visit(GUIDE);
  await shopper.says("Live");
  await shopper.add().click();
  await shopper.showsInCart(true);
  const cart = await shopper.openTab("/cart");
  await cart.says("Live");
  const desk = await atDesk(browser, server, "claude", `/desk/stock/${SLUG}`);
  await expect(desk.getByRole("row").filter({ hasText: "in a cart" })).toBeVisible();
  await desk.getByRole("button", { name: "Take back" }).click();
  await expect(desk.getByText("Taken back, and its owner's cart says so.")).toBeVisible();
  await expect(cart.page.getByText("The shop has had to take this back.")).toBeVisible();
  await shopper.showsInCart(false);
  await shopper.showsLeft(10);
  await expect(desk.getByText("Nobody.")).toBeVisible();
});

test("a price is another from now on", async ({ browser, server, visit }) => {
  await employ(server, "claude", "clerk");
  const desk = await atDesk(browser, server, "claude", `/desk/stock/${SLUG}`);
  await desk.getByLabel("Price").fill("24.50");
  await desk.getByRole("button", { name: "Set", exact: true }).click();
  await expect(desk.getByText("It costs this from now on.")).toBeVisible();
  const shopper = await visit(GUIDE);
  await expect(shopper.page.getByText("$24.50")).toBeVisible();
});

test("the desk speaks Chinese to whoever reads that", async ({ browser, server }) => {
  await employ(server, "claude", "clerk");
  const desk = await atDesk(browser, server, "claude", "/desk/stock");
  await desk.getByRole("button", { name: "简体中文" }).click();
  await expect(desk.getByRole("heading", { level: 1 })).toHaveText("库存");
  await desk.getByRole("link", { name: "订单" }).click();
  await expect(desk.getByText("没有订单。")).toBeVisible();
  await desk.getByRole("button", { name: "退出登录" }).click();
  await expect(desk.getByText("您已退出登录。")).toBeVisible();
});
