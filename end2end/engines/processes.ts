// The browsers, drivers and displays that a test run starts. They end with the run, however it ends.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { once } from "node:events";

const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach(killGroup));

/** Throws an error that names the program if it is not installed. */
export function requireProgram(path: string, name: string): string {
  if (!existsSync(path)) throw new Error(`${name} is missing: make setup installs it`);
  return path;
}

/** Starts a program in a process group of its own. Its output, errors and file descriptor 3 are pipes. */
export function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  // With --pdeathsig the kernel ends the program even if this process is killed.
  const child = spawn("setpriv", ["--pdeathsig", "KILL", program, ...args], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  running.add(child);
  return child;
}

/** Waits until a program's output matches, and returns the first group. */
export async function waitForOutput(child: ChildProcess, stream: 1 | 2 | 3, expression: RegExp): Promise<string> {
  let output = "";
  return new Promise((resolve, reject) => {
    child.stdio[stream]?.on("data", (chunk: Buffer) => {
      output += chunk;
      const group = output.match(expression)?.[1];
      if (group !== undefined) resolve(group);
    });
    child.once("exit", (code) => reject(new Error(`${child.spawnargs.at(3)} ended (${code}): ${output}`)));
    child.once("error", reject);
  });
}

/** Kills a program and everything it has started, and waits until it has ended. */
export async function stop(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return killGroup(child);
  const exited = once(child, "exit");
  killGroup(child);
  await exited;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The whole group has ended already.
  }
}

/**
 * Stops or continues the processes that run pages. To a page, this looks like the machine sleeping.
 * A stopped page answers no command.
 */
export function signalPages(signal: "SIGSTOP" | "SIGCONT"): void {
  const pages = /--type=renderer|-contentproc.* tab\b|WebKitWebProcess/;
  for (const [pid, commandLine] of descendants(process.pid)) {
    if (pages.test(commandLine)) process.kill(pid, signal);
  }
}

/** All descendants of a process, each with its command line. */
function descendants(ancestor: number): [number, string][] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const parent = read(`/proc/${name}/stat`).match(/\) \w (\d+)/)?.[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const descends = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === ancestor || descends(parent));
  };
  return [...parents.keys()].filter(descends).map((pid) => [pid, read(`/proc/${pid}/cmdline`).replaceAll("\0", " ")]);
}

/** The text of a file in `/proc`, which is empty if the process has ended. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
