// Browsers, drivers and displays that a test run starts, and ends with itself whatever happens.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { once } from "node:events";

const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach(killGroup));

/** Fails the run, in a sentence, where a program is not installed. */
export function mustExist(path: string, name: string): string {
  if (!existsSync(path)) throw new Error(`${name} is missing: make setup installs it`);
  return path;
}

/** Starts a program in a process group of its own. Its third stream may bring what it has to say. */
export function start(program: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  // The kernel ends it even where this process is killed and can do nothing any more.
  const child = spawn("setpriv", ["--pdeathsig", "KILL", program, ...words], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  running.add(child);
  return child;
}

/** Waits until a program says on one of its streams what this expression finds. */
export async function whenItSays(child: ChildProcess, stream: 1 | 2 | 3, expression: RegExp): Promise<string> {
  let said = "";
  return new Promise((found, failed) => {
    child.stdio[stream]?.on("data", (chunk: Buffer) => {
      said += chunk;
      const word = said.match(expression)?.[1];
      if (word !== undefined) found(word);
    });
    child.once("exit", (code) => failed(new Error(`${child.spawnargs.at(3)} ended (${code}): ${said}`)));
    child.once("error", failed);
  });
}

/** Ends a program and all that it has started, and waits until it is gone. */
export async function stop(child: ChildProcess): Promise<void> {
  running.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return killGroup(child);
  const gone = once(child, "exit");
  killGroup(child);
  await gone;
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // Nobody of the group is left.
  }
}

/**
 * Stops the processes in which pages run, or lets them go on: to a page it is as if the
 * machine had slept. It cannot be asked anything meanwhile.
 */
export function signalPages(signal: "SIGSTOP" | "SIGCONT"): void {
  const pages = /--type=renderer|-contentproc.* tab\b|WebKitWebProcess/;
  for (const [pid, words] of descendants(process.pid)) {
    if (pages.test(words)) process.kill(pid, signal);
  }
}

/** What this process has started, and what that has, each with its command line. */
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

/** Empty where the process is gone already. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
