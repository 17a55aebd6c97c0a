// `cargo leptos watch`: a component is changed, and the open page changes.

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
import { createServer, type AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { expect, test } from "@playwright/test";

const project = resolve(import.meta.dirname, "../..");
/**
 * A copy, so that the developer's own files are not touched. It keeps what it compiled.
 * Not under `target`: cargo-leptos sees no change in what git ignores.
 */
const copy = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "burts-books/watch");

/** Brings the copy up to date; what has not changed keeps its time, and is not compiled again. */
function copyProject(): void {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: project,
    encoding: "utf8",
  });
  const files = listed.split("\0").filter((file) => file && existsSync(join(project, file)));
  // What was renamed or deleted would be compiled too.
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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

let watch: ChildProcess | undefined;
let component: { path: string; content: string } | undefined;
const data = mkdtempSync(join(tmpdir(), "burts-watch-"));

// After a timeout too.
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
  // The copy lies elsewhere, where another toolchain may be the usual one.
  const toolchain = execFileSync("rustup", ["show", "active-toolchain"], { cwd: project, encoding: "utf8" });

  watch = spawn("cargo", ["leptos", "watch"], {
    cwd: copy,
    // A group of its own, so that the shop it runs ends with it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      RUSTUP_TOOLCHAIN: toolchain.split(" ")[0],
      // The binary runs without arguments; only its place is another.
      BURTS_LISTEN: `127.0.0.1:${port}`,
      BURTS_DATA_DIR: data,
      LEPTOS_RELOAD_PORT: `${await freePort()}`,
    },
  });
  const { stdout, stderr } = watch;
  if (!stdout || !stderr) throw new Error("its output is piped");
  let log = "";
  await new Promise<void>((open, failed) => {
    const read = (chunk: Buffer) => {
      log += chunk;
      if (log.includes("Burt's Books is open at")) open();
      // It would wait for somebody to mend it.
      if (log.includes("could not compile")) failed(new Error(log.slice(-8_000)));
    };
    stdout.on("data", read);
    stderr.on("data", read);
    watch?.once("exit", (code) => failed(new Error(`cargo leptos watch ended (${code}):\n${log}`)));
  });

  await page.goto(`http://127.0.0.1:${port}/`);
  await expect(page.getByText("Live", { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("banner")).toContainText("Burt’s Books");

  writeFileSync(path, component.content.replace("Burt’s Books", "Burt’s Other Books"));
  await expect(page.getByRole("banner")).toContainText("Burt’s Other Books", { timeout: 5 * 60_000 });
});
