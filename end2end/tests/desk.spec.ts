// The desk: sign-in, orders and stock, while shoppers' pages are open.

import type { Page } from "@playwright/test";
import { addStaff, openDesk } from "../support/desk.ts";
import { BookPage, expect, GUIDE, test } from "../support/test.ts";

const SLUG = "definitive-guide-to-the-internet";

test("signing in leads to the requested page, and signing out takes effect in every tab at once", async ({ browser, server }) => {
  await addStaff(server, "clare", "owner");
  const desk = await openDesk(browser, server, "clare", "/desk/orders?of=today");
  await expect(desk.getByText("clare, owner")).toBeVisible();
  await expect(desk.getByLabel("Show")).toHaveValue("today");
  const open = async (path: string, heading: string) => {
    const tab = await desk.context().newPage();
    await tab.goto(server.url + path);
    await expect(tab.getByRole("heading", { level: 1, name: heading })).toBeVisible();
    return tab;
  };
  const activity = await open("/desk/activity", "Activity");
  const orders = await open("/desk/orders", "Orders");
  const stock = await open("/desk/stock", "Stock");
  await expect(activity.getByRole("status")).toHaveText("Live");
  await new BookPage(stock).setVisible(false);
  await desk.getByRole("button", { name: "Sign out" }).click();
  await expect(desk.getByText("You’ve signed out.")).toBeVisible();
  await expect(activity.getByRole("status")).toHaveText("You’ve been signed out.");
  await expect(orders.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  // The stock page hears of stock changes only; it checks the session when it is shown.
  await new BookPage(stock).setVisible(true);
  await expect(stock.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
});

test("the order list does not interrupt a sign-out when it finds the session ended", async ({ browser, server }) => {
  await addStaff(server, "clare", "owner");
  const desk = await openDesk(browser, server, "clare", "/desk/orders");
  await desk.route("**/desk/sign-out", async (route) => {
    const answer = await route.fetch({ maxRedirects: 0 });
    // The list is read every five seconds, and is now redirected to the sign-in page. A second read
    // shows that the first was dealt with.
    for (let read = 0; read < 2; read += 1) {
      await desk.waitForResponse((answer) => answer.url().includes("/desk/sign-in?next="));
    }
    await route.fulfill({ response: answer });
  });
  await desk.getByRole("button", { name: "Sign out" }).click();
  await expect(desk.getByText("You’ve signed out.")).toBeVisible();
});

test("a wrong name and a wrong password give the same message", async ({ browser, server }) => {
  await addStaff(server, "clare", "clerk");
  const page = await (await browser.newContext()).newPage();
  for (const name of ["clare", "nobody"]) {
    await page.goto(`${server.url}/desk`);
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Password").fill("not the right one");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toHaveText("The username or password is wrong.");
  }
});

for (const script of [true, false]) {
  test(`an order is scanned, made ready and handed over, and its page follows (${script ? "with" : "without"} JavaScript)`, async ({
    browser,
    server,
    visit,
  }) => {
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
    const scanned = shopper.page.url();

    const desk = await openDesk(browser, server, "clare", "/desk/orders", script);
    await expect(desk.getByRole("row").filter({ hasText: "Ann O’Neil" })).toBeVisible();
    // A scanner types the address of the order.
    await desk.getByRole("searchbox").fill(scanned);
    await desk.getByRole("searchbox").press("Enter");
    await expect(desk.getByText("ann@example.org")).toBeVisible();
    await desk.getByRole("button", { name: "Mark as ready" }).click();
    await expect(desk.getByText("Marked as ready. The shopper’s order page now says so.")).toBeVisible();
    await expect(shopper.page.getByText("Ready to collect.")).toBeVisible();
    await desk.getByRole("button", { name: "Mark as collected" }).click();
    await expect(desk.getByText("Marked as collected.")).toBeVisible();
    await expect(shopper.page.getByText("Collected.")).toBeVisible();
    await expect(desk.getByRole("button", { name: "Mark as collected" })).toBeHidden();

    // The order is no longer open: a search for the name among open orders links to all orders.
    await desk.getByRole("link", { name: "Orders", exact: true }).click();
    await desk.getByRole("searchbox").fill("Ann O’Neil");
    await desk.getByRole("searchbox").press("Enter");
    await desk.getByRole("link", { name: "Search all orders" }).click();
    await expect(desk.getByRole("row").filter({ hasText: "Ann O’Neil" })).toContainText("Collected");
    await expect(desk.getByLabel("Show")).toHaveValue("all");
    await expect(desk.getByRole("searchbox")).toHaveValue("Ann O’Neil");
  });
}

for (const script of [true, false]) {
  const how = script ? "with JavaScript" : "without JavaScript";

  test(`stock follows the shoppers, can be counted, and never falls below the copies in carts and orders (${how})`, async ({
    browser,
    server,
    visit,
  }) => {
    await addStaff(server, "clare", "owner");
    const shopper = await visit(GUIDE);
    await shopper.says("Live");
    const list = await openDesk(browser, server, "clare", "/desk/stock?q=definitive", script);
    const row = list.getByRole("row").filter({ hasText: "Definitive Guide" });
    const counts = async (...cells: string[]) => {
      if (!script) await list.reload();
      await expect(row.getByRole("cell")).toHaveText(["$20.00", ...cells]);
    };
    await counts("10", "0", "0", "10");
    await shopper.add().click();
    await shopper.showsInCart(true);
    await counts("10", "1", "0", "9");

    const desk = await list.context().newPage();
    await desk.goto(`${server.url}/desk/stock/${SLUG}`);
    const count = async (change: string, why: string) => {
      const form = desk.locator("form", { has: desk.getByRole("button", { name: "Save", exact: true }) });
      await form.getByLabel("Add copies (use − to remove)").fill(change);
      await form.getByLabel("Reason").fill(why);
      await form.getByRole("button", { name: "Save", exact: true }).click();
    };
    await count("5", "delivery");
    await expect(desk.getByText("Stock updated.")).toBeVisible();
    await shopper.showsLeft(14);
    await counts("15", "1", "0", "14");
    await count("-2", "found damaged");
    await expect(desk.getByText("Stock updated.")).toBeVisible();
    await shopper.showsLeft(12);
    await counts("13", "1", "0", "12");
    await count("-13", "all lost");
    const refused = desk.getByRole("alert").filter({ hasText: "too few copies would be left for the carts and orders" });
    await expect(refused).toBeVisible();
    await shopper.showsLeft(12);
    const counted = desk.locator("form", { has: desk.getByRole("button", { name: "Save count" }) });
    await counted.getByLabel("Copies counted").fill("12");
    await counted.getByLabel("Reason").fill("counted by hand");
    await counted.getByRole("button", { name: "Save count" }).click();
    await expect(desk.getByText("Stock updated.")).toBeVisible();
    await shopper.showsLeft(11);
    await counts("12", "1", "0", "11");

    // The ledger shows the reason and the member of staff.
    await desk.getByRole("link", { name: "Activity" }).click();
    await expect(desk.getByRole("row").filter({ hasText: "Restocked" })).toContainText("delivery (clare)");
    const corrected = desk.getByRole("row").filter({ hasText: "Count corrected" });
    await expect(corrected.filter({ hasText: "found damaged (clare)" })).toHaveCount(1);
    await expect(corrected.filter({ hasText: "counted by hand (clare)" })).toHaveCount(1);
    expect(shopper.loads).toBe(1);
  });

  test(`a hold is taken back, and its shopper's open cart says so (${how})`, async ({
    browser,
    server,
    visit,
  }) => {
    await addStaff(server, "clare", "clerk");
    const shopper = await visit(GUIDE);
    await shopper.says("Live");
    await shopper.add().click();
    await shopper.showsInCart(true);
    const cart = await shopper.openTab("/cart");
    await cart.says("Live");
    const desk = await openDesk(browser, server, "clare", `/desk/stock/${SLUG}`, script);
    await expect(desk.getByRole("row").filter({ hasText: "In a cart" })).toBeVisible();
    await desk.getByRole("button", { name: "Take back" }).click();
    await expect(desk.getByText("Copies taken back. The shopper’s cart now says so.")).toBeVisible();
    await expect(cart.page.getByText("we’ve had to take back what we were holding for you")).toBeVisible();
    await shopper.showsInCart(false);
    await shopper.showsLeft(10);
    await expect(desk.getByText("None.")).toBeVisible();
    expect([shopper.loads, cart.loads]).toEqual([1, 1]);
  });

  test(`a new price applies from now on, and copies in carts keep the old one (${how})`, async ({
    browser,
    server,
    visit,
  }) => {
    await addStaff(server, "clare", "clerk");
    const early = await visit(GUIDE);
    await early.says("Live");
    await early.add().click();
    await early.showsInCart(true);
    const desk = await openDesk(browser, server, "clare", `/desk/stock/${SLUG}`, script);
    await desk.getByLabel("Price").fill("24.50");
    await desk.getByRole("button", { name: "Save price" }).click();
    await expect(desk.getByText("Price changed.")).toBeVisible();
    await expect(desk.getByText("Anonymous · $24.50")).toBeVisible();
    const late = await visit(GUIDE);
    await expect(late.page.getByText("$24.50")).toBeVisible();
    await early.page.getByRole("link", { name: "View cart" }).click();
    await expect(early.page.getByText("1 × $20.00 (now $24.50; you still pay $20.00)")).toBeVisible();
  });
}

test("where WebSockets are blocked, a page refreshes itself while it is visible, and only then", async ({
  browser,
  server,
  blockingProxy,
  othersTake,
}) => {
  await addStaff(server, "clare", "clerk");
  const path = "/desk/stock?q=definitive";
  const visible = await openDesk(browser, blockingProxy, "clare", path);
  const hidden = await visible.context().newPage();
  await hidden.goto(blockingProxy.url + path);
  const row = (page: Page) => page.getByRole("row").filter({ hasText: "Definitive Guide" }).getByRole("cell");
  const shows = (page: Page, taken: number) =>
    expect(row(page)).toHaveText(["$20.00", "10", `${taken}`, "0", `${10 - taken}`]);
  // Both pages are alive.
  expect(await othersTake(SLUG, 1)).toEqual([200]);
  await shows(visible, 1);
  await shows(hidden, 1);
  await new BookPage(hidden).setVisible(false);
  let reads = 0;
  hidden.on("request", (request) => (reads += Number(new URL(request.url()).pathname === "/desk/stock")));

  for (const taken of [2, 3]) {
    expect(await othersTake(SLUG, 1)).toEqual([200]);
    await shows(visible, taken);
  }
  expect(reads).toBe(0);
  await shows(hidden, 1);
  await new BookPage(hidden).setVisible(true);
  await shows(hidden, 3);
});

test("the desk can be switched to Chinese", async ({ browser, server }) => {
  await addStaff(server, "clare", "clerk");
  const desk = await openDesk(browser, server, "clare", "/desk/stock");
  await desk.getByRole("button", { name: "简体中文" }).click();
  await expect(desk.getByRole("heading", { level: 1 })).toHaveText("库存");
  await desk.getByRole("link", { name: "订单", exact: true }).click();
  await expect(desk.getByText("没有找到订单。")).toBeVisible();
  await desk.getByRole("button", { name: "退出登录" }).click();
  await expect(desk.getByText("您已退出登录。")).toBeVisible();
});

test("a restock whose answer is lost is carried out once, and the page shows its outcome", async ({
  browser,
  server,
  countingProxy,
}) => {
  await addStaff(server, "clare", "clerk");
  const desk = await openDesk(browser, countingProxy, "clare", `/desk/stock/${SLUG}`);
  // Wait until the page is alive.
  await expect.poll(() => countingProxy.sockets.size).toBe(1);
  countingProxy.losesAnswers = Infinity;
  const form = desk.locator("form", { has: desk.getByRole("button", { name: "Save", exact: true }) });
  await form.getByLabel("Add copies (use − to remove)").fill("5");
  await form.getByLabel("Reason").fill("delivery");
  await form.getByRole("button", { name: "Save", exact: true }).click();
  await expect(desk.getByRole("alert").filter({ hasText: "We haven’t had an answer yet" })).toBeVisible();
  countingProxy.losesAnswers = 0;
  await expect(desk.getByText("Stock updated.")).toBeVisible();
  await expect(desk.locator("#commitments")).toContainText("15");
});

test("a restock while the shop is busy is sent again, and carried out once", async ({ browser, server, countingProxy }) => {
  await addStaff(server, "clare", "clerk");
  const desk = await openDesk(browser, countingProxy, "clare", `/desk/stock/${SLUG}`);
  // Wait until the page is alive.
  await expect.poll(() => countingProxy.sockets.size).toBe(1);
  let busy = 2;
  await desk.route(/\/desk\//, async (route) => {
    if (route.request().method() !== "POST" || busy === 0) return route.continue();
    // The first request is carried out, although its answer says that the shop is busy.
    if (busy === 2) await route.fetch({ maxRedirects: 0 });
    busy -= 1;
    await route.fulfill({ status: 303, headers: { location: `/desk/stock/${SLUG}?notice=busy` } });
  });
  const form = desk.locator("form", { has: desk.getByRole("button", { name: "Save", exact: true }) });
  await form.getByLabel("Add copies (use − to remove)").fill("5");
  await form.getByLabel("Reason").fill("delivery");
  await form.getByRole("button", { name: "Save", exact: true }).click();
  await expect(desk.getByRole("alert").filter({ hasText: "We haven’t had an answer yet" })).toBeVisible();
  await expect(desk.getByText("Stock updated.")).toBeVisible();
  await expect(desk.locator("#commitments")).toContainText("15");
  expect(busy).toBe(0);
});
