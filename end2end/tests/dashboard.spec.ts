// The page of operations shows the shop's figures and keeps them up to date.

import type { Page } from "@playwright/test";
import { expect, GUIDE, LAST_COPY, test } from "../support/test.ts";
import { signIn } from "../support/desk.ts";

type Figure = "holds" | "orders" | "sockets" | "polls" | "refused";

const now = (page: Page, figure: Figure) => page.locator(`[data-figure=${figure}] .glance-now`);

test("the figures follow what shoppers do", async ({ server, browser, visit, blockingProxy }) => {
  const context = await browser.newContext();
  await signIn(server, context.request, "owner");
  const desk = await context.newPage();
  const consoleErrors: string[] = [];
  desk.on("console", (message) => consoleErrors.push(message.text()));
  let loads = 0;
  desk.on("request", (request) => (loads += Number(request.isNavigationRequest())));
  await desk.goto(`${server.url}/desk/operations`);
  for (const figure of ["holds", "orders", "sockets", "polls", "refused"] as const) {
    await expect(now(desk, figure)).toHaveText("0");
  }

  const ann = await visit(LAST_COPY);
  await ann.says("Live");
  const ben = await visit(LAST_COPY, { through: blockingProxy });
  await ben.says("Live, polling");
  await expect(now(desk, "sockets")).toHaveText("1");
  await expect(now(desk, "polls")).toHaveText("1");

  await ann.add().click();
  await ann.showsInCart(true);
  await expect(now(desk, "holds")).toHaveText("1");
  await expect(desk.getByRole("img", { name: /^Active holds: 1 now, 0 to 1 in the last half hour$/ })).toBeVisible();

  const refused = await ben.page.request.post(`${server.url}/api/add_to_cart`, {
    form: { book: LAST_COPY.replace("/books/", "") },
  });
  expect(refused.status()).toBe(409);
  await expect(now(desk, "refused")).toHaveText("1");
  await expect(desk.getByRole("row", { name: "Sold out, or too few copies" }).getByRole("cell")).toHaveText("1");

  await ann.page.close();
  await expect(now(desk, "sockets")).toHaveText("0");
  expect([loads, consoleErrors]).toEqual([1, []]);
});

test("a page that gets no updates says since when, and recovers", async ({ server, browser }) => {
  const context = await browser.newContext();
  await signIn(server, context.request, "owner");
  const desk = await context.newPage();
  await desk.goto(`${server.url}/desk/operations`);
  // Wait until the page is alive.
  await desk.waitForResponse("**/desk/glance.json");
  await server.stop();
  await expect(desk.getByText(/^Not updated since /)).toBeVisible();
  await server.start();
  await expect(desk.getByText(/^Not updated since /)).toBeHidden();

  // Signing out in another window.
  await context.request.post(`${server.url}/desk/sign-out`, { headers: { accept: "text/html" } });
  await expect(desk.getByText("You’ve been signed out. These figures are no longer updated.")).toBeVisible();
});

test("each instance that answers has a section of its own", async ({ server, browser }) => {
  const context = await browser.newContext();
  await signIn(server, context.request, "owner");
  const desk = await context.newPage();
  let answers = 0;
  await desk.route("**/desk/glance.json", async (route) => {
    const response = await route.fetch();
    const figures = (await response.json()) as { instance: string; figures: { kind: string; now: number }[] };
    // Every second answer comes from another instance.
    if (answers++ % 2 === 0) {
      figures.instance = "192.0.2.7:3002";
      for (const figure of figures.figures) if (figure.kind === "sockets") figure.now = 4321;
    }
    await route.fulfill({ response, json: figures });
  });
  await desk.goto(`${server.url}/desk/operations`);
  const own = desk.locator(`[data-instance="${new URL(server.url).host}"]`);
  const other = desk.locator('[data-instance="192.0.2.7:3002"]');
  await expect(other.getByRole("heading")).toHaveText("Pages connected to 192.0.2.7:3002");
  await expect(other.locator("[data-figure=sockets] .glance-now")).toHaveText("4321");
  await expect.poll(() => answers).toBeGreaterThan(3);
  await expect(own.locator("[data-figure=sockets] .glance-now")).toHaveText("0");
  await expect(desk.locator("[data-instance]")).toHaveCount(2);
  // A request may be pending.
  await desk.unrouteAll({ behavior: "ignoreErrors" });
});

test("without JavaScript the figures are as old as the page", async ({ server, browser, othersTake }) => {
  await othersTake(GUIDE.replace("/books/", ""), 3);
  const context = await browser.newContext({ javaScriptEnabled: false });
  await signIn(server, context.request, "owner");
  const desk = await context.newPage();
  await desk.goto(`${server.url}/desk/operations`);
  await expect(now(desk, "holds")).toHaveText("3");
  await expect(desk.getByRole("img")).toHaveCount(5);
});
