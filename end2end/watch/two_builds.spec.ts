// A shop that is built again while pages of the last build are open.

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { addStaff, openDesk } from "../support/desk.ts";
import { Server } from "../support/server.ts";
import { GUIDE } from "../support/shop.ts";
import { copy, copyProject, toolchain } from "./copy.ts";

/** The changed files, with their original content. */
const changed = new Map<string, string>();
const server = new Server();

// A hook also runs after a timeout.
test.afterEach(async () => {
  for (const [path, content] of changed) writeFileSync(path, content);
  await server.dispose();
});

function build(): void {
  execFileSync("cargo", ["leptos", "build"], {
    cwd: copy,
    stdio: "inherit",
    env: { ...process.env, RUSTUP_TOOLCHAIN: toolchain() },
  });
}

function change(file: string, from: string, to: string): void {
  const path = join(copy, file);
  const content = readFileSync(path, "utf8");
  expect(content, file).toContain(from);
  if (!changed.has(path)) changed.set(path, content);
  writeFileSync(path, content.replace(from, to));
}

/** The names of the files in `/pkg` that a page has loaded, from the network or the cache. */
const files = (page: Page) =>
  page.evaluate(() => {
    const loaded = performance.getEntriesByType("resource").map(({ name }) => new URL(name).pathname);
    return loaded.filter((path) => /^\/pkg\/.*\.(js|wasm)$/.test(path)).sort();
  });

test("a browser with the files of one build still works after the next", async ({ browser }) => {
  copyProject();
  build();
  process.env.BURTS_BIN = join(copy, "target/debug/burts-books");
  await server.start();
  await addStaff(server, "clare", "owner");
  const shop = await (await browser.newContext()).newPage();
  await shop.goto(server.url + GUIDE);
  await expect(shop.getByText("Live", { exact: true })).toBeVisible();
  const desk = await openDesk(browser, server, "clare", "/desk/activity");
  await expect(desk.getByRole("status")).toHaveText("Live");
  // The page of the first build, as a browser may keep it.
  const kept = await (await shop.request.get(server.url + GUIDE)).text();
  const before = { shop: await files(shop), desk: await files(desk) };
  expect([before.shop.length, before.desk.length]).toEqual([2, 2]);

  // One literal in a file of the shop's, and one in a file of the desk's.
  change("app/src/connection/badge.rs", 'class="connection"', 'class="connection other"');
  change("app/src/desk/activity/island.rs", 'class="movements-behind"', 'class="movements-behind other"');
  await server.stop();
  build();
  await server.start();

  // The pages of the first build go on working.
  await expect(shop.getByText("Live", { exact: true })).toBeVisible({ timeout: 30_000 });
  await shop.getByRole("button", { name: "Add to cart" }).click();
  await expect(shop.getByRole("button", { name: "Remove from cart" })).toBeVisible();
  await expect(desk.getByRole("status")).toHaveText("Live", { timeout: 30_000 });

  // When they are reloaded, they load the files of the second build, under other names.
  await shop.reload();
  await expect(shop.locator(".connection.other")).toHaveText("Live");
  await desk.reload();
  await expect(desk.getByRole("status")).toHaveText("Live");
  const after = { shop: await files(shop), desk: await files(desk) };
  for (const name of ["shop", "desk"] as const) {
    expect(after[name].length).toBe(2);
    const wasm = (list: string[]) => list.find((path) => path.endsWith(".wasm"));
    expect(wasm(after[name]), name).not.toBe(wasm(before[name]));
  }

  // The page of the first build names files that are gone. It is loaded again, once.
  await shop.route(server.url + GUIDE, (route) => route.fulfill({ body: kept, contentType: "text/html" }), { times: 1 });
  await shop.goto(server.url + GUIDE);
  await expect(shop.locator(".connection.other")).toHaveText("Live");
});
