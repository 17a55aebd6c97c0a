// Covers are sent, a folder of them or some files, and hang in the shop.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { atDesk, employ } from "../support/desk.ts";
import { choose, drop } from "../support/drop.ts";
import { png } from "../support/png.ts";
import { expect, test } from "../support/test.ts";

const IMPORTS = "/desk/imports";
const RED = [200, 30, 40] as const;
const BLUE = [30, 60, 200] as const;

/** Three books that no shop has. */
async function import3(page: Page): Promise<void> {
  const books = ["red-book,The Red Book", "blue-book,The Blue Book", "torn-book,The Torn Book"];
  const list = ["slug,title,author,price,stock", ...books.map((book) => `${book},Somebody,12.00,+3`), ""].join("\n");
  const file = { name: "three.csv", mimeType: "text/csv", buffer: Buffer.from(list) };
  await choose(page.getByLabel("Drop a list here, or choose one"), file);
  await takeIn(page);
}

async function takeIn(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Take it in" }).click();
  await expect(page.getByText("Taken in", { exact: true })).toBeVisible();
}

/** Covers of two of them, what only says that it is a picture, one of no book, and what is none. */
function folder(): { path: string; files: string[] } {
  const path = test.info().outputPath("new covers");
  const contents = [
    ["red-book.png", png(60, 90, RED)],
    ["more/blue-book.png", png(90, 120, BLUE)],
    ["torn-book.png", "I am no picture."],
    ["nobody-wrote-this.png", png(60, 90, RED)],
    ["readme.txt", "Covers of this year."],
  ] as const;
  mkdirSync(join(path, "more"), { recursive: true });
  for (const [name, content] of contents) writeFileSync(join(path, name), content);
  return { path, files: contents.map(([name]) => join(path, name)) };
}

/** How wide a picture is in itself, and the colour of its middle. */
async function look(cover: Locator): Promise<{ width: number; colour: number[] }> {
  await expect.poll(() => cover.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBeGreaterThan(0);
  return cover.evaluate((image: HTMLImageElement) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d");
    context?.drawImage(image, image.naturalWidth / 2, image.naturalHeight / 2, 1, 1, 0, 0, 1, 1);
    return { width: image.naturalWidth, colour: [...(context?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3) };
  });
}

/** Sends them by the form, as whoever has no script does. */
async function sendWithoutScript(page: Page, path: string): Promise<void> {
  await page.getByLabel("Choose a folder of covers").setInputFiles(path);
  const covers = page.locator("details").filter({ hasText: "Choose a folder of covers" });
  await covers.getByRole("button", { name: "Send" }).click();
}

test.beforeEach(async ({ server }) => employ(server, "olive", "owner"));

for (const way of ["a folder that is chosen", "files that are dropped"] as const) {
  test(`covers come as ${way}, and each book has its own`, async ({ server, browser, visit }) => {
    const page = await atDesk(browser, server, "olive", IMPORTS);
    await import3(page);
    const plain = await visit("/books/red-book");
    const cover = (from: Page) => from.locator("img.cover");
    expect((await look(cover(plain.page))).colour, "the shop draws one where none was sent").not.toEqual([...RED]);

    await page.getByRole("link", { name: "Imports", exact: true }).click();
    await page.getByText("Covers", { exact: true }).click();
    const covers = page.getByLabel("Choose a folder of covers");
    const { path, files } = folder();
    if (way === "a folder that is chosen") await choose(covers, path);
    else await drop(covers, ...files);
    const name = way === "a folder that is chosen" ? "new covers" : "covers";
    await expect(page.getByRole("heading", { level: 2, name, exact: true })).toBeVisible();
    await expect(page.getByText("Ready to be taken in")).toBeVisible();
    const counted = (words: string) => page.locator(".import-counts div").filter({ hasText: words }).getByRole("definition");
    await expect(counted("To be changed")).toHaveText("2");
    await expect(counted("Not taken in")).toHaveText("2");
    const row = (file: string) => page.getByRole("row").filter({ hasText: file });
    await expect(row("torn-book.png")).toContainText("This is no picture that can be read. PNG, JPEG and WebP can.");
    await expect(row("nobody-wrote-this.png")).toContainText("There is no book of this name or number.");
    await expect(page.getByText("readme")).toHaveCount(0);
    await takeIn(page);
    await expect(counted("Changed")).toHaveText("2");

    for (const [book, colour] of [["red-book", RED], ["blue-book", BLUE]] as const) {
      const shopper = await visit(`/books/${book}`);
      const seen = await look(cover(shopper.page));
      expect(seen.width).toBeGreaterThan(0);
      for (const [at, part] of colour.entries()) expect(Math.abs((seen.colour[at] ?? 0) - part)).toBeLessThan(8);
    }
    const torn = await visit("/books/torn-book");
    expect((await look(cover(torn.page))).width, "the shop's own").toBe(600);
  });
}

test("a folder without a picture in it says so, and nothing is sent", async ({ server, browser }) => {
  const page = await atDesk(browser, server, "olive", IMPORTS);
  const path = test.info().outputPath("letters");
  mkdirSync(path);
  writeFileSync(join(path, "readme.txt"), "No covers this year.");
  await page.getByText("Covers", { exact: true }).click();
  await choose(page.getByLabel("Choose a folder of covers"), path);
  await expect(page.getByText("There is no picture in it.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("There has been no import yet.")).toBeVisible();
});

test("without script a folder of covers is sent by a form", async ({ server, browser, visit }) => {
  const owner = await atDesk(browser, server, "olive", IMPORTS);
  await import3(owner);
  const page = await atDesk(browser, server, "olive", IMPORTS, false);
  const again = (state: () => Promise<void>) =>
    expect(async () => {
      await page.reload();
      await state();
    }).toPass();
  await page.getByText("Covers", { exact: true }).click();
  await sendWithoutScript(page, folder().path);
  await expect(page.getByRole("heading", { level: 2, name: "new covers", exact: true })).toBeVisible();
  const takeIn = page.getByRole("button", { name: "Take it in" });
  await again(() => expect(takeIn).toBeVisible({ timeout: 1_000 }));
  const row = page.getByRole("row").filter({ hasText: "torn-book.png" });
  await expect(row).toContainText("This is no picture that can be read.");
  await takeIn.click();
  await again(() => expect(page.getByText("Taken in", { exact: true })).toBeVisible({ timeout: 1_000 }));
  const shopper = await visit("/books/blue-book");
  const seen = await look(shopper.page.locator("img.cover"));
  for (const [at, part] of BLUE.entries()) expect(Math.abs((seen.colour[at] ?? 0) - part)).toBeLessThan(8);

  // The same folder from a page with script is the same file.
  await owner.goto(server.url + IMPORTS);
  await owner.getByText("Covers", { exact: true }).click();
  await choose(owner.getByLabel("Choose a folder of covers"), folder().path);
  await expect(owner.getByText("Ready to be taken in")).toBeVisible();
  await expect(owner.getByText("Nothing in this list is new.")).toBeVisible();

  const nothing = test.info().outputPath("letters");
  mkdirSync(nothing);
  writeFileSync(join(nothing, "readme.txt"), "No covers this year.");
  await page.goto(server.url + IMPORTS);
  await page.getByText("Covers", { exact: true }).click();
  await sendWithoutScript(page, nothing);
  await expect(page.getByText("There is no picture in it.")).toBeVisible();
});
