// `cargo leptos watch`: when a component changes, so does the open page.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "@playwright/test";
import { freePort } from "../support/port.ts";

const project = resolve(import.meta.dirname, "../..");
/**
 * A copy of the project, so that the developer's files are not touched. It keeps its build. It is not
 * in `target`, because cargo-leptos ignores changes to files that git ignores.
 */
const copy = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "burts-books/watch");

/** Updates the copy. Unchanged files keep their time, so they are not compiled again. */
function copyProject(): void {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: project,
    encoding: "utf8",
  });
  const files = listed.split("\0").filter((file) => file && existsSync(join(project, file)));
  // Remove files that were renamed or deleted: they would be compiled, too.
  mkdirSync(copy, { recursive: true });
  const kept = new Set([...files, "Cargo.lock"].map((file) => join(copy, file)));
  for (const entry of readdirSync(copy, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const compiled = path.startsWith(join(copy, "target"));
    if (entry.isFile() && !compiled && !kept.has(path)) rmSync(path);
  }
  for (const file of files) {
    const [from, to] = [join(project, file), join(copy, file)];
    const content = readFileSync(from);
    try {
      if (statSync(to).isFile() && readFileSync(to).equals(content)) continue;
    } catch {
      mkdirSync(dirname(to), { recursive: true });
    }
    cpSync(from, to);
  }
}

let watch: ChildProcess | undefined;
let component: { path: string; content: string } | undefined;
const data = mkdtempSync(join(tmpdir(), "burts-watch-"));

// Also after a timeout.
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
  // The copy is outside the project, where another toolchain may be the default.
  const toolchain = execFileSync("rustup", ["show", "active-toolchain"], { cwd: project, encoding: "utf8" });

  watch = spawn("cargo", ["leptos", "watch"], {
    cwd: copy,
    // A process group of its own, so that the server ends with it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      RUSTUP_TOOLCHAIN: toolchain.split(" ")[0],
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
      // cargo-leptos would wait for the next change.
      if (log.includes("could not compile")) reject(new Error(log.slice(-8_000)));
    };
    stdout.on("data", read);
    stderr.on("data", read);
    watch?.once("exit", (code) => reject(new Error(`cargo leptos watch ended (${code}):\n${log}`)));
  });

  await page.goto(`http://127.0.0.1:${port}/`);
  await expect(page.getByText("Live", { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("banner")).toContainText("Burt’s Books");

  const changed = component.content.replace("{SHOP_NAME}</a>", '"Burt’s Other Books"</a>');
  expect(changed, "the masthead is as this test expects it").not.toBe(component.content);
  writeFileSync(path, changed);
  await expect(page.getByRole("banner")).toContainText("Burt’s Other Books", { timeout: 5 * 60_000 });
});
