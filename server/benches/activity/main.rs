//! Measures memory and speed while some readers of the activity stream stand still:
//! `cargo bench -p burts-books --bench activity`.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has failed"
)]

mod reader;

use std::{
    env, fs,
    net::SocketAddr,
    num::NonZeroI32,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use burts_books::{
    Server, Site,
    config::{BuzzUrl, Settings, data_source::DataArgs},
    run,
};
use futures::future::join_all;
use sha2::{Digest, Sha256};
use shop::Slug;
use store::{
    Cursor, Filter, NewBook, Options, PageLimits, SessionToken, StaffAccounts, Store,
    opening_catalogue,
    sqlite::{SqliteStaffAccounts, SqliteStore},
};
use tokio::{
    net::TcpListener,
    time::{MissedTickBehavior, interval, sleep},
};
use tokio_util::sync::CancellationToken;

use reader::{Reading, digest, reader};

/// Movements written per second, in [`TURNS`] batches.
const RATE: usize = 2_000;
const TURNS: usize = 20;
/// How long all readers read, before the stall and after it.
const QUIET: Duration = Duration::from_secs(10);
const STALLED: Duration = Duration::from_secs(60);
/// Readers that never stand still.
const QUICK: usize = 4;
/// How much memory may grow while two readers stand still, in kB. SQLite's cache and the
/// allocator's own fluctuations are smaller.
const SMALL: u64 = 8_000;
/// The most movements a quick reader may be behind: one page.
const CLOSE: u64 = 500;

fn main() {
    match env::args().nth(1).as_deref() {
        Some("reader") => in_runtime(reader()),
        _ => in_runtime(measure()),
    }
}

fn in_runtime(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
        .block_on(work);
}

fn stalled() -> Duration {
    env::var("STALLED_SECONDS").map_or(STALLED, |seconds| {
        Duration::from_secs(seconds.parse().unwrap())
    })
}

/// The shop and a writer of [`RATE`] movements per second run in this process; each reader runs in
/// a process of its own, so that its memory is not counted here. After [`QUIET`], one reader stops
/// acknowledging (its page is busy, its network is not), and another stops reading from its socket.
/// After [`STALLED`], both continue. `STALLED_SECONDS=10` shortens the stall.
///
/// Prints this process's memory, the movements written and how far the quick readers are behind,
/// every five seconds. Fails if a reader misses a row or gets one twice, if memory grows by more
/// than [`SMALL`] during the stall, or if the quick readers fall behind during it.
async fn measure() {
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let books = ["one", "two", "three", "four"];
    let opening = books.map(|slug| NewBook {
        slug,
        copies: 100,
        ..opening_catalogue()[0]
    });
    let store = SqliteStore::open(place.path(), &opening, Options::default());
    let store: Arc<dyn Store> = Arc::new(store.await.unwrap());
    let cookie = sign_in(place.path(), &store).await;
    let address = serve(place.path(), &store).await;
    println!(
        "{RATE} movements a second on SQLite ({}, WAL, synchronous FULL), {} cores, {} build; \
         {QUICK} readers, one that acknowledges nothing and one that reads nothing for {:?}",
        fs::canonicalize(place.path()).unwrap().display(),
        thread::available_parallelism().unwrap(),
        if cfg!(debug_assertions) {
            "debug"
        } else {
            "release"
        },
        stalled(),
    );
    let written = Arc::new(AtomicUsize::new(books.len()));
    let done = Arc::new(AtomicBool::new(false));
    let writer = tokio::spawn(write(
        Arc::clone(&store),
        books.map(|book| book.parse().unwrap()),
        Arc::clone(&written),
        Arc::clone(&done),
    ));
    let quick: Vec<_> = (0..QUICK)
        .map(|_| Reading::start(address, &cookie))
        .collect();
    let mut busy = Reading::start(address, &cookie);
    let mut deaf = Reading::start(address, &cookie);

    println!("second  what            memory   written   quick readers behind");
    let began = Instant::now();
    let mut before = 0;
    watch(began, "all read", QUIET, &written, &quick, |memory, _| {
        before = memory.max(before)
    })
    .await;
    busy.say("busy");
    deaf.say("deaf");
    let (mut most, mut furthest) = (0, 0);
    watch(
        began,
        "two stand still",
        stalled(),
        &written,
        &quick,
        |memory, behind| {
            (most, furthest) = (memory.max(most), behind.max(furthest));
        },
    )
    .await;
    let missed = written.load(Relaxed) - busy.rows();
    println!("        {missed} movements later they continue");
    busy.say("go");
    deaf.say("go");
    let mut after = 0;
    watch(began, "all read", QUIET, &written, &quick, |memory, _| {
        after = memory
    })
    .await;

    done.store(true, Relaxed);
    writer.await.unwrap();
    let all = places(&store).await;
    let digest = digest(all.iter().map(String::as_str));
    for (name, reading) in quick
        .into_iter()
        .map(|reading| ("quick", reading))
        .chain([("busy", busy), ("deaf", deaf)])
    {
        let (rows, rows_digest) = reading.finish(all.len());
        assert_eq!(
            (rows, &rows_digest),
            (all.len(), &digest),
            "{name}: every movement is read once, in order"
        );
    }
    println!(
        "{} movements, each read once by all {} readers, in order",
        all.len(),
        QUICK + 2
    );
    println!(
        "memory: {before} kB before, at most {most} kB while two stood still, {after} kB after"
    );
    assert!(
        most < before + SMALL,
        "memory does not grow while readers stand still"
    );
    assert!(furthest <= CLOSE, "readers keep up: {furthest} behind");
}

/// Signs somebody in without a password. Returns the cookie.
async fn sign_in(data: &std::path::Path, store: &Arc<dyn Store>) -> String {
    let name = "ann".parse().unwrap();
    let mut register = SqliteStaffAccounts::open(data).await.unwrap();
    register.add(&name, None, "$argon2id$none").await.unwrap();
    let value = "5".repeat(64);
    let session = SessionToken(Sha256::digest(&value).into());
    let credential = store
        .staff_directory()
        .credential(&name)
        .await
        .unwrap()
        .unwrap();
    let hours = Duration::from_secs(10 * 60 * 60);
    let signed_in = store
        .staff_directory()
        .sign_in(&name, &credential, session, None, hours);
    assert!(signed_in.await.unwrap());
    format!("staff={value}")
}

async fn serve(data: &std::path::Path, store: &Arc<dyn Store>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let settings = Settings {
        listen: address.to_string().parse().unwrap(),
        public_url: None,
        trusted_proxies: Vec::new(),
        ipv4_prefix: 32,
        ipv6_prefix: 64,
        data: DataArgs {
            data_dir: data.to_owned(),
            database_url: None,
        },
        hold_minutes: Duration::from_secs(15 * 60),
        offer_minutes: Duration::from_secs(5 * 60),
        limit_per_shopper: 5,
        holds_per_minute: 30.try_into().unwrap(),
        connections: 100_000.try_into().unwrap(),
        connections_per_address: 500.try_into().unwrap(),
        collect_days: 7,
        keep_contact_days: 90,
        keep_journal_days: 730,
        smtp_url: None,
        mail_from: None,
        wait_seconds: Duration::from_secs(25),
        accept_clock: false,
        buzz_url: BuzzUrl::Off,
        buzz_key: None,
        buzz_seconds: Duration::from_secs(5),
        log: tracing_subscriber::EnvFilter::default(),
    };
    let site = Site::in_directory(data);
    let shop = Server::new(Arc::clone(store), &settings, site, address, 1_024);
    tokio::spawn(run(listener, shop.await.unwrap(), CancellationToken::new()));
    address
}

async fn write(
    store: Arc<dyn Store>,
    books: [Slug; 4],
    written: Arc<AtomicUsize>,
    done: Arc<AtomicBool>,
) {
    let mut every = interval(Duration::from_secs(1) / TURNS as u32);
    every.set_missed_tick_behavior(MissedTickBehavior::Burst);
    while !done.load(Relaxed) {
        every.tick().await;
        let moves = (0..RATE / TURNS).map(|number| {
            store.submit(shop::Command::Restock {
                book: books[number % books.len()].clone(),
                change: NonZeroI32::new(if (number / books.len()).is_multiple_of(2) {
                    1
                } else {
                    -1
                })
                .unwrap(),
                reason: "counted again".parse().unwrap(),
                submission: None,
            })
        });
        for moved in join_all(moves).await {
            moved.unwrap();
        }
        written.fetch_add(RATE / TURNS, Relaxed);
    }
}

/// Takes measurements every second for this long, and prints them every five seconds.
async fn watch(
    began: Instant,
    what: &str,
    long: Duration,
    written: &AtomicUsize,
    quick: &[Reading],
    mut note: impl FnMut(u64, u64),
) {
    let end = Instant::now() + long;
    let mut seconds = 0;
    while Instant::now() < end {
        sleep(Duration::from_secs(1)).await;
        let memory = memory();
        let behind = quick.iter().map(Reading::behind).max().unwrap();
        note(memory, behind);
        seconds += 1;
        if seconds % 5 == 0 {
            println!(
                "{:>6}  {what:<15} {memory:>6} kB {:>9}   {behind}",
                began.elapsed().as_secs(),
                written.load(Relaxed),
            );
        }
    }
}

/// The resident memory of this process, in kB.
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    line.unwrap()
        .split_whitespace()
        .nth(1)
        .unwrap()
        .parse()
        .unwrap()
}

async fn places(store: &Arc<dyn Store>) -> Vec<String> {
    let reach = PageLimits {
        most: 10_000_000,
        look: 10_000_000,
    };
    let filter = Filter::default();
    let all = store.ledger().after(Cursor::START, &filter, reach).await;
    let all = all.unwrap().entries;
    all.iter().map(|entry| entry.place.to_string()).collect()
}
