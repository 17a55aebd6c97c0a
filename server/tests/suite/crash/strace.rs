//! Watches the system calls of a running shop with `strace`, and fakes their results.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use crate::common::Running;

/// The calls that make data durable; which one SQLite uses depends on its build.
pub const SYNCS: &str = "fsync,fdatasync";

/// An attached `strace`. When it is dropped, the shop continues.
pub struct Strace {
    child: Child,
    log: PathBuf,
}

impl Strace {
    /// Attaches `strace`. Returns when every thread of the shop is traced.
    pub fn attach(shop: &Running, log: &Path, arguments: &[&str]) -> Self {
        Self::attach_to(shop.child.id(), log, arguments)
    }

    /// The same for any process.
    pub fn attach_to(process: u32, log: &Path, arguments: &[&str]) -> Self {
        File::create(log).unwrap();
        let mut strace = Command::new("strace");
        strace.args(["-f", "-y", "-o"]).arg(log).args(arguments);
        strace.args(["-p", &process.to_string()]);
        let mut child = strace.stderr(Stdio::piped()).spawn().expect(
            "strace, which fakes disk errors, is installed (`make setup-test` installs it)",
        );
        let mut said = String::new();
        BufReader::new(child.stderr.as_mut().unwrap())
            .read_line(&mut said)
            .unwrap();
        let log = log.to_owned();
        let strace = Self { child, log };
        assert!(said.contains("attached"), "strace watches the shop: {said}");
        strace
    }

    /// Stops tracing, and returns the log.
    pub fn detach(mut self) -> String {
        self.end();
        fs::read_to_string(&self.log).unwrap()
    }

    fn end(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_some()) {
            return;
        }
        // SIGTERM, because a killed `strace` could leave the shop stopped in a system call.
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.child.wait();
    }
}

impl Drop for Strace {
    fn drop(&mut self) {
        self.end();
    }
}
