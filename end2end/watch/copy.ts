// A copy of the project, which tests may change and build.

import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

const project = resolve(import.meta.dirname, "../..");
/**
 * A copy of the project, so that the developer's files are not touched. Its build is kept for the
 * next run. It is not in `target`, because cargo-leptos ignores changes to files that git ignores.
 */
export const copy = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "burts-books/watch");

/** Updates the copy. Unchanged files keep their time, so they are not compiled again. */
export function copyProject(): void {
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

/** The project's toolchain. The copy is outside the project, where another may be the default. */
export function toolchain(): string | undefined {
  const active = execFileSync("rustup", ["show", "active-toolchain"], { cwd: project, encoding: "utf8" });
  return active.split(" ")[0];
}
