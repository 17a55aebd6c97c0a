// The activity page of the desk: live in two windows, paused, reconnecting, and without JavaScript.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Browser, Page } from "@playwright/test";
import { binary, type Server } from "../support/server.ts";
import { expect, GUIDE, test } from "../support/test.ts";

const PASSWORD = "correct horse battery";

/** Creates an owner account and returns its activity page, in a browser context of its own. */
async function signIn(
  server: Server,
  browser: Browser,
  name: string,
  { javaScriptEnabled = true, url = server.url, clock = false } = {},
): Promise<Page> {
  const args = ["staff", "add", name, "--role", "owner", "--data-dir", server.data];
  const adding = spawn(binary(), args, { stdio: ["pipe", "ignore", "inherit"] });
  // The password is asked for twice.
  adding.stdin.end(`${PASSWORD}\n${PASSWORD}\n`);
  expect(await once(adding, "exit")).toEqual([0, null]);
  const context = await browser.newContext({ javaScriptEnabled, locale: "en-US" });
  const page = await context.newPage();
  if (clock) await page.clock.install();
  await page.goto(`${url}/desk/sign-in?next=/desk/activity`);
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Activity" })).toBeVisible();
  return page;
}

const rows = (page: Page) => page.locator("#movements tr");
const positions = (page: Page) =>
  rows(page).evaluateAll((lines) => lines.map((line) => (line as HTMLElement).dataset.place ?? ""));
const status = (page: Page) => page.locator("#movements-live [role=status]");

test("what shoppers do appears at once, on the pages of two members of staff", async ({ server, visit, browser }) => {
  const [ann, ben] = [await signIn(server, browser, "ann"), await signIn(server, browser, "ben")];
  for (const page of [ann, ben]) {
    await expect(status(page)).toHaveText("Live");
  }
  const before = await rows(ann).count();
  const mine = await visit(GUIDE);
  await mine.says("Live");
  await mine.add().click();
  await mine.showsInCart(true);
  await mine.remove().click();
  await mine.showsInCart(false);
  for (const page of [ann, ben]) {
    await expect(rows(page)).toHaveCount(before + 2);
    await expect(rows(page).first()).toContainText("Hold released");
    await expect(rows(page).nth(1)).toContainText("Held");
    await expect(rows(page).nth(1)).toContainText("+1");
  }
  // The rows that the script adds are the same as those from the server.
  const cells = () =>
    rows(ann)
      .first()
      .locator("td")
      .evaluateAll((cells) =>
        cells.map((cell) => ({
          kind: cell.className,
          label: cell.getAttribute("data-label"),
          link: cell.querySelector("a")?.getAttribute("href"),
          words: cell.textContent.trim(),
        })),
      );
  const live = await cells();
  await ann.reload();
  expect(await cells()).toEqual(live);
});

test("a paused page shows how far behind it is, and misses nothing", async ({ server, browser, othersTake }) => {
  const page = await signIn(server, browser, "ann");
  await expect(status(page)).toHaveText("Live");
  const before = await rows(page).count();
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(status(page)).toHaveText("Paused");
  expect(await othersTake("definitive-guide-to-the-internet", 5)).toEqual(Array(5).fill(200));
  await expect(page.locator(".movements-behind")).toHaveText("5 not shown yet");
  await expect(rows(page)).toHaveCount(before);
  await page.getByRole("button", { name: "Resume" }).click();
  await expect(rows(page)).toHaveCount(before + 5);
  const shown = await positions(page);
  expect(new Set(shown).size).toBe(shown.length);
});

test("after a lost connection the page continues without gaps or repeats", async ({ server, browser, othersTake }) => {
  const page = await signIn(server, browser, "ann");
  await expect(status(page)).toHaveText("Live");
  const before = await positions(page);
  await server.stop();
  await expect(status(page)).toHaveText("Reconnecting");
  await server.start();
  expect(await othersTake("small-hours", 2)).toEqual([200, 200]);
  await expect(status(page)).toHaveText("Live", { timeout: 30_000 });
  await expect(rows(page)).toHaveCount(before.length + 2);
  const shown = await positions(page);
  expect(shown.slice(2)).toEqual(before);
});

test("a page keeps no more than 500 rows", async ({ server, browser }) => {
  test.slow();
  const page = await signIn(server, browser, "ann");
  await expect(status(page)).toHaveText("Live");
  const cookie = (await fetch(server.url)).headers.getSetCookie().map((whole) => whole.split(";")[0]).join("; ");
  const post = async (action: string) => {
    const body = new URLSearchParams({ book: "small-hours" });
    const answer = await fetch(`${server.url}/api/${action}`, { method: "POST", headers: { cookie }, body });
    expect(answer.status, await answer.text()).toBe(200);
  };
  for (let turn = 0; turn < 260; turn++) {
    await post("add_to_cart");
    await post("remove_from_cart");
  }
  await expect(rows(page)).toHaveCount(500);
  await expect(rows(page).first()).toContainText("Hold released");
});

test("signing out in another tab is shown on the page", async ({ server, browser }) => {
  const page = await signIn(server, browser, "ann");
  await expect(status(page)).toHaveText("Live");
  const other = await page.context().newPage();
  await other.goto(`${server.url}/desk/activity`);
  await other.getByRole("button", { name: "Sign out" }).click();
  await expect(status(page)).toHaveText("You’ve been signed out.");
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";

  test(`the ledger is paged, filtered and exported (${how})`, async ({ server, browser, othersTake }) => {
    expect(await othersTake("definitive-guide-to-the-internet", 9)).toHaveLength(9);
    const page = await signIn(server, browser, "ann", { javaScriptEnabled });
    await page.getByLabel("Book ID", { exact: true }).fill("definitive-guide-to-the-internet");
    await page.getByLabel("Held").check();
    await page.getByRole("button", { name: "Apply" }).click();
    await expect(page).toHaveURL(/book=definitive-guide-to-the-internet/);
    await expect(rows(page)).toHaveCount(9);
    await expect(page.getByLabel("Held")).toBeChecked();
    const download = page.waitForEvent("download");
    await page.getByRole("link", { name: "CSV" }).click();
    const file = readFileSync(await (await download).path(), "utf8");
    expect(file.trim().split("\r\n")).toHaveLength(10);
    await page.getByRole("link", { name: "Clear filters" }).click();
    await expect(rows(page).last()).toContainText("Opening stock");
  });
}

test("the page fits a narrow screen", async ({ server, browser, othersTake }) => {
  expect(await othersTake("small-hours", 1)).toEqual([200]);
  const page = await signIn(server, browser, "ann");
  await page.setViewportSize({ width: 320, height: 640 });
  await page.reload();
  await expect(status(page)).toHaveText("Live");
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(320);
});

test("a stream that stalls without closing is noticed, and no movement is missed", async ({ server, countingProxy, othersTake, browser }) => {
  const ann = await signIn(server, browser, "ann", { url: countingProxy.url, clock: true });
  await expect(status(ann)).toHaveText("Live");
  const before = await rows(ann).count();
  countingProxy.stallSockets();
  await othersTake("definitive-guide-to-the-internet", 1);
  await ann.clock.runFor(44_000);
  await expect(rows(ann)).toHaveCount(before);
  // The page waits for two missed heartbeats and a little more, and then for a random time.
  await expect(async () => {
    await ann.clock.runFor(500);
    await expect(rows(ann)).toHaveCount(before + 1, { timeout: 200 });
  }).toPass();
  await expect(status(ann)).toHaveText("Live");
});
