//! Fails if folders of a crate import each other in a cycle: `cargo run -p checks [WORKSPACE]`.

mod graph;
mod modules;
mod paths;
mod sources;
#[cfg(test)]
mod tests;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;

fn main() -> ExitCode {
    let workspace = env::args_os()
        .nth(1)
        .map_or_else(|| ".".into(), PathBuf::from);
    match report(&workspace) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(cycles) => {
            eprintln!("checks: import cycles between folders: {cycles}");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("checks: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the cycles of every crate in the workspace, and returns how many there are.
///
/// A folder is a directory under `src`, at any depth, or a file directly in `src`. Tests are
/// ignored.
fn report(workspace: &Path) -> anyhow::Result<usize> {
    let mut count = 0;
    for root in crate_roots(workspace)? {
        let imports = modules::imports(workspace, &root)?;
        let cycles = graph::cycles(&imports);
        if !cycles.is_empty() {
            println!(
                "{}",
                root.strip_prefix(workspace).unwrap_or(&root).display()
            );
        }
        for cycle in &cycles {
            println!("  {}", graph::describe(cycle, &imports));
        }
        count += cycles.len();
    }
    Ok(count)
}

/// Every `src/lib.rs` and `src/main.rs` at most two directories down.
fn crate_roots(workspace: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut roots = Vec::new();
    for outer in subdirectories(workspace)? {
        for package in [outer.clone()].into_iter().chain(subdirectories(&outer)?) {
            roots.extend(
                ["src/lib.rs", "src/main.rs"]
                    .map(|root| package.join(root))
                    .into_iter()
                    .filter(|root| root.is_file()),
            );
        }
    }
    anyhow::ensure!(!roots.is_empty(), "no crates in {}", workspace.display());
    Ok(roots)
}

fn subdirectories(directory: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = fs::read_dir(directory).with_context(|| directory.display().to_string())?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !name.starts_with('.') && name != "target" && name != "node_modules" {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
