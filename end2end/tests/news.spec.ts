// What somebody at the desk says to everybody is on every open page.

import type { Page } from "@playwright/test";
import { atDesk, employ } from "../support/desk.ts";
import { type BookPage, expect, GUIDE, test } from "../support/test.ts";

const SIGNING = "Signing starts in ten minutes";

/** The announcements of a page, as whoever listens to it finds them. */
const news = (page: Page) => page.locator(".news");
const says = (page: Page, words: string) => news(page).getByText(words, { exact: true });

async function announce(clerk: Page, words: string): Promise<void> {
  await clerk.getByLabel("What everybody is told").fill(words);
  await clerk.getByRole("button", { name: "Tell everybody" }).click();
}

async function withdraw(clerk: Page, words: string): Promise<void> {
  await clerk.getByRole("button", { name: `Withdraw “${words}”` }).click();
}

/** Nothing was loaded anew, and nobody complained. */
function stayed(...open: BookPage[]): void {
  expect(open.map(({ loads }) => loads)).toEqual(open.map(() => 1));
  // A browser itself says of a socket that was refused; nobody else complains of anything.
  const complaints = open.flatMap(({ complaints }) => complaints);
  expect(complaints.filter((words) => !words.startsWith("WebSocket connection to"))).toEqual([]);
}

test.beforeEach(async ({ server }) => {
  await employ(server, "olga", "owner");
  await employ(server, "carl", "owner");
});

test("an announcement comes to every open page, and is gone from all when it is withdrawn", async ({
  visit,
  server,
  browser,
  blocked,
}) => {
  const [shelf, book] = [await visit("/"), await visit(GUIDE)];
  const polling = await visit("/cart", { through: blocked });
  const elsewhere = await visit(`/books/small-hours`, { locale: "zh-CN" });
  await shelf.says("Live");
  await book.says("Live");
  await polling.says("Live, polling");
  await expect(elsewhere.page.locator(".connection[data-state=live]")).toBeVisible();
  const second = await book.openTab("/");
  await second.says("Live");
  const open = [shelf, book, polling, elsewhere, second];

  const [olga, carl] = [
    await atDesk(browser, server, "olga", "/desk/news"),
    await atDesk(browser, server, "carl", "/desk/news"),
  ];
  await announce(carl, SIGNING);
  await Promise.all(open.map(({ page }) => expect(says(page, SIGNING)).toBeVisible()));
  await expect(carl.getByText("Everybody is told.")).toBeVisible();

  // Whoever comes later, and whoever has no script.
  const [late, plain] = [await visit(GUIDE), await visit(GUIDE, { javaScriptEnabled: false })];
  await expect(says(late.page, SIGNING)).toBeVisible();
  await expect(says(plain.page, SIGNING)).toBeVisible();
  await late.says("Live");
  await expect(says(late.page, SIGNING)).toHaveCount(1);

  // Two at once, from two at the desk.
  await olga.reload();
  await announce(olga, "Tea is served");
  for (const { page } of [...open, late]) await expect(says(page, "Tea is served")).toBeVisible();

  await withdraw(olga, SIGNING);
  for (const { page } of [...open, late]) {
    await expect(says(page, SIGNING)).toBeHidden();
    await expect(says(page, "Tea is served")).toBeVisible();
  }
  await plain.page.reload();
  await expect(says(plain.page, SIGNING)).toBeHidden();
  await expect(says(plain.page, "Tea is served")).toBeVisible();
  stayed(...open, late);
});

test("it is said politely, each once, and moves nothing that is being read", async ({ visit, server, browser }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  const carl = await atDesk(browser, server, "carl", "/desk/news");
  const where = () => mine.page.getByRole("heading", { level: 1 }).boundingBox();
  const before = await where();
  // What is added to or changed in the element is what is read aloud.
  await mine.page.evaluate(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    const region = document.querySelector(".news");
    if (!region) throw new Error("it is there before there is anything to say");
    const look = () => {
      const words = region instanceof HTMLElement ? region.innerText.trim() : "";
      if (said.at(-1) !== words) said.push(words);
    };
    new MutationObserver(look).observe(region, { childList: true, characterData: true, attributes: true, subtree: true });
  });
  await expect(news(mine.page)).toHaveAttribute("aria-live", "polite");
  await expect(news(mine.page)).toHaveAttribute("aria-atomic", "false");
  await announce(carl, SIGNING);
  await expect(says(mine.page, SIGNING)).toBeInViewport();
  await announce(carl, "Tea is served");
  await expect(says(mine.page, "Tea is served")).toBeInViewport();
  expect(await where()).toEqual(before);
  const tea = await says(mine.page, "Tea is served").elementHandle();
  await withdraw(carl, SIGNING);
  await expect(says(mine.page, SIGNING)).toBeHidden();
  expect(await tea?.innerText(), "it stays in its place, and is not said again").toBe("Tea is served");
  expect(await where()).toEqual(before);
  const said = await mine.page.evaluate(() => (window as unknown as { said: string[] }).said);
  expect(said.filter((words) => words === SIGNING)).toHaveLength(1);
  stayed(mine);
});

/** Announces it for one minute: the form's shortest time is ten, but a program may ask for less. */
async function announceForAMinute(clerk: Page, words: string): Promise<void> {
  const key = await clerk.locator("input[name=key]").inputValue();
  const form = { text: words, end: "1", key };
  const sent = await clerk.request.post(new URL("/desk/news", clerk.url()).href, { form });
  expect(sent.ok()).toBe(true);
}

test("it ends by itself at its time, on a page whose connection is lost too", async ({ visit, server, browser }) => {
  const open = [await visit("/healthz"), await visit("/healthz")] as const;
  for (const { page } of open) {
    await page.clock.install();
    await page.goto(server.url + GUIDE);
  }
  const [mine, lost] = open;
  await mine.says("Live");
  await lost.says("Live");
  const carl = await atDesk(browser, server, "carl", "/desk/news");
  await announceForAMinute(carl, SIGNING);
  await expect(says(mine.page, SIGNING)).toBeVisible();
  await expect(says(lost.page, SIGNING)).toBeVisible();
  await lost.page.context().setOffline(true);
  for (const { page } of open) {
    await page.clock.runFor("01:00");
    await expect(says(page, SIGNING)).toBeHidden();
  }
});

// The shop's own clock cannot be put forward: this takes the minute that it takes.
test("whoever comes when it is over is not told", { tag: "@long" }, async ({ visit, server, browser }) => {
  test.setTimeout(120_000);
  const mine = await visit(GUIDE);
  await mine.says("Live");
  const carl = await atDesk(browser, server, "carl", "/desk/news");
  await announceForAMinute(carl, SIGNING);
  await expect(says(mine.page, SIGNING)).toBeVisible();
  await expect(says(mine.page, SIGNING)).toBeHidden({ timeout: 65_000 });
  const late = await visit(GUIDE);
  await late.says("Live");
  await expect(says(late.page, SIGNING)).toBeHidden();
});

test("an announcement is made and withdrawn without script, and sent twice it is one", async ({
  visit,
  server,
  browser,
}) => {
  const mine = await visit("/");
  await mine.says("Live");
  const carl = await atDesk(browser, server, "carl", "/desk/news", false);
  const key = await carl.locator("input[name=key]").inputValue();
  await announce(carl, "<b>Tea</b> & “cake”");
  await expect(carl.getByText("Everybody is told.")).toBeVisible();
  await carl.request.post(`${server.url}/desk/news`, { form: { text: "again", end: "10", key } });
  await expect(says(mine.page, "<b>Tea</b> & “cake”")).toBeVisible();
  await expect(says(mine.page, "again")).toHaveCount(0);
  await withdraw(carl, "<b>Tea</b> & “cake”");
  await expect(carl.getByText("nobody sees it any more")).toBeVisible();
  await expect(says(mine.page, "<b>Tea</b> & “cake”")).toBeHidden();
  stayed(mine);
});
