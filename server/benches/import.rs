//! How long an import takes, and how much it slows shoppers down:
//! `cargo bench -p burts-books --bench import`.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has failed"
)]

#[path = "../tests/suite/common/mod.rs"]
mod common;
#[path = "../tests/suite/import/desk.rs"]
mod desk;

use std::{
    fs,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use common::Running;
use desk::{Desk, add_account, audit};
use reqwest::Client;
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use tokio::{task::JoinSet, time::sleep};

const ROWS: usize = 100_000;
const SHOPPERS: usize = 8;
/// How long shoppers are measured before the import.
const ALONE: Duration = Duration::from_secs(8);
/// A shopper's pause after taking a copy and returning it.
const THINKING: Duration = Duration::from_millis(20);
const SOON: Duration = Duration::from_secs(60);
/// How much memory may grow, in kB.
const GROWTH: u64 = 64_000;
const SLOWER: f64 = 2.0;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(measure());
}

/// The real binary imports a list of 100,000 books, about 50 MB, over the socket; meanwhile
/// shoppers put copies into their carts and take them out again. `IMPORT_ROWS` sets another number
/// of books.
///
/// Fails if sending, checking and applying take longer than [`SOON`] together, the process grows by
/// more than [`GROWTH`], or a hold takes more than [`SLOWER`] times as long as before.
async fn measure() {
    let rows = std::env::var("IMPORT_ROWS").map_or(ROWS, |rows| rows.parse().unwrap());
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let data = place.path().join("data");
    let shop = Running::start(&data, &["--limit-per-shopper", "50"]);
    add_account(&data, "olive").await;
    let desk = Desk::sign_in(&shop, "olive").await;
    let list = list(rows);
    println!(
        "{rows} books, {:.1} MB, on {} cores",
        list.len() as f64 / 1e6,
        std::thread::available_parallelism().unwrap()
    );

    // A warm-up that is not measured.
    shopping(&shop.address, Duration::from_secs(2)).await;
    let before = shopping(&shop.address, ALONE).await;
    let memory = memory(&shop);
    let most = Arc::new(AtomicU64::new(memory));
    let (stop, watching) = (Arc::new(AtomicBool::new(false)), Arc::clone(&most));
    let stopped = Arc::clone(&stop);
    let pid = shop.child.id();
    let watch = tokio::spawn(async move {
        while !stopped.load(Relaxed) {
            watching.fetch_max(memory_of(pid), Relaxed);
            sleep(Duration::from_millis(50)).await;
        }
    });
    let (address, end) = (shop.address.clone(), Arc::clone(&stop));
    let meanwhile = tokio::spawn(async move { shopping_until(&address, &end).await });

    let begun = Instant::now();
    let id = desk.announce(&list).await;
    let mut socket = desk.socket(&id).await.unwrap().in_pieces_of(256 * 1024);
    let offset = socket.offset().await;
    socket.send(&list, offset, list.len()).await;
    socket.finish(&list).await;
    assert_eq!(socket.next().await["state"], "checking");
    let sent = begun.elapsed();
    let ready = desk.until_state(&id, "ready").await;
    assert_eq!(ready["expected"]["added"], rows, "{ready}");
    let checked = begun.elapsed() - sent;
    desk.apply(&id).await;
    let applied = desk.until_state(&id, "applied").await;
    assert_eq!(applied["done"]["added"], rows, "{applied}");
    let took = begun.elapsed();
    stop.store(true, Relaxed);
    let during = meanwhile.await.unwrap();
    watch.await.unwrap();

    println!(
        "sent in {sent:.1?}, checked in {checked:.1?}, taken in in {:.1?}: {took:.1?}",
        took - sent - checked
    );
    let grown = most.load(Relaxed).saturating_sub(memory);
    println!(
        "memory: {} MB before, at most {} MB more",
        memory / 1_000,
        grown / 1_000
    );
    println!("holds      number   median      p99      max");
    for (when, times) in [("before", &before), ("meanwhile", &during)] {
        println!(
            "{when:<10} {:>6} {:>5.2} ms {:>5.2} ms {:>5.2} ms",
            times.len(),
            at(times, 0.5),
            at(times, 0.99),
            at(times, 1.0)
        );
    }
    audit(&data);
    println!("clean by the audit");
    assert!(took < SOON, "{took:?}");
    assert!(grown < GROWTH, "{grown} kB");
    for part in [0.5, 0.99] {
        let slower = at(&during, part) / at(&before, part);
        assert!(slower <= SLOWER, "{slower:.2} times as long");
    }
    drop(shop);
    disturbed(&list, rows, &data, &place.path().join("disturbed")).await;
}

/// Imports the same list into a second shop with interruptions, and then once more.
///
/// The connection is cut in the middle of the upload, and the shop is killed while it receives,
/// checks and applies the list. Its books must be the same as those of the first shop. Importing
/// the same bytes once more must change nothing.
async fn disturbed(list: &[u8], rows: usize, undisturbed: &Path, data: &Path) {
    let begun = Instant::now();
    let mut shop = Running::start(data, &[]);
    add_account(data, "olive").await;
    let signed_in = Desk::sign_in(&shop, "olive").await;
    let id = signed_in.announce(list).await;
    let mut socket = signed_in.socket(&id).await.unwrap();
    let offset = socket.offset().await;
    socket.send(list, offset, list.len() / 3).await;
    socket.cut();
    let mut socket = signed_in.socket(&id).await.unwrap();
    let offset = socket.offset().await;
    assert!(offset >= list.len() / 3, "what was acknowledged is kept");
    socket.send(list, offset, list.len() / 2).await;
    shop = restart(shop, data);
    signed_in.at(&shop).send(&id, list).await;
    shop = restart(shop, data);
    let desk = signed_in.at(&shop);
    let ready = desk.until_state(&id, "ready").await;
    assert_eq!(ready["expected"]["added"], rows, "{ready}");
    desk.apply(&id).await;
    for part in 1..=3 {
        let upto = u64::try_from(part * rows / 4).unwrap();
        let desk = signed_in.at(&shop);
        desk.until(&id, |now| now["upto"].as_u64().unwrap() >= upto)
            .await;
        shop = restart(shop, data);
    }
    let desk = signed_in.at(&shop);
    let applied = desk.until_state(&id, "applied").await;
    assert_eq!(applied["done"]["added"], rows, "{applied}");
    let (books, same) = (books(data).await, books(undisturbed).await);
    assert!(books == same, "both shops have the same books");
    println!(
        "cut once and killed five times: the same {} books, after {:.1?}",
        books.len(),
        begun.elapsed()
    );

    let id = desk.announce(list).await;
    desk.send(&id, list).await;
    desk.until_state(&id, "ready").await;
    desk.apply(&id).await;
    let again = desk.until_state(&id, "applied").await;
    assert_eq!(again["done"]["unchanged"], rows, "{again}");
    println!("the same bytes again: {}", again["done"]);
    audit(data);
    println!("clean by the audit");
}

/// Kills the shop and starts it again on the same data.
fn restart(mut shop: Running, data: &Path) -> Running {
    shop.child.kill().unwrap();
    shop.child.wait().unwrap();
    Running::start(data, &[])
}

/// The catalogue entry and stock of every book except the one that shoppers took.
async fn books(data: &Path) -> Vec<String> {
    let file = SqliteConnectOptions::new().filename(data.join("shop.sqlite"));
    let mut file = file.read_only(true).connect().await.unwrap();
    sqlx::query_scalar(
        "select json_array(slug, isbn, title, author, description, cover_alt, price_cents, on_hand,
                           held, allocated, version)
         from book join stock on stock.book_id = book.id
         where slug <> 'definitive-guide-to-the-internet' order by slug",
    )
    .fetch_all(&mut file)
    .await
    .unwrap()
}

/// Lets shoppers take and return copies for this long. Returns the time of each hold: in ms,
/// sorted.
async fn shopping(address: &str, long: Duration) -> Vec<f64> {
    let stop = Arc::new(AtomicBool::new(false));
    let ending = Arc::clone(&stop);
    let timer = tokio::spawn(async move {
        sleep(long).await;
        ending.store(true, Relaxed);
    });
    let times = shopping_until(address, &stop).await;
    timer.await.unwrap();
    times
}

async fn shopping_until(address: &str, stop: &Arc<AtomicBool>) -> Vec<f64> {
    let mut shoppers = JoinSet::new();
    for _ in 0..SHOPPERS {
        let (stop, url) = (Arc::clone(stop), format!("http://{address}/api"));
        shoppers.spawn(async move {
            let client = Client::builder().cookie_store(true).build().unwrap();
            let mut times = Vec::new();
            while !stop.load(Relaxed) {
                let add = client.post(format!("{url}/add_to_cart"));
                let form = [("book", "definitive-guide-to-the-internet")];
                let begun = Instant::now();
                let answer = add.form(&form).send().await.unwrap();
                times.push(begun.elapsed().as_secs_f64() * 1e3);
                assert!(answer.status().is_success(), "{}", answer.status());
                let remove = client.post(format!("{url}/remove_from_cart"));
                remove.form(&form).send().await.unwrap();
                sleep(THINKING).await;
            }
            times
        });
    }
    let mut times: Vec<f64> = shoppers.join_all().await.into_iter().flatten().collect();
    times.sort_by(f64::total_cmp);
    times
}

fn at(sorted: &[f64], part: f64) -> f64 {
    let last = sorted.len() - 1;
    sorted[((last as f64) * part).round() as usize]
}

fn memory(shop: &Running) -> u64 {
    memory_of(shop.child.id())
}

/// The resident memory of a process, in kB.
fn memory_of(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A list of this many books, half a kilobyte each.
fn list(rows: usize) -> Vec<u8> {
    let mut list = String::from("isbn,title,author,description,cover_alt,price,stock\n");
    let words = "A paragraph about what is in it, as long as they mostly are, and then some. ";
    for row in 0..rows {
        let number = isbn(row);
        let (words, price) = (words.repeat(5), row % 90);
        list.push_str(&format!(
            "{number},\"The {row}th Book, of Many\",Author {},\"{words}\",A picture,{price}.95,+{}\n",
            row % 5_000,
            row % 4
        ));
    }
    list.into_bytes()
}

/// An ISBN that belongs to no publisher, with the right check digit.
fn isbn(row: usize) -> String {
    let twelve = format!("97991{row:07}");
    let sum: u32 = twelve
        .bytes()
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{twelve}{}", (10 - sum % 10) % 10)
}
