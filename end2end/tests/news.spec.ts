// Announcements from the desk appear on every open page.

import type { Page } from "@playwright/test";
import { addStaff, openDesk } from "../support/desk.ts";
import { type BookPage, expect, GUIDE, test } from "../support/test.ts";

const SIGNING = "Signing starts in ten minutes";

/** A page's live region for announcements. */
const news = (page: Page) => page.locator(".news");
const announcement = (page: Page, text: string) => news(page).getByText(text, { exact: true });

async function announce(clerk: Page, text: string): Promise<void> {
  await clerk.getByLabel("Announcement").fill(text);
  await clerk.getByRole("button", { name: "Publish" }).click();
  await expect(clerk.getByRole("listitem").filter({ hasText: text })).toBeVisible();
}

async function withdraw(clerk: Page, text: string): Promise<void> {
  await clerk.getByRole("button", { name: `Withdraw “${text}”` }).click();
}

/** Asserts that no page was reloaded or logged an error. */
function stayedOpen(...open: BookPage[]): void {
  expect(open.map(({ loads }) => loads)).toEqual(open.map(() => 1));
  // The browser itself reports a WebSocket that was refused.
  const errors = open.flatMap(({ consoleErrors }) => consoleErrors);
  expect(errors.filter((text) => !text.startsWith("WebSocket connection to"))).toEqual([]);
}

test.beforeEach(async ({ server }) => {
  await addStaff(server, "olga", "owner");
  await addStaff(server, "carl", "owner");
});

test("an announcement appears on every open page, and disappears from all when it is withdrawn", async ({
  visit,
  server,
  browser,
  blockingProxy,
}) => {
  const [shelf, book] = [await visit("/"), await visit(GUIDE)];
  const polling = await visit("/cart", { through: blockingProxy });
  const elsewhere = await visit(`/books/small-hours`, { locale: "zh-CN" });
  await shelf.says("Live");
  await book.says("Live");
  await polling.says("Live, polling");
  await expect(elsewhere.page.locator(".connection[data-state=live]")).toBeVisible();
  const second = await book.openTab("/");
  await second.says("Live");
  const open = [shelf, book, polling, elsewhere, second];

  const [olga, carl] = [
    await openDesk(browser, server, "olga", "/desk/news"),
    await openDesk(browser, server, "carl", "/desk/news"),
  ];
  await announce(carl, SIGNING);
  await Promise.all(open.map(({ page }) => expect(announcement(page, SIGNING)).toBeVisible()));
  await expect(carl.getByText("Announcement published.")).toBeVisible();

  // One page is opened later, and one is without JavaScript.
  const [late, plain] = [await visit(GUIDE), await visit(GUIDE, { javaScriptEnabled: false })];
  await expect(announcement(late.page, SIGNING)).toBeVisible();
  await expect(announcement(plain.page, SIGNING)).toBeVisible();
  await late.says("Live");
  await expect(announcement(late.page, SIGNING)).toHaveCount(1);

  // A second one, from another member of staff.
  await olga.reload();
  await announce(olga, "Tea is served");
  for (const { page } of [...open, late]) await expect(announcement(page, "Tea is served")).toBeVisible();

  await withdraw(olga, SIGNING);
  for (const { page } of [...open, late]) {
    await expect(announcement(page, SIGNING)).toBeHidden();
    await expect(announcement(page, "Tea is served")).toBeVisible();
  }
  await plain.page.reload();
  await expect(announcement(plain.page, SIGNING)).toBeHidden();
  await expect(announcement(plain.page, "Tea is served")).toBeVisible();
  stayedOpen(...open, late);
});

test("announcements are read out politely and once each, and do not move the page", async ({ visit, server, browser }) => {
  const mine = await visit(GUIDE);
  await mine.says("Live");
  const carl = await openDesk(browser, server, "carl", "/desk/news");
  const headingBox = () => mine.page.getByRole("heading", { level: 1 }).boundingBox();
  const before = await headingBox();
  // A screen reader reads out what is added to the element or changes in it.
  await mine.page.evaluate(() => {
    const spoken: string[] = [];
    Object.assign(window, { spoken });
    const region = document.querySelector(".news");
    if (!region) throw new Error("the live region must exist before the first announcement");
    const record = () => {
      const text = region instanceof HTMLElement ? region.innerText.trim() : "";
      if (spoken.at(-1) !== text) spoken.push(text);
    };
    new MutationObserver(record).observe(region, { childList: true, characterData: true, attributes: true, subtree: true });
  });
  await expect(news(mine.page)).toHaveAttribute("aria-live", "polite");
  await expect(news(mine.page)).toHaveAttribute("aria-atomic", "false");
  await announce(carl, SIGNING);
  await expect(announcement(mine.page, SIGNING)).toBeInViewport();
  await announce(carl, "Tea is served");
  await expect(announcement(mine.page, "Tea is served")).toBeInViewport();
  expect(await headingBox()).toEqual(before);
  const tea = await announcement(mine.page, "Tea is served").elementHandle();
  await withdraw(carl, SIGNING);
  await expect(announcement(mine.page, SIGNING)).toBeHidden();
  expect(await tea?.innerText(), "the element should stay, so that it is not read out again").toBe("Tea is served");
  expect(await headingBox()).toEqual(before);
  const spoken = await mine.page.evaluate(() => (window as unknown as { spoken: string[] }).spoken);
  expect(spoken.filter((text) => text === SIGNING)).toHaveLength(1);
  stayedOpen(mine);
});

/** Makes an announcement of one minute. The form offers ten or more; the server accepts less. */
async function announceForAMinute(clerk: Page, text: string): Promise<void> {
  const key = await clerk.locator("input[name=key]").inputValue();
  const form = { text, end: "1", key };
  const answer = await clerk.request.post(new URL("/desk/news", clerk.url()).href, { form });
  expect(answer.ok()).toBe(true);
}

test("an announcement ends at its time, also on a page without a connection", async ({ visit, server, browser }) => {
  const open = [await visit(GUIDE, { clock: true }), await visit(GUIDE, { clock: true })] as const;
  const [mine, lost] = open;
  await mine.says("Live");
  await lost.says("Live");
  const carl = await openDesk(browser, server, "carl", "/desk/news");
  await announceForAMinute(carl, SIGNING);
  await expect(announcement(mine.page, SIGNING)).toBeVisible();
  await expect(announcement(lost.page, SIGNING)).toBeVisible();
  await lost.page.context().setOffline(true);
  for (const { page } of open) {
    await page.clock.runFor("01:00");
    await expect(announcement(page, SIGNING)).toBeHidden();
  }
});

// The server's clock cannot be moved, so this takes a minute.
test("a page opened after the end does not show the announcement", { tag: "@long" }, async ({ visit, server, browser }) => {
  test.setTimeout(120_000);
  const mine = await visit(GUIDE);
  await mine.says("Live");
  const carl = await openDesk(browser, server, "carl", "/desk/news");
  await announceForAMinute(carl, SIGNING);
  await expect(announcement(mine.page, SIGNING)).toBeVisible();
  await expect(announcement(mine.page, SIGNING)).toBeHidden({ timeout: 65_000 });
  const late = await visit(GUIDE);
  await late.says("Live");
  await expect(announcement(late.page, SIGNING)).toBeHidden();
});

test("an announcement is made and withdrawn without JavaScript, and sending it twice makes one", async ({
  visit,
  server,
  browser,
}) => {
  const mine = await visit("/");
  await mine.says("Live");
  const carl = await openDesk(browser, server, "carl", "/desk/news", false);
  const key = await carl.locator("input[name=key]").inputValue();
  await announce(carl, "<b>Tea</b> & “cake”");
  await expect(carl.getByText("Announcement published.")).toBeVisible();
  await carl.request.post(`${server.url}/desk/news`, { form: { text: "again", end: "10", key } });
  await expect(announcement(mine.page, "<b>Tea</b> & “cake”")).toBeVisible();
  await expect(announcement(mine.page, "again")).toHaveCount(0);
  await withdraw(carl, "<b>Tea</b> & “cake”");
  await expect(carl.getByText("Announcement withdrawn.")).toBeVisible();
  await expect(announcement(mine.page, "<b>Tea</b> & “cake”")).toBeHidden();
  stayedOpen(mine);
});
