//! nginx with the deployed configuration, in front of fake instances.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Instant,
};

use tempfile::TempDir;
use tokio::net::TcpStream;

use crate::cluster::harness::PATIENCE;

/// A running nginx. It stops when it is dropped.
pub struct Nginx {
    pub address: SocketAddr,
    pub root: PathBuf,
    pub directory: TempDir,
    process: Child,
}

/// A change to the deployed configuration: the file, the old text and the new text.
pub type Alteration = (&'static str, &'static str, &'static str);

impl Nginx {
    /// Starts nginx with the deployed configuration, in front of these instances.
    pub async fn in_front_of(instances: &[SocketAddr]) -> Self {
        Self::altered(instances, &[]).await
    }

    /// The same, with these changes to the configuration.
    pub async fn altered(instances: &[SocketAddr], alterations: &[Alteration]) -> Self {
        let servers = "server { listen ADDRESS:8080; root ROOT; include shop.conf; }";
        Self::with_servers(instances, alterations, servers).await
    }

    /// The same, with these server blocks, in which `ADDRESS`, `ROOT` and `HERE` are replaced.
    pub async fn with_servers(
        instances: &[SocketAddr],
        alterations: &[Alteration],
        servers: &str,
    ) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let here = directory.path().to_owned();
        open_to_all(&here);
        let address = SocketAddr::new(address_of_its_own(), 8080);
        let root = here.join("site");
        fs::create_dir_all(here.join("here")).unwrap();
        fs::create_dir_all(&root).unwrap();
        copy_configuration(&here, alterations);

        let path = here.display();
        let write = |name: &str, text: String| fs::write(here.join("here").join(name), text);
        write(
            "process.conf",
            format!("pid {path}/pid; error_log {path}/error.log info;"),
        )
        .unwrap();
        let upstream = instances
            .iter()
            .map(|address| format!("server {address} max_fails=1 fail_timeout=1s;\n"))
            .collect();
        write("instances.conf", upstream).unwrap();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {path}/{kind};\n"))
            .concat();
        let servers = servers
            .replace("ADDRESS", &address.ip().to_string())
            .replace("ROOT", &root.display().to_string())
            .replace("HERE", &path.to_string());
        write("servers.conf", temporary + &servers).unwrap();

        let process = start(&here);
        let mut nginx = Self {
            address,
            root,
            directory,
            process,
        };
        nginx.wait_until_open().await;
        nginx
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn wait_until_open(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while TcpStream::connect(self.address).await.is_err() {
            let ended = self.process.try_wait().unwrap();
            assert!(
                ended.is_none() && Instant::now() < deadline,
                "nginx starts: {}",
                fs::read_to_string(self.directory.path().join("error.log")).unwrap_or_default()
            );
            tokio::task::yield_now().await;
        }
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = Command::new("kill")
            .arg(self.process.id().to_string())
            .status();
        let _ = self.process.wait();
    }
}

/// Starts nginx so that it also ends when this thread does.
fn start(here: &Path) -> Child {
    Command::new("setpriv")
        .args(["--pdeathsig", "TERM", "/usr/sbin/nginx"])
        .args(["-g", "daemon off;", "-e"])
        .arg(here.join("error.log"))
        .arg("-p")
        .arg(here)
        .arg("-c")
        .arg(here.join("nginx.conf"))
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn copy_configuration(to: &Path, alterations: &[Alteration]) {
    let from = repository().join("deploy/nginx");
    copy_files(&from, to, alterations);
    // The other files in `here` are written for each test.
    let networks = "here/networks.conf";
    copy_file(&from.join(networks), &to.join(networks), alterations);
}

fn copy_files(from: &Path, to: &Path, alterations: &[Alteration]) {
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        if !entry.file_type().unwrap().is_dir() {
            copy_file(&entry.path(), &to.join(entry.file_name()), alterations);
        }
    }
}

fn copy_file(from: &Path, to: &Path, alterations: &[Alteration]) {
    let name = from.file_name().unwrap().to_str().unwrap();
    let mut text = fs::read_to_string(from).unwrap();
    for (_, old, new) in alterations.iter().filter(|(file, ..)| *file == name) {
        assert!(text.contains(old), "{name} contains {old:?}");
        text = text.replace(old, new);
    }
    fs::write(to, text).unwrap();
}

pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Makes a directory readable to nginx's workers, which do not run as root.
pub fn open_to_all(directory: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(directory, fs::Permissions::from_mode(0o755)).unwrap();
}

/// A random loopback address, on which all ports are free.
fn address_of_its_own() -> IpAddr {
    let [a, b, c]: [u8; 3] = rand::random();
    IpAddr::V4(Ipv4Addr::new(127, a.clamp(1, 254), b, c.clamp(2, 254)))
}
