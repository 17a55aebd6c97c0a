// A cluster as `make cluster` starts it: PostgreSQL, several instances, nginx.

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

  /** Starts the cluster on a free address and waits until it is open. */
  async start(): Promise<void> {
    const options = ["--port", "0", "--until-eof", "--binary", binary(), "--dir", this.directory];
    const script = join(repository, "scripts/cluster");
    const child = spawn(script, [...options, "--instances", `${this.instances}`], {
      stdio: ["pipe", "pipe", "pipe"],
      // Avoids requests to the internet.
      env: { ...process.env, BURTS_BUZZ_URL: "off" },
    });
    this.process = child;
    let output = "";
    child.stderr.on("data", (chunk: Buffer) => (output += chunk));
    this.url = await new Promise<string>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => {
        output += chunk;
        const url = output.match(/ open at (\S+)/)?.[1];
        if (url) resolve(url);
      });
      child.once("exit", (code) => reject(new Error(`the cluster ended (${code}): ${output}`)));
    });
  }

  get ports(): number[] {
    return Array.from({ length: this.instances }, (_, number) => 3001 + number);
  }

  /** The ports of the instances that have WebSockets open. */
  async connectedInstances(): Promise<number[]> {
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

  /** Kills an instance. Its supervisor starts it again. */
  kill(port: number): void {
    const pid = readFileSync(join(this.directory, `instances/${port}/pid`), "utf8");
    process.kill(Number(pid), "SIGKILL");
  }

  /** Tells the supervisor not to start an instance again. */
  preventRestart(port: number): void {
    writeFileSync(join(this.directory, `instances/${port}/down`), "");
  }

  /** Shuts PostgreSQL down, and keeps its supervisor from starting it again. */
  stopPostgres(): void {
    writeFileSync(join(this.directory, "postgres/down"), "");
    const pid = readFileSync(join(this.directory, "postgres/pid"), "utf8");
    process.kill(Number(pid), "SIGINT");
  }

  startPostgres(): void {
    if (!existsSync(join(this.directory, "postgres/down"))) throw new Error("PostgreSQL was not stopped");
    rmSync(join(this.directory, "postgres/down"));
  }

  /** The HTTP status of /readyz on each instance. */
  async ready(): Promise<number[]> {
    const address = this.url.replace(/:\d+$/, "");
    return Promise.all(this.ports.map(async (port) => (await fetch(`${address}:${port}/readyz`)).status));
  }

  /** Restarts all instances one by one. */
  async rollingRestart(): Promise<void> {
    const address = new URL(this.url).hostname;
    const options = ["--address", address, "--pause", "1", "--restart", join(this.directory, "restart")];
    const restart = spawn(join(repository, "deploy/rolling-restart"), [...options, ...this.ports.map(String)]);
    const [code] = await once(restart, "exit");
    if (code !== 0) throw new Error(`the rolling restart failed (${code})`);
  }

  /** Runs the audit and returns its report. Throws if it finds an inconsistency. */
  audit(): string {
    const settings = readFileSync(join(this.directory, "env"), "utf8");
    const url = settings.match(/^DATABASE_URL=(.*)$/m)?.[1];
    return execFileSync(binary(), ["audit"], { env: { ...process.env, DATABASE_URL: url }, encoding: "utf8" });
  }

  async dispose(): Promise<void> {
    const child = this.process;
    if (child && child.exitCode === null) {
      const exited = once(child, "exit");
      child.stdin?.end();
      // A second signal skips the graceful shutdown.
      setTimeout(() => child.kill("SIGTERM"), 500);
      await exited;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}
