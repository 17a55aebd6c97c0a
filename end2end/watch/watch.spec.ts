// `cargo leptos watch`: when a component changes, so does the open page.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { freePort } from "../support/port.ts";
import { copy, copyProject, toolchain } from "./copy.ts";

let watch: ChildProcess | undefined;
let component: { path: string; content: string } | undefined;
const data = mkdtempSync(join(tmpdir(), "burts-watch-"));

// A hook also runs after a timeout.
test.afterEach(async () => {
  if (component) writeFileSync(component.path, component.content);
  if (watch?.pid && watch.exitCode === null) {
    const ended = once(watch, "exit");
    process.kill(-watch.pid, "SIGTERM");
    await ended;
  }
  rmSync(data, { recursive: true, force: true });
});

test("a changed component changes the open page", async ({ page }) => {
  copyProject();
  const port = await freePort();
  const path = join(copy, "app/src/layout/masthead.rs");
  component = { path, content: readFileSync(path, "utf8") };

  watch = spawn("cargo", ["leptos", "watch"], {
    cwd: copy,
    // A process group of its own, so that the server ends with it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      RUSTUP_TOOLCHAIN: toolchain(),
      // cargo-leptos runs the binary without arguments.
      BURTS_LISTEN: `127.0.0.1:${port}`,
      BURTS_DATA_DIR: data,
      LEPTOS_RELOAD_PORT: `${await freePort()}`,
    },
  });
  const { stdout, stderr } = watch;
  if (!stdout || !stderr) throw new Error("the output is not piped");
  let log = "";
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      log += chunk;
      if (log.includes("Burt's Books is open at")) resolve();
      // After a compile error, cargo-leptos would wait for the next change.
      if (log.includes("could not compile")) reject(new Error(log.slice(-8_000)));
    };
    stdout.on("data", read);
    stderr.on("data", read);
    watch?.once("exit", (code) => reject(new Error(`cargo leptos watch ended (${code}):\n${log}`)));
  });

  await page.goto(`http://127.0.0.1:${port}/`);
  await expect(page.getByText("Live", { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("banner")).toContainText("Burt’s Books");

  const changed = component.content.replace("{name}</a>", '"Burt’s Other Books"</a>');
  expect(changed, "the masthead should contain the shop's name").not.toBe(component.content);
  writeFileSync(path, changed);
  await expect(page.getByRole("banner")).toContainText("Burt’s Other Books", { timeout: 5 * 60_000 });
});
