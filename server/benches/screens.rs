//! How long a change takes to reach every page of every instance: `scripts/with-postgres cargo
//! bench --profile release -p burts-books --bench screens`.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has failed"
)]

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    time::{Duration, Instant},
};

use futures::StreamExt;
use protocol::LiveMessage;
use reqwest::Client;
use sqlx::{Connection, PgConnection};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_tungstenite::{client_async, tungstenite::Message};

const BOOK: &str = "definitive-guide-to-the-internet";
const INSTANCES: usize = 3;
/// The interval between changes.
const EVERY: Duration = Duration::from_millis(500);
/// A page that takes longer makes the benchmark fail.
const PATIENCE: Duration = Duration::from_secs(20);
/// The goal for the 99th percentile.
const SOON: Duration = Duration::from_millis(250);

fn main() {
    rlimit::increase_nofile_limit(u64::MAX).unwrap();
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(measure());
}

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

/// Runs three real instances on one PostgreSQL, with two thousand pages open on sockets at each. A
/// shopper at the first instance takes a copy and returns it, one action every half second.
/// `SCREENS=` sets the number of pages at each instance, `CHANGES=` the number of changes measured.
async fn measure() {
    let (pages, changes) = (setting("SCREENS", 2_000), setting("CHANGES", 60));
    let url = database().await;
    let instances: Vec<Instance> = (0..INSTANCES).map(|_| Instance::start(&url)).collect();
    let (seen, mut screens) = mpsc::unbounded_channel();
    let mut open = JoinSet::new();
    for page in 0..pages * INSTANCES {
        let instance = page % INSTANCES;
        let address = instances[instance].address.clone();
        open.spawn(follow(address, instance, page, seen.clone()));
        // Let these pages connect before more are opened.
        if page % 200 == 199 {
            tokio::task::yield_now().await;
        }
    }
    let all = pages * INSTANCES;
    await_all(&mut screens, all, 1, Instant::now()).await;
    println!(
        "{INSTANCES} instances, {pages} open pages at each on sockets, a change every {} ms, {changes} changes; \
         {} cores for PostgreSQL, the instances and the pages together",
        EVERY.as_millis(),
        std::thread::available_parallelism().unwrap(),
    );
    let shopper = Client::builder().cookie_store(true).build().unwrap();
    let (mut here, mut elsewhere) = (Vec::new(), Vec::new());
    let mut ticks = tokio::time::interval(EVERY);
    for change in 0..changes {
        ticks.tick().await;
        let action = ["add_to_cart", "remove_from_cart"][change % 2];
        let to = format!("http://{}/api/{action}", instances[0].address);
        let clicked = Instant::now();
        let post = shopper.post(to).form(&[("book", BOOK)]).send();
        let version = u64::try_from(change).unwrap() + 2;
        let (answer, last) = tokio::join!(post, await_all(&mut screens, all, version, clicked));
        assert!(answer.unwrap().status().is_success());
        here.push(last[0]);
        elsewhere.push(*last[1..].iter().max().unwrap());
    }
    println!("from the click to the last screen      p50        p99   slowest");
    for (name, mut times) in [
        ("of the same instance", here),
        ("of another instance", elsewhere),
    ] {
        times.sort_unstable();
        let at = |part: f64| times[((times.len() - 1) as f64 * part).ceil() as usize];
        println!(
            "{name:<30} {:>8.1} ms {:>7.1} ms {:>6.1} ms",
            ms(at(0.5)),
            ms(at(0.99)),
            ms(at(1.0))
        );
        println!(
            "  {}",
            if at(0.99) < SOON {
                "within 250 ms"
            } else {
                "NOT within 250 ms"
            }
        );
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Waits until every page shows this version. Returns how long the last page of each instance took.
async fn await_all(
    screens: &mut mpsc::UnboundedReceiver<(usize, u64, Instant)>,
    all: usize,
    version: u64,
    since: Instant,
) -> [Duration; INSTANCES] {
    let mut last = [Duration::ZERO; INSTANCES];
    let mut shown = 0;
    while shown < all {
        let next = tokio::time::timeout(PATIENCE, screens.recv()).await;
        let (instance, seen, at) = next.expect("every page is told").unwrap();
        if seen == version {
            shown += 1;
            last[instance] = last[instance].max(at.saturating_duration_since(since));
        }
    }
    last
}

/// Opens a page that reports each version it shows, and the time.
async fn follow(
    address: String,
    instance: usize,
    page: usize,
    seen: mpsc::UnboundedSender<(usize, u64, Instant)>,
) {
    // The shop limits the connections of one address, and one address has a limited number of
    // ports.
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    let from = NEXT.fetch_add(1, SeqCst) / 400 + 2;
    socket
        .bind(
            format!("127.0.{}.{}:0", from / 250, from % 250 + 1)
                .parse()
                .unwrap(),
        )
        .unwrap();
    let stream = socket.connect(address.parse().unwrap()).await.unwrap();
    let url = format!("ws://{address}/live?seen={BOOK}:0");
    let (mut socket, _) = client_async(url, stream).await.unwrap();
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else {
            continue;
        };
        let at = Instant::now();
        let message: LiveMessage = serde_json::from_str(&text).unwrap();
        for level in message.stock {
            let _ = seen.send((instance, level.version, at));
        }
    }
    panic!("page {page} was disconnected");
}

async fn database() -> String {
    let server = std::env::var("BURTS_TEST_POSTGRES")
        .expect("BURTS_TEST_POSTGRES is set: run this with scripts/with-postgres");
    let mut admin = PgConnection::connect(&server).await.unwrap();
    sqlx::raw_sql("create database screens")
        .execute(&mut admin)
        .await
        .unwrap();
    let (server, _) = server.rsplit_once('/').unwrap();
    format!("{server}/screens")
}

/// A real instance. It is killed when this is dropped.
struct Instance {
    child: Child,
    address: String,
}

impl Instance {
    fn start(url: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_burts-books"))
            .env("LEPTOS_SITE_ROOT", std::env::temp_dir())
            .env("DATABASE_URL", url)
            .args(["serve", "--listen", "127.0.0.1:0", "--log", "warn"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let (_, address) = line.trim().split_once("is open at http://").expect(&line);
        let address = address.to_owned();
        Self { child, address }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
