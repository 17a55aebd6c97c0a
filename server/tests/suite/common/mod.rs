//! The real binary, started and stopped by tests.

#![allow(dead_code, reason = "each of the test programs uses a part of this")]

pub mod provider;
pub mod smtp;

use std::{
    fs::File,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// Far longer than anything here takes; a test that waits this long has failed.
pub const PATIENCE: Duration = Duration::from_secs(20);

pub fn burts_books(data: &Path) -> Command {
    burts_books_at("127.0.0.1:0", data)
}

pub fn burts_books_at(address: &str, data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_burts-books"));
    // No scripts are run here, so the site need not be built.
    command.env("LEPTOS_SITE_ROOT", std::env::temp_dir());
    // Tests use no outside service.
    command.env("BURTS_BUZZ_URL", "off");
    command.args(["--listen", address, "--data-dir"]).arg(data);
    command
}

/// A running shop, killed when it is dropped. Its log is beside its data.
pub struct Running {
    pub child: Child,
    pub address: String,
}

impl Running {
    /// Starts a shop with these settings.
    pub fn start(data: &Path, settings: &[&str]) -> Self {
        let mut command = burts_books(data);
        command.args(settings);
        Self::of(command, data)
    }

    /// Starts a shop with this command.
    pub fn of(mut command: Command, data: &Path) -> Self {
        command.stdout(Stdio::piped());
        let mut log = File::options();
        let log = log.create(true).append(true);
        let log = log.open(data.with_extension("log")).unwrap();
        let mut child = command.stderr(log).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let (_, address) = line.trim().split_once("is open at http://").expect(&line);
        let address = address.to_owned();
        Self { child, address }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs one of the owner's commands to its end.
pub fn run(arguments: &[&str], data: &Path) -> Output {
    output_of(&mut owners_command(arguments, data))
}

pub fn owners_command(arguments: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_burts-books"));
    command.args(arguments).arg("--data-dir").arg(data);
    command
}

/// The output of a command, which must end by itself soon.
pub fn output_of(command: &mut Command) -> Output {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Read on other threads, because a full pipe would block the command.
    let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let [stdout, stderr] = [read(stdout), read(stderr)];
    let deadline = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("the command does not end: {command:?}");
        }
        std::thread::yield_now();
    };
    Output {
        status,
        stdout: stdout.join().unwrap(),
        stderr: stderr.join().unwrap(),
    }
}

fn read(mut pipe: impl std::io::Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut all = Vec::new();
        pipe.read_to_end(&mut all).unwrap();
        all
    })
}

/// Standard output and error, as text.
pub fn said(output: &Output) -> String {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    String::from_utf8(text).unwrap()
}
