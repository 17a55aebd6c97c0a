//! Time until every page has an announcement: `cargo bench -p burts-books --bench announce`.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has failed"
)]

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};
use shop::Role;
use store::{
    Options, SessionToken, StaffAccounts, Store, opening_catalogue,
    sqlite::{SqliteStaffAccounts, SqliteStore},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Semaphore,
    task::JoinSet,
    time::{sleep, timeout},
};

const PAGES: usize = 5_000;
/// Each is one announcement and its withdrawal.
const ROUNDS: usize = 5;
/// The last page must have the announcement within this time.
const SOON: Duration = Duration::from_secs(1);
/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// The most connections that are opened at once.
const OPENING: usize = 64;
/// The value of the staff cookie.
const COOKIE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Socket,
    Poll,
}

/// What the pages report, by version: how many wait for the next version, and when and by which
/// [`Way`] each page got this one.
struct Board {
    waiting: Vec<AtomicUsize>,
    told: Vec<Mutex<Vec<(Way, Instant)>>>,
}

/// Runs the real binary with many pages open (`PAGES` sets how many, 5,000 by default), half of
/// them on sockets and half on long polls. Somebody at the desk announces something and withdraws
/// it again, several times over.
///
/// Measures the time from sending the form until each page has the message. Fails if any page takes
/// longer than [`SOON`].
#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let pages = std::env::var("PAGES").map_or(PAGES, |pages| pages.parse().unwrap());
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap();
    assert!(files > pages as u64 + 100, "{files} files are enough");
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let data = place.path().join("data");
    make_shop(&data).await;
    let (server, address) = Server::start(&data);
    println!(
        "{pages} pages, half by socket and half by long poll, over loopback; one instance, SQLite;\n\
         {} cores for the shop and those who follow it together; {}",
        std::thread::available_parallelism().unwrap(),
        if cfg!(debug_assertions) {
            "not optimised"
        } else {
            "optimised"
        },
    );

    let versions = 2 * ROUNDS;
    let board = Arc::new(Board {
        waiting: (0..=versions).map(|_| AtomicUsize::new(0)).collect(),
        told: (0..=versions)
            .map(|_| Mutex::new(Vec::with_capacity(pages)))
            .collect(),
    });
    let opening = Arc::new(Semaphore::new(OPENING));
    let mut open = JoinSet::new();
    for number in 0..pages {
        let page = Page {
            address: address.clone(),
            board: Arc::clone(&board),
            version: 0,
            waits_at: None,
        };
        let opening = Arc::clone(&opening);
        open.spawn(async move {
            match number % 2 {
                0 => page.follow_by_socket(&opening).await,
                _ => page.follow_by_poll(&opening).await,
            }
        });
    }

    println!("what           way      pages   median      99 %      last");
    let mut worst = Duration::ZERO;
    for version in 1..=versions {
        board.until_all_wait(pages, version - 1).await;
        let announces = version % 2 == 1;
        let began = Instant::now();
        let answered = match announces {
            true => announce(&address, version).await,
            false => withdraw(&address, version - 1).await,
        };
        let told = board.all_told(pages, version).await;
        let what = if announces { "announced" } else { "withdrawn" };
        for way in [Way::Socket, Way::Poll] {
            let delays = told.iter().filter(|(by, _)| *by == way);
            let mut delays: Vec<_> = delays.map(|(_, at)| at.duration_since(began)).collect();
            delays.sort_unstable();
            let at = |percent| delays[(delays.len() - 1) * percent / 100];
            println!(
                "{what:<14} {way:<8} {:>5} {:>8.1?} {:>9.1?} {:>9.1?}",
                delays.len(),
                at(50),
                at(99),
                at(100),
                way = format!("{way:?}"),
            );
            worst = worst.max(at(100));
        }
        println!(
            "{:<14} the form was answered after {:.1?}",
            "",
            answered.duration_since(began)
        );
    }
    open.abort_all();
    server.stop();
    println!("the last of all was told {worst:.1?} after the form was sent; {SOON:?} are allowed");
    assert!(worst < SOON);
}

/// Creates a shop in which Ann is signed in at the desk.
async fn make_shop(data: &Path) {
    let options = Options::default();
    let shop = SqliteStore::open(data, opening_catalogue(), options)
        .await
        .unwrap();
    let ann = "ann".parse().unwrap();
    let mut register = SqliteStaffAccounts::open(data).await.unwrap();
    register
        .add(&ann, Some(Role::Owner), "$argon2id$none")
        .await
        .unwrap();
    let credential = shop
        .staff_directory()
        .credential(&ann)
        .await
        .unwrap()
        .unwrap();
    let token = SessionToken(Sha256::digest(COOKIE).into());
    let hour = Duration::from_secs(60 * 60);
    let signed_in = shop
        .staff_directory()
        .sign_in(&ann, &credential, token, None, hour)
        .await;
    assert!(signed_in.unwrap());
    shop.close().await;
}

/// The shop. It is killed when this is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // After a successful run, it has already ended.
        let _ = self.0.kill();
    }
}

impl Server {
    fn start(data: &Path) -> (Self, String) {
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

    fn stop(mut self) {
        let pid = self.0.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(self.0.wait().unwrap().success());
    }
}

impl Board {
    /// Waits until every page has this version and waits for the next.
    async fn until_all_wait(&self, pages: usize, version: usize) {
        let waiting = &self.waiting[version];
        until("all pages wait", || waiting.load(SeqCst) == pages).await;
    }

    /// Waits until every page has this version. Returns how and when each got it.
    async fn all_told(&self, pages: usize, version: usize) -> Vec<(Way, Instant)> {
        let told = &self.told[version];
        until("all pages are told", || told.lock().unwrap().len() == pages).await;
        std::mem::take(&mut *told.lock().unwrap())
    }
}

async fn until(what: &str, so: impl Fn() -> bool) {
    let soon = async {
        while !so() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, soon).await.expect(what);
}

/// An open page.
struct Page {
    address: String,
    board: Arc<Board>,
    /// The last version it has seen.
    version: usize,
    /// The version at which it last reported that it waits.
    waits_at: Option<usize>,
}

impl Page {
    fn waits(&mut self) {
        if self.waits_at != Some(self.version) {
            self.waits_at = Some(self.version);
            self.board.waiting[self.version].fetch_add(1, SeqCst);
        }
    }

    /// Records the version in a message about announcements, and ignores other messages.
    fn hear(&mut self, way: Way, message: &str) {
        let Some((_, news)) = message.split_once("\"news\":{\"version\":") else {
            return;
        };
        let at = Instant::now();
        let digits = news.split(|c: char| !c.is_ascii_digit()).next().unwrap();
        self.version = digits.parse().unwrap();
        self.board.told[self.version]
            .lock()
            .unwrap()
            .push((way, at));
    }

    /// Opens a connection. Only [`OPENING`] pages do so at once, because a rush of new connections
    /// is not what is measured here.
    async fn connect(&self, opening: &Semaphore) -> TcpStream {
        let _place = opening.acquire().await.unwrap();
        TcpStream::connect(&self.address).await.unwrap()
    }

    async fn follow_by_socket(mut self, opening: &Semaphore) {
        let mut stream = self.connect(opening).await;
        let ask = format!(
            "GET /live?seen=@news:0 HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            self.address
        );
        stream.write_all(ask.as_bytes()).await.unwrap();
        // A heartbeat may arrive together with the head.
        let head = read_until(&mut stream, |said| said.contains("\r\n\r\n")).await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        // An empty pong frame, masked with zeros.
        let pong = [0x8a, 0x80, 0, 0, 0, 0];
        loop {
            self.waits();
            // Each message is one short frame, which arrives in one piece over loopback.
            let said = read_until(&mut stream, |said| !said.is_empty()).await;
            if said.contains("{}") {
                stream.write_all(&pong).await.unwrap();
            }
            self.hear(Way::Socket, &said);
        }
    }

    async fn follow_by_poll(mut self, opening: &Semaphore) {
        let mut stream = self.connect(opening).await;
        loop {
            let ask = format!(
                "GET /live?seen=@news:{} HTTP/1.1\r\nHost: {}\r\n\r\n",
                self.version, self.address
            );
            stream.write_all(ask.as_bytes()).await.unwrap();
            // The headers arrive when the wait begins; the body, one object, arrives when it ends.
            let mut said = read_until(&mut stream, |said| said.contains("\r\n\r\n")).await;
            assert!(said.starts_with("HTTP/1.1 200"), "{said}");
            if !said.contains('{') {
                self.waits();
            }
            while !is_whole(&said) {
                said += &read_until(&mut stream, |said| !said.is_empty()).await;
            }
            self.hear(Way::Poll, &said);
            let pace = said
                .split_once("\"pace_ms\":")
                .map_or("0", |(_, pace)| pace);
            let pace = pace.split(|c: char| !c.is_ascii_digit()).next().unwrap();
            let pace = rand::random_range(0..=pace.parse::<u64>().unwrap());
            sleep(Duration::from_millis(pace)).await;
        }
    }
}

/// Whether an answer is complete, by its length or by its last, empty chunk.
fn is_whole(answer: &str) -> bool {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    match head.split_once("content-length: ") {
        Some((_, length)) => {
            let length = length.lines().next().unwrap();
            body.len() == length.parse::<usize>().unwrap()
        }
        None => body.ends_with("0\r\n\r\n"),
    }
}

/// Reads until `enough` is true of the text so far.
async fn read_until(stream: &mut TcpStream, enough: impl Fn(&str) -> bool) -> String {
    let (mut said, mut buffer) = (String::new(), [0; 2_048]);
    while !enough(&said) {
        let read = stream.read(&mut buffer).await.unwrap();
        assert!(read > 0, "a page stays connected after {said:?}");
        said.push_str(&String::from_utf8_lossy(&buffer[..read]));
    }
    said
}

/// Sends a form to the desk. Returns when the answer arrived.
async fn send(address: &str, path: &str, form: &str) -> Instant {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nCookie: staff={COOKIE}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let said = read_until(&mut stream, |said| said.contains("\r\n\r\n")).await;
    let at = Instant::now();
    assert!(said.starts_with("HTTP/1.1 303"), "{said}");
    at
}

async fn announce(address: &str, version: usize) -> Instant {
    let form = format!("text=Signing+starts+in+ten+minutes&end=30&key=announcement-{version}");
    send(address, "/desk/news", &form).await
}

/// An announcement's number is the version that it created.
async fn withdraw(address: &str, number: usize) -> Instant {
    send(address, "/desk/news/withdraw", &format!("id=k{number}")).await
}
