// The real server, with a port and a data directory of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { once } from "node:events";

/** The binary that BURTS_BIN names, or the newest build. */
export function binary(): string {
  const built = ["quick", "release", "debug"]
    .map((profile) => resolve(import.meta.dirname, `../../target/${profile}/burts-books`))
    .filter((path) => existsSync(path))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  const path = process.env.BURTS_BIN ?? built[0];
  if (!path) throw new Error("no burts-books is built: run `make build`");
  return path;
}

export class Server {
  readonly data = mkdtempSync(join(tmpdir(), "burts-end2end-"));
  /** The server's log so far. */
  log = "";
  private process: ChildProcess | undefined;
  /** What the server has printed since it was last started. */
  private output = "";
  private readonly flags: readonly string[];
  private address = "127.0.0.1:0";

  constructor(flags: readonly string[] = []) {
    this.flags = flags;
  }

  get url(): string {
    return `http://${this.address}`;
  }

  /** Starts the server and waits until it is open. It keeps its address when started again. */
  async start(more: readonly string[] = []): Promise<void> {
    const child = spawn(binary(), ["--listen", this.address, "--data-dir", this.data, ...this.flags, ...more], {
      stdio: ["ignore", "pipe", "pipe"],
      // Avoids requests to the internet: a test that needs a buzz provider brings its own.
      env: { ...process.env, BURTS_BUZZ_URL: "off" },
    });
    this.process = child;
    child.stderr.on("data", (chunk: Buffer) => (this.log += chunk));
    this.output = "";
    this.address = await new Promise<string>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => {
        this.output += chunk;
        const address = this.output.match(/open at http:\/\/(\S+)/)?.[1];
        if (address) resolve(address);
      });
      child.once("exit", (code) => reject(new Error(`the server ended (${code}): ${this.log}`)));
    });
  }

  /** The set-up link, which a shop without staff prints after its address. */
  async setUpLink(): Promise<string> {
    for (;;) {
      const [link] = /http:\/\/\S+\/desk\/set-up\/[0-9a-f]+(?=\s)/.exec(this.output) ?? [];
      if (link !== undefined) return link;
      if (!this.process?.stdout) throw new Error("the server is not running");
      await once(this.process.stdout, "data");
    }
  }

  /** Stops the server and waits until it has ended. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  /** Runs one of the binary's commands on the shop's data. */
  async command(...args: readonly string[]): Promise<void> {
    const child = spawn(binary(), [...args, "--data-dir", this.data], { stdio: "ignore" });
    const [code] = (await once(child, "exit")) as [number];
    if (code !== 0) throw new Error(`${args.join(" ")}: ${code}`);
  }

  async dispose(): Promise<void> {
    await this.stop("SIGKILL");
    rmSync(this.data, { recursive: true, force: true });
  }
}
