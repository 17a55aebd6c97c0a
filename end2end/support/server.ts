// The real binary, on a port and a data directory of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { once } from "node:events";

/** The build that was made last, or the one that BURTS_BIN names. */
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
  /** What the server has written to its log. */
  log = "";
  private process: ChildProcess | undefined;
  private readonly flags: readonly string[];
  private address = "127.0.0.1:0";

  /** A shop that is run with these flags. */
  constructor(flags: readonly string[] = []) {
    this.flags = flags;
  }

  get url(): string {
    return `http://${this.address}`;
  }

  /** Starts it, with more flags if there are any, and waits until it is open; a second start is at the same address. */
  async start(more: readonly string[] = []): Promise<void> {
    const child = spawn(binary(), ["--listen", this.address, "--data-dir", this.data, ...this.flags, ...more], {
      stdio: ["ignore", "pipe", "pipe"],
      // Nobody outside is asked, unless a test brings somebody to ask.
      env: { ...process.env, BURTS_BUZZ_URL: "off" },
    });
    this.process = child;
    child.stderr.on("data", (chunk: Buffer) => (this.log += chunk));
    let said = "";
    this.address = await new Promise<string>((open, failed) => {
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk;
        const address = said.match(/open at http:\/\/(\S+)/)?.[1];
        if (address) open(address);
      });
      child.once("exit", (code) => failed(new Error(`the server ended (${code}): ${this.log}`)));
    });
  }

  /** Stops it as an owner would, and waits until it is gone. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }

  /** One of the owner's commands on the shop's data. */
  async command(...words: readonly string[]): Promise<void> {
    const child = spawn(binary(), [...words, "--data-dir", this.data], { stdio: "ignore" });
    const [code] = (await once(child, "exit")) as [number];
    if (code !== 0) throw new Error(`${words.join(" ")}: ${code}`);
  }

  async dispose(): Promise<void> {
    await this.stop("SIGKILL");
    rmSync(this.data, { recursive: true, force: true });
  }
}
