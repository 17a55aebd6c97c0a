// Covers are uploaded, as a folder or as files, and shown in the shop.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Locator, Page } from "@playwright/test";
import { addStaff, openDesk } from "../support/desk.ts";
import { choose, drop } from "../support/upload.ts";
import { png } from "../support/png.ts";
import { expect, test } from "../support/test.ts";

const IMPORTS = "/desk/imports";
const RED = [200, 30, 40] as const;
const BLUE = [30, 60, 200] as const;

/** Imports three new books. */
async function importThreeBooks(page: Page): Promise<void> {
  const books = ["red-book,The Red Book", "blue-book,The Blue Book", "torn-book,The Torn Book"];
  const list = ["slug,title,author,price,stock", ...books.map((book) => `${book},Somebody,12.00,+3`), ""].join("\n");
  const file = { name: "three.csv", mimeType: "text/csv", buffer: Buffer.from(list) };
  await choose(page.getByLabel("Drop a catalogue file here, or choose one"), file);
  await applyImport(page);
}

async function applyImport(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Start import" }).click();
  await expect(page.getByText("Imported", { exact: true })).toBeVisible();
}

/** A folder with covers of two books, a broken image, a cover without a book, and a text file. */
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

/** A picture's natural width and the colour of its centre. */
async function inspect(cover: Locator): Promise<{ width: number; colour: number[] }> {
  await expect.poll(() => cover.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)).toBeGreaterThan(0);
  return cover.evaluate((image: HTMLImageElement) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const context = canvas.getContext("2d");
    context?.drawImage(image, image.naturalWidth / 2, image.naturalHeight / 2, 1, 1, 0, 0, 1, 1);
    return { width: image.naturalWidth, colour: [...(context?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3) };
  });
}

/** Submits the form for a folder of covers. */
async function sendWithoutScript(page: Page, path: string): Promise<void> {
  await page.getByLabel("Choose a folder of covers").setInputFiles(path);
  const covers = page.locator("details").filter({ hasText: "Choose a folder of covers" });
  await covers.getByRole("button", { name: "Upload" }).click();
}

test.beforeEach(async ({ server }) => addStaff(server, "olive", "owner"));

for (const way of ["a chosen folder", "dropped files"] as const) {
  test(`covers are uploaded as ${way}, and each book shows its own`, async ({ server, browser, visit }) => {
    const page = await openDesk(browser, server, "olive", IMPORTS);
    await importThreeBooks(page);
    const before = await visit("/books/red-book");
    const cover = (from: Page) => from.locator("img.cover");
    expect((await inspect(cover(before.page))).colour, "without a cover the shop should draw one").not.toEqual([...RED]);

    await page.getByRole("link", { name: "Imports", exact: true }).click();
    await page.getByText("Covers", { exact: true }).click();
    const covers = page.getByLabel("Choose a folder of covers");
    const { path, files } = folder();
    if (way === "a chosen folder") await choose(covers, path);
    else await drop(covers, ...files);
    const name = way === "a chosen folder" ? "new covers" : "covers";
    await expect(page.getByRole("heading", { level: 2, name, exact: true })).toBeVisible();
    await expect(page.getByText("Ready to import")).toBeVisible();
    const counted = (words: string) => page.locator(".import-counts div").filter({ hasText: words }).getByRole("definition");
    await expect(counted("To be updated")).toHaveText("2");
    await expect(counted("Rejected")).toHaveText("2");
    const row = (file: string) => page.getByRole("row").filter({ hasText: file });
    await expect(row("torn-book.png")).toContainText("We can’t read this picture. Use PNG, JPEG or WebP.");
    await expect(row("nobody-wrote-this.png")).toContainText("There is no book with this ID or ISBN.");
    await expect(page.getByText("readme")).toHaveCount(0);
    await applyImport(page);
    await expect(counted("Updated")).toHaveText("2");

    for (const [book, colour] of [["red-book", RED], ["blue-book", BLUE]] as const) {
      const shopper = await visit(`/books/${book}`);
      const seen = await inspect(cover(shopper.page));
      expect(seen.width).toBeGreaterThan(0);
      for (const [at, part] of colour.entries()) expect(Math.abs((seen.colour[at] ?? 0) - part)).toBeLessThan(8);
    }
    const torn = await visit("/books/torn-book");
    expect((await inspect(cover(torn.page))).width, "the drawn cover should stay").toBe(600);
  });
}

test("a folder without a picture is refused, and nothing is uploaded", async ({ server, browser }) => {
  const page = await openDesk(browser, server, "olive", IMPORTS);
  const path = test.info().outputPath("letters");
  mkdirSync(path);
  writeFileSync(join(path, "readme.txt"), "No covers this year.");
  await page.getByText("Covers", { exact: true }).click();
  await choose(page.getByLabel("Choose a folder of covers"), path);
  await expect(page.getByText("No pictures found.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("No imports yet.")).toBeVisible();
});

test("without JavaScript a form uploads a folder of covers", async ({ server, browser, visit }) => {
  const owner = await openDesk(browser, server, "olive", IMPORTS);
  await importThreeBooks(owner);
  const page = await openDesk(browser, server, "olive", IMPORTS, false);
  const reloadUntil = (state: () => Promise<void>) =>
    expect(async () => {
      await page.reload();
      await state();
    }).toPass();
  await page.getByText("Covers", { exact: true }).click();
  await sendWithoutScript(page, folder().path);
  await expect(page.getByRole("heading", { level: 2, name: "new covers", exact: true })).toBeVisible();
  const apply = page.getByRole("button", { name: "Start import" });
  await reloadUntil(() => expect(apply).toBeVisible({ timeout: 1_000 }));
  const row = page.getByRole("row").filter({ hasText: "torn-book.png" });
  await expect(row).toContainText("We can’t read this picture.");
  await apply.click();
  await reloadUntil(() => expect(page.getByText("Imported", { exact: true })).toBeVisible({ timeout: 1_000 }));
  const shopper = await visit("/books/blue-book");
  const seen = await inspect(shopper.page.locator("img.cover"));
  for (const [at, part] of BLUE.entries()) expect(Math.abs((seen.colour[at] ?? 0) - part)).toBeLessThan(8);

  // Uploaded with JavaScript, the same folder is recognized.
  await owner.goto(server.url + IMPORTS);
  await owner.getByText("Covers", { exact: true }).click();
  await choose(owner.getByLabel("Choose a folder of covers"), folder().path);
  await expect(owner.getByText("Ready to import")).toBeVisible();
  await expect(owner.getByText("There is nothing new in this file.")).toBeVisible();

  const letters = test.info().outputPath("letters");
  mkdirSync(letters);
  writeFileSync(join(letters, "readme.txt"), "No covers this year.");
  await page.goto(server.url + IMPORTS);
  await page.getByText("Covers", { exact: true }).click();
  await sendWithoutScript(page, letters);
  await expect(page.getByText("No pictures found.")).toBeVisible();
});
