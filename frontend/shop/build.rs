//! Builds the desk's library for browsers whenever cargo-leptos builds the shop's.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, exit},
};

/// The sources of the desk's files, relative to the root of the project.
const SOURCES: [&str; 7] = [
    "Cargo.lock",
    "Cargo.toml",
    "app",
    "from_json",
    "frontend",
    "protocol",
    "shop",
];

fn main() {
    println!("cargo:rerun-if-env-changed=LEPTOS_SITE_ROOT");
    println!("cargo:rerun-if-env-changed=LEPTOS_SITE_PKG_DIR");
    let site = env::var_os("LEPTOS_SITE_ROOT").zip(env::var_os("LEPTOS_SITE_PKG_DIR"));
    // Without cargo-leptos, for example for the lints, no files are needed.
    let Some((root, pkg)) = site else {
        println!("cargo:rerun-if-changed=build.rs");
        return;
    };
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for source in SOURCES {
        println!("cargo:rerun-if-changed={}", project.join(source).display());
    }
    let pkg = project.join(root).join(pkg);
    let script = pkg.join("desk.js");
    // cargo-leptos may empty the directory or rename the file. The missing file makes cargo run
    // this again.
    println!("cargo:rerun-if-changed={}", script.display());

    // The files go beside the shop's, where cargo-leptos adds hashes to the names of all of them
    // and compresses them.
    let made = Build::new(&project).run();
    fs::create_dir_all(&pkg)
        .and_then(|()| fs::copy(made.join("desk_bg.wasm"), pkg.join("desk.wasm")))
        .and_then(|_| fs::read_to_string(made.join("desk.js")))
        .and_then(|made| fs::write(script, without_comments(&made)))
        .unwrap_or_else(|error| fail(&format!("{}: {error}", pkg.display())));
}

/// A script from wasm-bindgen without its comments, which are on lines of their own.
fn without_comments(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let is_comment = |line: &str| ["//", "/**", "*"].iter().any(|mark| line.starts_with(mark));
    lines
        .filter(|line| !line.is_empty() && !is_comment(line))
        .flat_map(|line| [line, "\n"])
        .collect()
}

/// The build of the desk's library.
///
/// cargo-leptos builds one library for browsers. The desk has a library of its own, so that
/// shoppers do not load it (`docs/decisions/0024-the-desk-has-a-file-of-its-own.md`). This builds
/// the desk's library as cargo-leptos builds the shop's: it compiles it, generates the JavaScript
/// around it, and shrinks it.
struct Build {
    project: PathBuf,
    made: PathBuf,
    is_release: bool,
}

impl Build {
    fn new(project: &Path) -> Self {
        let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
        Self {
            project: project.to_owned(),
            made: Path::new(&out).join("desk"),
            is_release: env::var("PROFILE").is_ok_and(|profile| profile == "release"),
        }
    }

    /// Returns the directory with `desk.js` and `desk_bg.wasm`.
    fn run(self) -> PathBuf {
        let (profile, directory) = match self.is_release {
            true => ("wasm-release", "wasm-release"),
            false => ("dev", "debug"),
        };
        // A separate target directory, because the build that waits for this one locks its own.
        let target = self.project.join("target/desk");
        let cargo = env::var("CARGO").expect("cargo sets CARGO for build scripts");
        let arguments = ["build", "--package=frontend-desk", "--lib"];
        run(Command::new(cargo)
            .current_dir(&self.project)
            .args(arguments)
            .args(["--target=wasm32-unknown-unknown", "--profile", profile])
            .arg("--target-dir")
            .arg(&target));
        let compiled = target
            .join("wasm32-unknown-unknown")
            .join(directory)
            .join("frontend_desk.wasm");
        run(Command::new("wasm-bindgen")
            .args([
                "--target=web",
                "--no-typescript",
                "--out-name=desk",
                "--out-dir",
            ])
            .arg(&self.made)
            .arg(compiled));
        if self.is_release {
            let wasm = self.made.join("desk_bg.wasm");
            // The options that cargo-leptos uses.
            let options = [
                "-Oz",
                "--enable-bulk-memory",
                "--enable-nontrapping-float-to-int",
            ];
            run(Command::new("wasm-opt")
                .args(options)
                .arg(&wasm)
                .arg("-o")
                .arg(&wasm));
        }
        self.made
    }
}

fn run(command: &mut Command) {
    match command.status() {
        Ok(status) if status.success() => {}
        Ok(status) => fail(&format!("{command:?}: {status}")),
        Err(error) => fail(&format!(
            "{command:?}: {error}; `make setup` installs what is missing"
        )),
    }
}

fn fail(reason: &str) -> ! {
    eprintln!("the desk's library for browsers could not be built: {reason}");
    exit(1)
}
