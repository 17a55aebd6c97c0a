//! A sale opens at its time on the real binary, with more shoppers than copies.
//!
//! A run has few shoppers by default; for more:
//! `DROP_SHOPPERS=3000 DROP_COPIES=500 cargo test --release -p burts-books --test suite -- drop --nocapture`.

use std::{
    collections::BTreeMap,
    path::Path,
    process::Command,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use futures::{StreamExt, future::join_all, stream};
use reqwest::{Client, StatusCode, header};
use serde_json::Value;
use shop::Timestamp;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::sleep,
};

use crate::common::{Running, run, said};

const BOOK: &str = "definitive-guide-to-the-internet";
/// The copies of the book in a new shop.
const OPENING: usize = 10;
/// 99 in 100 answers must arrive within this time.
const SOON: Duration = Duration::from_secs(2);
/// The most browsers that connect at the same time before the sale.
const ARRIVING: usize = 64;

fn setting(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |value| value.parse().unwrap())
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_millis(u64::try_from(since.as_millis()).unwrap())
}

/// Runs one of the owner's commands, which must succeed.
fn run_command(arguments: &[&str], data: &Path) {
    let output = run(arguments, data);
    assert!(output.status.success(), "{}", said(&output));
}

fn stop(mut shop: Running) {
    let pid = shop.child.id().to_string();
    let killed = Command::new("kill").args(["-TERM", &pid]).status();
    assert!(killed.unwrap().success());
    assert!(shop.child.wait().unwrap().success());
}

/// A shopper with the book's page open and connected.
struct Shopper {
    http: Client,
    shop: Arc<str>,
    cookie: String,
    key: String,
}

/// The result of a click: the answer, the time it took, and how often the shop was busy first.
struct Verdict {
    status: StatusCode,
    code: String,
    took: Duration,
    busy: u32,
}

impl Shopper {
    async fn arrive(http: Client, shop: Arc<str>, pages: &tokio::sync::Mutex<JoinSet<()>>) -> Self {
        let address = format!("http://{shop}/api/book?book={BOOK}");
        let page = http.get(address).send().await.unwrap();
        let cookie = page.headers()[header::SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let view: Value = page.json().await.unwrap();
        assert!(view["opens_at"].as_u64() > view["now"].as_u64());
        let request = format!(
            "GET /live?seen={BOOK}:{},@mine:0 HTTP/1.1\r\nHost: {shop}\r\nCookie: {cookie}\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            view["level"]["version"]
        );
        let mut page = TcpStream::connect(&*shop).await.unwrap();
        page.write_all(request.as_bytes()).await.unwrap();
        pages.lock().await.spawn(async move {
            let mut said = [0; 4_096];
            while page.read(&mut said).await.is_ok_and(|read| read > 0) {}
        });
        let key = view["key"].as_str().unwrap().to_owned();
        Self {
            http,
            shop,
            cookie,
            key,
        }
    }

    /// Clicks until the answer is not “busy”, with pauses as long as the shop says.
    async fn click(&self) -> Verdict {
        let (began, mut busy) = (Instant::now(), 0);
        loop {
            let click = self
                .http
                .post(format!("http://{}/api/add_to_cart", self.shop))
                .header(header::COOKIE, &self.cookie)
                .header(header::ACCEPT, "application/json")
                .form(&[("book", BOOK), ("key", &self.key)]);
            let answer = click.send().await.unwrap();
            let status = answer.status();
            if status == StatusCode::SERVICE_UNAVAILABLE {
                let after = answer.headers()[header::RETRY_AFTER].to_str().unwrap();
                sleep(Duration::from_secs(after.parse().unwrap())).await;
                busy += 1;
                continue;
            }
            let body: Value = answer.json().await.unwrap();
            let code = body["code"].as_str().unwrap_or_default().to_owned();
            let took = began.elapsed();
            return Verdict {
                status,
                code,
                took,
                busy,
            };
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drop_opens_on_time_and_sells_each_copy_once() {
    let (shoppers, copies) = (setting("DROP_SHOPPERS", 120), setting("DROP_COPIES", 20));
    rlimit::increase_nofile_limit(u64::MAX).unwrap();
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let data = place.path().join("data");
    stop(Running::start(&data, &[]));
    let delivery = (copies - OPENING).to_string();
    let restock = ["restock", "--book", BOOK, "--reason", "delivery"];
    run_command(&[&restock[..], &["--copies", &delivery]].concat(), &data);
    // Time for all shoppers to connect.
    let arriving = Duration::from_secs(3 + u64::try_from(shoppers / 150).unwrap());
    let opens_at = Timestamp::from_millis((now() + arriving).millis() / 1_000 * 1_000);
    let opens = opens_at.to_string();
    run_command(
        &["drop", "--book", BOOK, "--opens", &opens, "--limit", "1"],
        &data,
    );

    let shop = Running::start(&data, &[]);
    let address: Arc<str> = shop.address.as_str().into();
    let pages = tokio::sync::Mutex::new(JoinSet::new());
    let http = Client::new();
    let crowd: Vec<Shopper> = stream::iter(0..shoppers)
        .map(|_| Shopper::arrive(http.clone(), Arc::clone(&address), &pages))
        .buffer_unordered(ARRIVING)
        .collect()
        .await;
    // Some shoppers click too early, and are told so.
    for early in crowd.iter().step_by(10) {
        let verdict = early.click().await;
        assert!(now() < opens_at, "the click comes before the sale opens");
        assert_eq!(verdict.status, StatusCode::CONFLICT);
        assert_eq!(verdict.code, "not_yet");
    }
    sleep(opens_at.since(now())).await;
    let began = Instant::now();
    let verdicts = join_all(crowd.iter().map(Shopper::click)).await;
    let all = began.elapsed();

    let mut counts: BTreeMap<(u16, &str), usize> = BTreeMap::new();
    for verdict in &verdicts {
        let kind = (verdict.status.as_u16(), verdict.code.as_str());
        *counts.entry(kind).or_default() += 1;
    }
    let mut took: Vec<Duration> = verdicts.iter().map(|verdict| verdict.took).collect();
    took.sort();
    let (p50, p99) = (took[took.len() / 2], took[took.len() * 99 / 100]);
    let busy: u32 = verdicts.iter().map(|verdict| verdict.busy).sum();
    println!(
        "{shoppers} shoppers with a live page each, {copies} copies: {counts:?} in {all:.2?}; \
         verdicts p50 {p50:.2?}, p99 {p99:.2?}, the last {:.2?}; {busy} times busy",
        took[took.len() - 1],
    );
    // The test and the shop may read slightly different times, so a click may be too early.
    let early = counts.remove(&(409, "not_yet")).unwrap_or(0);
    let sold_out = shoppers - copies - early;
    let wanted = [((200, ""), copies), ((409, "sold_out"), sold_out)];
    assert_eq!(counts, wanted.into_iter().collect());
    assert!(p99 < SOON, "{p99:?}");
    let once_more = crowd[0].click().await;
    assert_ne!(once_more.code, "not_yet");
    stop(shop);
    run_command(&["audit"], &data);
}
