// Buzz: how often a title is mentioned, with a provider that answers, is slow, or fails.

import { addStaff, openDesk } from "../support/desk.ts";
import { mentions, Provider } from "../support/provider.ts";
import { Server } from "../support/server.ts";
import { test as base, expect, GUIDE, LAST_COPY } from "../support/test.ts";

const TITLE = "The Definitive Guide to the Internet";

const test = base.extend<{ provider: Provider }>({
  provider: async ({}, use) => {
    const provider = await Provider.start();
    await use(provider);
    provider.stop();
  },
  // A long deadline: tests may release a held answer late.
  flags: async ({ provider }, use) => use(["--buzz-url", provider.url, "--buzz-seconds", "30"]),
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  test.describe(how, () => {
    test("the page appears at once, and the figure follows", async ({ server, browser, provider }) => {
      const context = await browser.newContext({ javaScriptEnabled, locale: "en-GB" });
      const page = await context.newPage();
      provider.mentions.set("pants", [{ secondsAgo: 3, title: "<b>Pants</b> & more", by: "ann" }, ...mentions(99, 360)]);
      provider.behavior = "held";
      await page.goto(`${server.url}/buzz`);
      await page.getByLabel("Title, author or topic").fill("pants");
      await page.getByRole("button", { name: "Look up" }).click({ noWaitAfter: true });

      const waiting = page.getByText("Asking 127.0.0.1…");
      await expect(waiting).toBeVisible();
      await expect(page.getByRole("heading", { name: "“pants”" })).toBeVisible();
      await expect(page.getByLabel("Title, author or topic")).toHaveValue("pants");

      provider.release();
      await expect(page.getByText(/^1[67] times a minute$/)).toBeVisible();
      await expect(waiting).toBeHidden();
      await expect(page.getByText(/^Based on 100 mentions since .* There are no older mentions\./)).toBeVisible();
      const newest = page.getByRole("list").filter({ hasText: "by ann" }).getByRole("listitem");
      await expect(newest).toHaveCount(20);
      await expect(newest.first()).toContainText("Talk no. 0");
      const ann = page.getByRole("link", { name: "<b>Pants</b> & more" });
      await expect(ann).toHaveAttribute("href", "https://news.ycombinator.com/item?id=1000");
      await expect(ann).toHaveAttribute("rel", /noopener/);

      await page.reload();
      await expect(page.getByText(/^1[67] times a minute$/)).toBeVisible();
      expect(provider.queries, "the answer should be cached").toEqual(["pants"]);
    });

    test("errors are shown as a sentence, and the cause is logged", async ({ server, browser, provider }) => {
      const context = await browser.newContext({ javaScriptEnabled, locale: "en-GB" });
      const page = await context.newPage();
      for (const [q, sentence, status] of [
        ["", "Enter a title, author or topic.", 400],
        ["x".repeat(10_000), "That is too long. Use up to 300 characters.", 400],
        ["a\u0000b", "That contains characters that can’t be looked up.", 400],
        ["nobody", "No mentions on 127.0.0.1.", 200],
      ] as const) {
        const answer = await page.goto(`${server.url}/buzz?q=${encodeURIComponent(q)}`);
        expect(answer?.status()).toBe(status);
        await expect(page.getByText(sentence)).toBeVisible();
      }
      expect(provider.queries).toEqual(["nobody"]);
      provider.behavior = "html";
      await page.goto(`${server.url}/buzz?q=html`);
      await expect(page.getByText("We couldn’t read the answer from 127.0.0.1.")).toBeVisible();
      expect(server.log).toContain("does not follow the search API");
      provider.behavior = "error";
      await page.goto(`${server.url}/buzz?q=error`);
      await expect(page.getByText("We couldn’t read the answer from 127.0.0.1.")).toBeVisible();
      expect(server.log).toContain("status 500");
      for (const other of ["a", "b", "c", "d", "e", "f", "g", "h"]) {
        await page.goto(`${server.url}/buzz?q=${other}`);
      }
      const queries = provider.queries.length;
      await page.goto(`${server.url}/buzz?q=another`);
      await expect(page.getByText("127.0.0.1 isn’t answering right now.")).toBeVisible();
      expect(provider.queries.length, "the provider should get no more requests").toBe(queries);
      await page.goto(`${server.url}${GUIDE}`);
      await expect(page.getByText("10 in stock")).toBeVisible();
    });
  });
}

test("a book's page does not wait for the provider, and shows the figure when it arrives", async ({ provider, visit }) => {
  provider.mentions.set(TITLE, mentions(48, 86_400));
  provider.behavior = "held";
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.showsLeft(10);
  const line = mine.page.getByRole("link", { name: "How often is it being talked about?" });
  await expect(line).toBeVisible();
  await mine.add().click();
  await mine.showsInCart(true);

  provider.release();
  await expect(mine.page.getByRole("link", { name: "Mentioned 2.0 times an hour" })).toBeVisible();
  // The next page is rendered with the figure.
  const without = await visit(GUIDE, { javaScriptEnabled: false });
  await without.page.getByRole("link", { name: "Mentioned 2.0 times an hour" }).click();
  await expect(without.page.getByRole("heading", { name: `“${TITLE}”` })).toBeVisible();
  expect(provider.queries).toEqual([TITLE]);
  expect(mine.consoleErrors).toEqual([]);
});

test("the desk shows books that are mentioned more and more and are running out", async ({ server, browser, provider, othersTake }) => {
  provider.mentions.set(TITLE, mentions(60, 86_400, true));
  provider.mentions.set("Birds Seen from a Desk", mentions(60, 86_400));
  await othersTake(GUIDE.replace("/books/", ""), 8);
  await othersTake(LAST_COPY.replace("/books/", ""), 1);
  await addStaff(server, "carl", "clerk");
  provider.behavior = "held";
  const page = await openDesk(browser, server, "carl", "/desk");
  await page.getByRole("link", { name: "Buzz" }).first().click({ noWaitAfter: true });
  await expect(page.getByText("Asking 127.0.0.1 about 2 titles…")).toBeVisible();
  provider.release();
  const rising = page.getByRole("region", { name: "Rising and running out" });
  await expect(rising.getByRole("row", { name: /^The Definitive Guide to the Internet 2 8 2 days 2\.5 times an hour$/ })).toBeVisible();
  await expect(rising.getByRole("row")).toHaveCount(2);
  const others = page.getByRole("region", { name: "Running out, not rising" });
  await expect(others.getByRole("row", { name: /^Birds Seen from a Desk 0 1 None left 2\.5 times an hour$/ })).toBeVisible();
});

test("a shop without a provider has no buzz page", async ({ browser }) => {
  const server = new Server(["--buzz-url", "off"]);
  await server.start();
  try {
    const page = await browser.newPage();
    const answer = await page.goto(`${server.url}/buzz?q=pants`);
    expect(answer?.status()).toBe(404);
    await expect(page.getByText("Buzz is switched off in this shop.")).toBeVisible();
    await page.goto(`${server.url}${GUIDE}`);
    await expect(page.getByRole("link", { name: /talked about/ })).toHaveCount(0);
  } finally {
    await server.dispose();
  }
});
