//! A cluster as `make cluster` starts it, on an address of its own.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use tempfile::TempDir;

use crate::{
    cluster::nginx::{open_to_all, repository},
    common::{output_of, said},
};

/// A running cluster. It stops when it is dropped or this process ends.
pub struct Cluster {
    /// Its public address.
    pub url: String,
    /// What it printed before its address.
    printed: String,
    directory: TempDir,
    process: Child,
}

/// The ports of its first instances.
pub const PORTS: [u16; 4] = [3001, 3002, 3003, 3004];

impl Cluster {
    /// Starts this many instances with these settings.
    pub fn open(instances: usize, settings: &[(&str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        open_to_all(directory.path());
        // No scripts are run here, so the site need not be built.
        let site = directory.path().join("built");
        fs::create_dir(&site).unwrap();
        let mut process = Command::new(repository().join("scripts/cluster"))
            .args(["--port", "0", "--until-eof"])
            .args(["--instances", &instances.to_string()])
            .args(["--binary", env!("CARGO_BIN_EXE_burts-books")])
            .arg("--site")
            .arg(site)
            .arg("--dir")
            .arg(directory.path())
            .envs(settings.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut lines = output.lines().map(Result::unwrap);
        let mut printed = String::new();
        let url = loop {
            let line = lines.next().expect("the cluster starts");
            if let Some((_, url)) = line.split_once(" open at ") {
                break url.to_owned();
            }
            printed += &(line + "\n");
        };
        // Further output must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            url,
            printed,
            directory,
            process,
        }
    }

    pub fn to(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// The address of one instance, without nginx.
    pub fn instance(&self, port: u16) -> String {
        format!("{}:{port}", self.url.rsplit_once(':').unwrap().0)
    }

    /// The directory with the log and the process number of an instance.
    pub fn files_of(&self, port: u16) -> PathBuf {
        self.directory
            .path()
            .join("instances")
            .join(port.to_string())
    }

    /// Sends a signal to an instance, which is then restarted.
    pub fn signal(&self, port: u16, signal: &str) {
        signal_to(self.files_of(port).join("pid"), signal);
    }

    /// The process number of nginx, if it is running.
    pub fn nginx(&self) -> Option<String> {
        fs::read_to_string(self.directory.path().join("nginx/pid")).ok()
    }

    /// The error log of nginx.
    pub fn nginx_errors(&self) -> String {
        let log = fs::read_to_string(self.directory.path().join("nginx/error.log")).unwrap();
        let errors = log.lines().filter(|line| line.contains("[error]"));
        errors.collect::<Vec<_>>().join("\n")
    }

    pub fn kill_nginx(&self) {
        signal_to(self.directory.path().join("nginx/pid"), "KILL");
    }

    /// Kills the script that supervises the cluster.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Makes PostgreSQL close all connections and restart.
    pub fn restart_postgres(&self) {
        signal_to(self.directory.path().join("postgres/pid"), "INT");
    }

    pub fn rolling_restart(&self, options: &[&str]) -> Command {
        let address = self.instance(0);
        let address = address.trim_start_matches("http://").trim_end_matches(":0");
        let mut command = Command::new(repository().join("deploy/rolling-restart"));
        command
            .args(["--address", address, "--restart"])
            .arg(self.directory.path().join("restart"))
            .args(options)
            .args(PORTS.map(|port| port.to_string()));
        command
    }

    /// Changes the number of instances, which takes a moment.
    pub fn set_instances(&self, instances: usize) {
        let file = self.directory.path().join("wanted");
        fs::write(file, format!("{instances}\n")).unwrap();
    }

    /// The instances in the configuration of nginx.
    pub fn upstream(&self) -> String {
        let file = self.directory.path().join("nginx/here/instances.conf");
        fs::read_to_string(file).unwrap()
    }

    /// The address of the database, with its password.
    pub fn database_url(&self) -> String {
        let settings = fs::read_to_string(self.directory.path().join("env")).unwrap();
        let url = settings
            .lines()
            .find_map(|line| line.strip_prefix("DATABASE_URL="));
        url.unwrap().to_owned()
    }

    /// The result of an SQL statement, as text.
    pub fn ask(&self, statement: &str) -> String {
        self.try_ask(statement).expect("PostgreSQL answers")
    }

    /// The same, or `None` if PostgreSQL does not answer.
    pub fn try_ask(&self, statement: &str) -> Option<String> {
        let mut psql = Command::new("psql");
        psql.args(["-XAtc", statement, &self.database_url()]);
        let asked = psql.output().unwrap();
        let answer = String::from_utf8(asked.stdout).unwrap();
        asked.status.success().then(|| answer.trim().to_owned())
    }

    pub fn audit(&self) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_burts-books"));
        output_of(
            command
                .arg("audit")
                .env("DATABASE_URL", self.database_url()),
        )
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The cluster stops when its standard input ends.
        drop(self.process.stdin.take());
        if self.process.try_wait().unwrap().is_some() {
            return;
        }
        // A second signal stops it at once, without a drain.
        std::thread::sleep(Duration::from_secs(1));
        let pid = self.process.id().to_string();
        let _ = Command::new("kill").args(["-TERM", &pid]).status();
        let _ = self.process.wait();
    }
}

fn signal_to(file: PathBuf, signal: &str) {
    let pid = fs::read_to_string(&file).unwrap();
    let sent = Command::new("kill")
        .args([&format!("-{signal}"), pid.trim()])
        .status()
        .unwrap();
    assert!(sent.success(), "{file:?}");
}

#[test]
fn the_printed_command_adds_a_staff_account() {
    let cluster = Cluster::open(1, &[]);
    let (_, rest) = cluster.printed.split_once("staff account: ").unwrap();
    let command = rest.lines().next().unwrap();
    let typed = format!("echo 'correct horse battery' | {command}");
    let added = output_of(Command::new("sh").args(["-c", &typed]));
    assert!(said(&added).contains("as owner"), "{}", said(&added));
    assert_eq!(cluster.ask("select name from staff"), "ann");
}
