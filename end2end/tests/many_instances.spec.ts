// Several instances behind nginx, as shoppers in two windows see them.

import { BookPage, count, expect, GUIDE, test } from "../support/test.ts";
import { Cluster } from "../support/cluster.ts";

const many = test.extend<{ cluster: Cluster; window: () => Promise<BookPage> }>({
  cluster: async ({}, use) => {
    const cluster = new Cluster(4);
    await cluster.start();
    await use(cluster);
    await cluster.dispose();
  },

  // Opens a window in a browser context of its own: another cookie, another shopper.
  window: async ({ cluster, browser }, use) => {
    await use(async () => {
      const page = await (await browser.newContext()).newPage();
      const book = new BookPage(page);
      await page.goto(cluster.url + GUIDE);
      await book.says("Live");
      return book;
    });
    await Promise.all(browser.contexts().map((context) => context.close()));
  },
});

/** Pages must be up to date within five seconds. */
const soon = { timeout: 5_000 };

const left = (window: BookPage, copies: number) =>
  expect(window.page.getByText(count(copies), { exact: true })).toBeVisible(soon);

many("two windows are on two instances, and one instance is killed", async ({ cluster, window }) => {
  const first = await window();
  await expect.poll(() => cluster.connectedInstances()).toHaveLength(1);
  const [connected] = await cluster.connectedInstances();
  const second = await window();
  await expect.poll(() => cluster.connectedInstances()).toHaveLength(2);
  await left(first, 10);
  await left(second, 10);

  // The instance is not restarted, so the page has to find another one.
  cluster.preventRestart(connected!);
  cluster.kill(connected!);
  await second.add().click();
  await Promise.all([left(first, 9), left(second, 9)]);
  await second.showsInCart(true);

  await first.add().click();
  await Promise.all([left(first, 8), left(second, 8)]);
  await first.says("Live");
  await second.remove().click();
  await Promise.all([left(first, 9), left(second, 9)]);
  expect(first.loads, "no window should be reloaded").toBe(1);
  cluster.audit();
});

// The server's tests restart a cluster under load; this one shows it from a shopper's view.
many("a shopper orders while all instances are restarted one by one", { tag: "@long" }, async ({ cluster, window }) => {
  many.setTimeout(120_000);
  const buyer = await window();
  const other = await window();
  let restarted = false;
  const restarting = cluster.rollingRestart().finally(() => (restarted = true));
  let copies = 10;
  while (!restarted) {
    await buyer.add().click();
    copies -= 1;
    await Promise.all([left(buyer, copies), left(other, copies)]);
    await buyer.remove().click();
    copies += 1;
    await Promise.all([left(buyer, copies), left(other, copies)]);
  }
  await restarting;

  await buyer.add().click();
  await left(other, 9);
  await buyer.page.getByRole("link", { name: "View cart" }).click();
  await buyer.page.getByLabel("Name").fill("Ann");
  await buyer.page.getByLabel("E-mail or telephone").fill("ann@example.org");
  await buyer.page.getByRole("button", { name: "Place order" }).click();
  await expect(buyer.page).toHaveURL(/\/orders\//);
  await left(other, 9);
  cluster.audit();
});

many("while PostgreSQL is down pages keep their counts, say that they may be old, and catch up afterwards", async ({
  cluster,
  window,
}) => {
  const [first, second, reader] = [await window(), await window(), await window()];
  cluster.stopPostgres();
  for (const page of [first, second]) {
    await page.says("Live, but counts may be out of date");
    await left(page, 10);
  }
  await expect.poll(() => cluster.ready()).toEqual([503, 503, 503, 503]);

  await first.add().click();
  await expect(first.page.getByRole("alert")).toContainText("We’ll keep trying.");
  const answer = await reader.page.goto(cluster.url + GUIDE);
  expect(answer?.status()).toBe(503);
  expect(answer?.headers()["retry-after"]).toBe("1");
  await expect(reader.page.getByRole("heading", { name: "One moment, please" })).toBeVisible();

  cluster.startPostgres();
  await expect.poll(() => cluster.ready()).toEqual([200, 200, 200, 200]);
  await Promise.all([first.says("Live"), second.says("Live")]);

  await reader.page.getByRole("link", { name: "Try again" }).click();
  // The page sends the form again by itself.
  await first.showsInCart(true);
  await Promise.all([left(first, 9), left(second, 9), left(reader, 9)]);
  expect(first.loads, "no window should be reloaded").toBe(1);
  cluster.audit();
});
