//! The real binary, in a process of its own.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// The shop. It is killed when this is dropped.
pub(super) struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // After a successful run, it has already ended.
        let _ = self.0.kill();
    }
}

impl Server {
    pub(super) fn start(data: &Path) -> (Self, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_burts-books"))
            // No pages are requested, so the site need not be built.
            .env("LEPTOS_SITE_ROOT", std::env::temp_dir())
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.as_mut().unwrap());
        said.read_line(&mut line).unwrap();
        let (_, address) = line.trim().split_once("is open at http://").expect(&line);
        let address = address.to_owned();
        (Self(child), address)
    }

    pub(super) fn stop(mut self) {
        let pid = self.0.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(self.0.wait().unwrap().success());
    }
}
