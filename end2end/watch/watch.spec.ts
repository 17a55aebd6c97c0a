// `cargo leptos watch`: a component is changed, and the open page changes.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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
  for (const file of listed.split("\0").filter(Boolean)) {
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

test("a changed component changes the open page", async ({ page }) => {
  copyProject();
  const data = mkdtempSync(join(tmpdir(), "burts-watch-"));
  const port = await freePort();
  const component = join(copy, "app/src/components/masthead.rs");
  const before = readFileSync(component, "utf8");

  const watch = spawn("cargo", ["leptos", "watch"], {
    cwd: copy,
    // A group of its own, so that the shop it runs ends with it.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      // The binary runs without arguments; only its place is another.
      BURTS_LISTEN: `127.0.0.1:${port}`,
      BURTS_DATA_DIR: data,
      LEPTOS_RELOAD_PORT: `${await freePort()}`,
    },
  });
  let log = "";
  const opened = new Promise<void>((open, failed) => {
    const read = (chunk: Buffer) => {
      log += chunk;
      if (log.includes("Burt's Books is open at")) open();
    };
    watch.stdout.on("data", read);
    watch.stderr.on("data", read);
    watch.once("exit", (code) => failed(new Error(`cargo leptos watch ended (${code}):\n${log}`)));
  });

  try {
    await opened;
    await page.goto(`http://127.0.0.1:${port}/`);
    await expect(page.getByText("Live", { exact: true })).toBeVisible({ timeout: 60_000 });
    await expect(page.getByRole("banner")).toContainText("Burt’s Books");

    writeFileSync(component, before.replace("Burt’s Books", "Burt’s Other Books"));
    await expect(page.getByRole("banner")).toContainText("Burt’s Other Books", { timeout: 5 * 60_000 });
  } catch (error) {
    console.log(log.slice(-4_000));
    throw error;
  } finally {
    writeFileSync(component, before);
    if (watch.exitCode === null && watch.pid) {
      const ended = once(watch, "exit");
      process.kill(-watch.pid, "SIGTERM");
      await ended;
    }
    rmSync(data, { recursive: true, force: true });
  }
});
