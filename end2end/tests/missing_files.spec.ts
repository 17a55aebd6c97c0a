// A page whose script files are gone from the server, or cannot be fetched.

import type { Page } from "@playwright/test";
import { expect, GUIDE, test } from "../support/test.ts";

test("a page of an older build, whose files are gone, is reloaded once", async ({ server, visit }) => {
  const mine = await visit("/cart");
  await mine.says("Live");
  await mine.page.route(/\.wasm$/, (route) => route.fulfill({ status: 404 }), { times: 1 });
  const loads = mine.loads;
  await mine.page.goto(server.url + GUIDE);
  await mine.says("Live");
  expect(mine.loads - loads).toBe(2);

  // If the files stay missing, the page works as without JavaScript, and is not reloaded again.
  await mine.page.route(/\.wasm$/, (route) => route.fulfill({ status: 404 }));
  let refused = 0;
  mine.page.on("response", (response) => (refused += Number(response.status() === 404)));
  await mine.page.goto(server.url + GUIDE);
  await expect.poll(() => refused).toBe(2);
  await mine.page.waitForLoadState("networkidle");
  expect(mine.loads - loads).toBe(4);
  await mine.add().click();
  await mine.showsInCart(true);
});

const notLive = (page: Page) => page.getByText("This page isn’t updating itself right now");

test("a page whose files cannot be fetched stays, says so, and comes alive when they can be", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.page.route(/\.wasm$/, (route) => route.abort());
  const loads = mine.loads;
  await mine.page.reload();
  await expect(notLive(mine.page)).toBeVisible();
  const copies = mine.page.getByLabel("Copies");
  await copies.fill("3");
  await mine.page.unroute(/\.wasm$/);
  await mine.says("Live");
  await expect(notLive(mine.page)).toBeHidden();
  await expect(copies).toHaveValue("3");
  expect(mine.loads - loads, "the page should not be loaded again").toBe(1);
});

test("a page whose script cannot be fetched comes alive when it can be", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  const loads = mine.loads;
  await mine.page.route(/\/pkg\/.*\.js$/, (route) => route.abort());
  await mine.page.reload();
  await expect(notLive(mine.page)).toBeVisible();
  await expect(notLive(mine.page)).toBeInViewport();
  await mine.page.unroute(/\/pkg\/.*\.js$/);
  await mine.says("Live");
  await expect(notLive(mine.page)).toBeHidden();
  await mine.add().click();
  await mine.showsInCart(true);
  expect(mine.loads - loads, "the page should not be loaded again").toBe(1);
});

test("a page whose files are slow to arrive says so, and comes alive when they have arrived", async ({ visit }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await mine.page.route(/\.wasm$/, async (route) => {
    await held;
    await route.continue();
  });
  await mine.page.clock.install();
  await mine.page.reload({ waitUntil: "domcontentloaded" });
  await mine.page.clock.runFor(10_000);
  await expect(notLive(mine.page)).toBeHidden();
  await mine.page.clock.runFor(10_000);
  await expect(notLive(mine.page)).toBeVisible();
  release();
  await mine.says("Live");
  await expect(notLive(mine.page)).toBeHidden();
});

test("a page whose WASM stops half-way gives it up, and comes alive with the next attempt", async ({ visit, countingProxy }) => {
  const mine = await visit("/offline", { through: countingProxy });
  await mine.page.clock.install();
  countingProxy.stallsFiles = 1;
  await mine.page.goto(countingProxy.url + GUIDE);
  await expect.poll(() => countingProxy.stallsFiles).toBe(0);
  await mine.page.clock.runFor(20_000);
  await expect(notLive(mine.page)).toBeVisible();
  // Five minutes for the file, and a wait before the next attempt.
  await mine.page.clock.runFor(300_000);
  await expect(async () => {
    await mine.page.clock.runFor(1_000);
    await expect(notLive(mine.page)).toBeHidden({ timeout: 100 });
  }).toPass();
  await mine.says("Live");
});

test("a page whose files are gone is not reloaded once something was typed", async ({ visit }) => {
  const mine = await visit("/cart");
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await mine.page.route(/\.wasm$/, async (route) => {
    await held;
    await route.fulfill({ status: 404 });
  });
  const loads = mine.loads;
  await mine.page.goto(new URL("/", mine.page.url()).href);
  const field = mine.page.getByRole("combobox", { name: "Search by" });
  await field.fill("hours");
  release();
  await expect(notLive(mine.page)).toBeVisible();
  await expect(field).toHaveValue("hours");
  expect(mine.loads - loads).toBe(1);
});
