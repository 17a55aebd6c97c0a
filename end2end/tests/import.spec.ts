// Importing lists of books: upload, check, apply.

import { writeFileSync } from "node:fs";
import { type Page } from "@playwright/test";
import { addStaff, openDesk } from "../support/desk.ts";
import { choose, drop, dropAttachment } from "../support/upload.ts";
import { type Server } from "../support/server.ts";
import { expect, GUIDE, test } from "../support/test.ts";

const IMPORTS = "/desk/imports";

/** A list of new books; a long one has long rows, so that its upload takes a while. */
function list(rows: number): { name: string; mimeType: string; buffer: Buffer } {
  const words = "A paragraph about what is in it. ".repeat(rows > 1_000 ? 40 : 1);
  const lines = Array.from({ length: rows }, (_, row) => `imported-${row},"Imported, ${row}",Somebody,${words},${row % 50}.50,+2`);
  const text = ["slug,title,author,description,price,stock", ...lines, ""].join("\n");
  return { name: "list.csv", mimeType: "text/csv", buffer: Buffer.from(text) };
}

async function open(server: Server, page: Page, slug: string): Promise<void> {
  await page.goto(`${server.url}/books/${slug}`);
}

const FULL_SPEED = -1;

/** Limits a page's upload speed. */
async function limitUpload(page: Page, bytesPerSecond: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 5,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  });
}

test.beforeEach(async ({ server }) => addStaff(server, "olive", "owner"));

for (const javaScriptEnabled of [true, false]) {
  test(`a list is uploaded, checked and applied (${javaScriptEnabled ? "with" : "without"} JavaScript)`, async ({
    server,
    browser,
  }) => {
    const page = await openDesk(browser, server, "olive", IMPORTS, javaScriptEnabled);
    const file = list(200);
    file.buffer = Buffer.concat([file.buffer, Buffer.from("imported-3,Twice,,,1,\n,No price,,,,\n<b>bold</b>,X,,,1,\n")]);
    const where = page.getByLabel("Drop a catalogue file here, or choose one");
    if (javaScriptEnabled) {
      await choose(where, file);
    } else {
      await where.setInputFiles(file);
      await page.getByRole("button", { name: "Upload" }).click();
    }
    await expect(page.getByRole("heading", { name: "list.csv" })).toBeVisible();
    await expect(async () => {
      if (!javaScriptEnabled) await page.reload();
      await expect(page.getByRole("button", { name: "Start import" })).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await expect(page.getByRole("row", { name: "203 price A new book needs this." })).toBeVisible();
    await expect(page.getByText("This is the same book as in row 5.")).toBeVisible();
    await expect(page.getByRole("cell", { name: "<b>bold</b>" })).toBeVisible();

    await page.getByRole("button", { name: "Start import" }).click();
    await expect(async () => {
      if (!javaScriptEnabled) await page.reload();
      await expect(page.getByText("Imported", { exact: true })).toBeVisible({ timeout: 1_000 });
    }).toPass();
    await open(server, page, "imported-199");
    await expect(page.getByRole("heading", { name: "Imported, 199" })).toBeVisible();
  });
}

test("a dropped list is uploaded, and so is a dropped mail attachment", async ({ server, browser, visit }) => {
  const page = await openDesk(browser, server, "olive", IMPORTS);
  const where = page.getByLabel("Drop a catalogue file here, or choose one");
  const path = test.info().outputPath("dropped.csv");
  writeFileSync(path, list(3).buffer);
  await drop(where, path);
  await expect(page.getByRole("heading", { name: "dropped.csv" })).toBeVisible();
  await page.getByRole("button", { name: "Start import" }).click();
  await expect(page.getByText("Imported", { exact: true })).toBeVisible();
  const shopper = await visit("/books/imported-2");
  await shopper.showsLeft(2);
  await shopper.says("Live");

  await page.getByRole("link", { name: "All imports" }).click();
  await dropAttachment(where, "attached.csv", "slug,stock\nimported-2,+4\n");
  await expect(page.getByRole("heading", { name: "attached.csv" })).toBeVisible();
  await page.getByRole("button", { name: "Start import" }).click();
  await shopper.showsLeft(6);
  expect(shopper.loads).toBe(1);
});

test("an upload can be paused, and resumes by itself when the server is back", async ({ server, browser }) => {
  const page = await openDesk(browser, server, "olive", IMPORTS);
  await limitUpload(page, 1_000_000);
  await choose(page.getByLabel("Drop a catalogue file here, or choose one"), list(4_000));
  const progress = page.getByRole("progressbar");
  const sent = async () => Number(await progress.evaluate((bar: HTMLProgressElement) => bar.value));
  await expect.poll(sent).toBeGreaterThan(0);
  await expect(page.getByText(/per second, about .* left/)).toBeVisible();

  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText(/Paused/)).toBeVisible();
  // The part in transit still arrives.
  let before = -1;
  await expect
    .poll(async () => {
      const [last, now] = [before, await sent()];
      before = now;
      return now === last;
    }, { intervals: [1_000] })
    .toBe(true);
  await page.getByRole("button", { name: "Resume" }).click();
  await expect.poll(sent).toBeGreaterThan(before);

  await server.stop("SIGKILL");
  await expect(page.getByText("Connection lost. The upload will continue by itself when the connection is back.")).toBeVisible();
  const received = await sent();
  await server.start();
  await expect.poll(sent).toBeGreaterThan(received);
  await limitUpload(page, FULL_SPEED);
  await expect(page.getByRole("button", { name: "Start import" })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("4000", { exact: true })).toBeVisible();
});

test("an upload whose connection stalls without closing continues over another one", async ({ server, browser, countingProxy }) => {
  const page = await openDesk(browser, countingProxy, "olive", "/desk");
  await page.clock.install();
  await page.goto(countingProxy.url + IMPORTS);
  await limitUpload(page, 1_000_000);
  await choose(page.getByLabel("Drop a catalogue file here, or choose one"), list(4_000));
  const progress = page.getByRole("progressbar");
  await expect.poll(() => progress.evaluate((bar: HTMLProgressElement) => bar.value)).toBeGreaterThan(0);
  const stalled = new Set(countingProxy.sockets);
  countingProxy.stallSockets();
  let seconds = 0;
  await expect(async () => {
    await page.clock.runFor(1_000);
    seconds += 1;
    expect([...countingProxy.sockets].some((socket) => !stalled.has(socket))).toBe(true);
  }).toPass({ intervals: [100] });
  // The page does not wait for 45 s of silence.
  expect(seconds).toBeLessThan(45);
  await limitUpload(page, FULL_SPEED);
  await expect(page.getByRole("button", { name: "Start import" })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("4000", { exact: true })).toBeVisible();
});

test("after a reload the upload resumes with the same file, and refuses another", async ({ server, browser }) => {
  const page = await openDesk(browser, server, "olive", IMPORTS);
  await limitUpload(page, 1_000_000);
  const file = list(4_000);
  await choose(page.getByLabel("Drop a catalogue file here, or choose one"), file);
  const progress = page.getByRole("progressbar");
  const sent = async () => Number(await progress.evaluate((bar: HTMLProgressElement) => bar.value));
  await expect.poll(sent).toBeGreaterThan(0);
  await page.goto(server.url + IMPORTS);
  await page.getByRole("link", { name: "list.csv" }).click();
  await expect(page.getByText("Part of this file has been uploaded.")).toBeVisible();
  await choose(page.getByLabel("Drop a catalogue file here, or choose one"), list(10));
  await expect(page.getByText("This is not the file you were uploading.")).toBeVisible();
  await limitUpload(page, FULL_SPEED);
  await choose(page.getByLabel("Drop a catalogue file here, or choose one"), file);
  await expect(page.getByRole("button", { name: "Start import" })).toBeVisible({ timeout: 60_000 });
});

test("shoppers see an imported count, and their holds stay", async ({ server, browser, visit }) => {
  const ann = await visit(GUIDE);
  await ann.says("Live");
  await ann.add().click();
  await ann.showsInCart(true);
  await ann.showsLeft(9);
  const page = await openDesk(browser, server, "olive", IMPORTS);
  const count = async (copies: number) => {
    await page.goto(server.url + IMPORTS);
    const buffer = Buffer.from(`slug,counted\ndefinitive-guide-to-the-internet,${copies}\n`);
    await choose(page.getByLabel("Drop a catalogue file here, or choose one"), { name: `count-${copies}.csv`, mimeType: "text/csv", buffer });
  };
  await count(0);
  await expect(page.getByText("1 copy is in a cart or an order and can’t be removed.")).toBeVisible();
  await expect(page.getByText("There is nothing new in this file.")).toBeVisible();
  await count(4);
  await page.getByRole("button", { name: "Start import" }).click();
  await expect(page.getByText("Imported", { exact: true })).toBeVisible();
  await ann.showsLeft(3);
  await ann.showsInCart(true);
  expect(ann.loads).toBe(1);
});

test("an upload stops after signing out in another tab, and a file that is not a list is refused", async ({ server, browser }) => {
  const page = await openDesk(browser, server, "olive", IMPORTS);
  const zip = { name: "list.csv", mimeType: "text/csv", buffer: Buffer.from("PK\x03\x04 a workbook") };
  await choose(page.getByLabel("Drop a catalogue file here, or choose one"), zip);
  await expect(page.getByText("This is an archive or a spreadsheet, not a CSV file.")).toBeVisible();

  await page.goto(server.url + IMPORTS);
  await limitUpload(page, 500_000);
  await choose(page.getByLabel("Drop a catalogue file here, or choose one"), list(8_000));
  await expect(page.getByText(/per second, about .* left/)).toBeVisible();
  const other = await page.context().newPage();
  await other.goto(`${server.url}/desk`);
  await other.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByText("You’ve been signed out.")).toBeVisible();
});

test("an open page of a book shows a new title and description by itself", async ({ server, browser, visit }) => {
  const shopper = await visit(GUIDE);
  await shopper.says("Live");
  const page = await openDesk(browser, server, "olive", IMPORTS);
  const lines = ["slug,title,description", "definitive-guide-to-the-internet,The Guide,All of it; once more.", ""];
  const file = { name: "edited.csv", mimeType: "text/csv", buffer: Buffer.from(lines.join("\n")) };
  await choose(page.getByLabel("Drop a catalogue file here, or choose one"), file);
  await page.getByRole("button", { name: "Start import" }).click();
  await expect(shopper.page.getByRole("heading", { level: 1, name: "The Guide" })).toBeVisible();
  await expect(shopper.page.getByText("All of it; once more.")).toBeVisible();
  await expect(shopper.page).toHaveTitle(/^The Guide · /);
  // The islands are still alive.
  await shopper.add().click();
  await shopper.showsInCart(true);
  expect(shopper.loads).toBe(1);
});
