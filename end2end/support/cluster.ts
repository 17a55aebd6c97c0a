// A whole cluster, as `make cluster` starts it: PostgreSQL, instances, nginx.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { once } from "node:events";
import { binary } from "./server.ts";

const repository = resolve(import.meta.dirname, "../..");

export class Cluster {
  readonly directory = mkdtempSync(join(tmpdir(), "burts-cluster-"));
  url = "";
  private process: ChildProcess | undefined;
  private readonly instances: number;

  constructor(instances: number) {
    this.instances = instances;
  }

  /** Starts it on an address of its own, and waits until it is open. */
  async start(): Promise<void> {
    const options = ["--port", "0", "--until-eof", "--binary", binary(), "--dir", this.directory];
    const script = join(repository, "scripts/cluster");
    const child = spawn(script, [...options, "--instances", `${this.instances}`], {
      stdio: ["pipe", "pipe", "pipe"],
      // Nobody outside is asked.
      env: { ...process.env, BURTS_BUZZ_URL: "off" },
    });
    this.process = child;
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => (said += chunk));
    this.url = await new Promise<string>((open, failed) => {
      child.stdout.on("data", (chunk: Buffer) => {
        said += chunk;
        const url = said.match(/ open at (\S+)/)?.[1];
        if (url) open(url);
      });
      child.once("exit", (code) => failed(new Error(`the cluster ended (${code}): ${said}`)));
    });
  }

  get ports(): number[] {
    return Array.from({ length: this.instances }, (_, number) => 3001 + number);
  }

  /** The instances that pages have sockets with. */
  async underPages(): Promise<number[]> {
    const address = this.url.replace(/:\d+$/, "");
    const open = await Promise.all(
      this.ports.map(async (port) => {
        const metrics = await (await fetch(`${address}:${port}/metrics`)).text();
        const count = (name: string) => Number(metrics.match(new RegExp(`^${name} (\\d+)`, "m"))?.[1] ?? 0);
        return count("burts_sockets_opened_total") > count("burts_sockets_closed_total") ? [port] : [];
      }),
    );
    return open.flat();
  }

  /** It is gone from one moment to the next, and started again by its keeper. */
  kill(port: number): void {
    const pid = readFileSync(join(this.directory, `instances/${port}/pid`), "utf8");
    process.kill(Number(pid), "SIGKILL");
  }

  /** From now on it is not started again when it ends. */
  keepDown(port: number): void {
    writeFileSync(join(this.directory, `instances/${port}/down`), "");
  }

  /** PostgreSQL ends in order, and stays away. */
  stopPostgres(): void {
    writeFileSync(join(this.directory, "postgres/down"), "");
    const pid = readFileSync(join(this.directory, "postgres/pid"), "utf8");
    process.kill(Number(pid), "SIGINT");
  }

  /** It is started again. */
  startPostgres(): void {
    if (!existsSync(join(this.directory, "postgres/down"))) throw new Error("PostgreSQL was not stopped");
    rmSync(join(this.directory, "postgres/down"));
  }

  /** What each instance says of its readiness. */
  async ready(): Promise<number[]> {
    const address = this.url.replace(/:\d+$/, "");
    return Promise.all(this.ports.map(async (port) => (await fetch(`${address}:${port}/readyz`)).status));
  }

  /** Restarts all instances, one after another. */
  async rollingRestart(): Promise<void> {
    const address = new URL(this.url).hostname;
    const options = ["--address", address, "--pause", "1", "--restart", join(this.directory, "restart")];
    const restart = spawn(join(repository, "deploy/rolling-restart"), [...options, ...this.ports.map(String)]);
    const [code] = await once(restart, "exit");
    if (code !== 0) throw new Error(`the rolling restart failed (${code})`);
  }

  /** What the auditor says; it throws when anything is off. */
  audit(): string {
    const settings = readFileSync(join(this.directory, "env"), "utf8");
    const url = settings.match(/^DATABASE_URL=(.*)$/m)?.[1];
    return execFileSync(binary(), ["audit"], { env: { ...process.env, DATABASE_URL: url }, encoding: "utf8" });
  }

  async dispose(): Promise<void> {
    const child = this.process;
    if (child && child.exitCode === null) {
      const gone = once(child, "exit");
      child.stdin?.end();
      // Nobody waits for a drain here: to be asked twice means at once.
      setTimeout(() => child.kill("SIGTERM"), 500);
      await gone;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
