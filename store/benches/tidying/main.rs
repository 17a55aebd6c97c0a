//! Measures what a hold costs while expired rows are deleted, in SQLite and in PostgreSQL:
//! `scripts/with-postgres cargo bench --profile release -p store --bench tidying`.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

mod postgres;
mod sqlite;
mod turn;

use std::{env, sync::Arc, time::Duration};

use async_trait::async_trait;
use store::{NewBook, Store, opening_catalogue};

use postgres::Database;
use sqlite::Directory;
use turn::{Figures, take_turn};

const BOOK: &str = "drop";
/// More copies than all turns take, so that each hold is granted.
const COPIES: u32 = 4_000_000;
const TURNS: usize = 5;
const HOUR: u64 = 60 * 60 * 1_000;
/// Submissions are kept for 48 hours.
const KEPT: u64 = 48 * HOUR;
/// An answer of the same length as the answer to a granted hold.
const ANSWER: &str = r#"{"line":{"quantity":1,"price":2000,"expires_at":1795284000000,"level":{"book":"drop","available":3999999,"in_carts":true,"version":12345678}}}"#;

/// A shop that can be opened for a turn.
#[async_trait(?Send)]
trait Premises {
    async fn open(&self) -> Arc<dyn Store>;
    /// The number of submissions that are due to be deleted.
    async fn due(&self) -> u64;
}

fn setting(name: &str, default: u64) -> u64 {
    env::var(name).map_or(default, |text| text.parse().unwrap())
}

/// `TIDYING_DUE` sets the number of submissions (default: 1,000,000), `TIDYING_RATE` the holds per
/// second (3,000), and `BENCH_SECONDS` the seconds of each turn (5). Fails if the 99th percentile
/// grows by more than a fifth, or if fewer submissions are deleted than written.
#[tokio::main]
async fn main() {
    let (due, rate) = (
        setting("TIDYING_DUE", 1_000_000),
        setting("TIDYING_RATE", 3_000),
    );
    let turn = Duration::from_secs(setting("BENCH_SECONDS", 5));
    let cores = std::thread::available_parallelism().unwrap();
    println!(
        "{due} submissions, {rate} holds/s, {TURNS} turns of {} s each, {cores} cores for all of it",
        turn.as_secs()
    );
    let directories = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut passed = true;
    let mut shops: [Option<Box<dyn Premises>>; 2] = [None, None];
    for (shop, age) in shops.iter_mut().zip([HOUR, KEPT + HOUR]) {
        let directory = directories.path().join(age.to_string());
        *shop = Some(Box::new(
            Directory::with_submissions(directory, due, age).await,
        ));
    }
    println!("{}", Directory::conditions().await);
    passed &= compare("SQLite", shops.map(Option::unwrap), rate, turn).await;
    if let Ok(server) = env::var("BURTS_TEST_POSTGRES") {
        let mut shops: [Option<Box<dyn Premises>>; 2] = [None, None];
        for (shop, age) in shops.iter_mut().zip([HOUR, KEPT + HOUR]) {
            let database = Database::with_submissions(&server, due, age).await;
            *shop = Some(Box::new(database));
        }
        println!("{}", Database::conditions(&server).await);
        passed &= compare("PostgreSQL", shops.map(Option::unwrap), rate, turn).await;
    }
    assert!(passed, "tidying should be cheap and fast enough");
}

/// Prints the figures of both shops, and returns whether tidying is cheap and fast enough.
///
/// The shops have the same number of submissions, which are due to be deleted in one of them only.
/// The shops take turns, so that other work on the machine slows both alike. Only one is open at a
/// time.
async fn compare(
    kind: &str,
    [quiet, tidying]: [Box<dyn Premises>; 2],
    rate: u64,
    turn: Duration,
) -> bool {
    let (mut without, mut with) = (Figures::default(), Figures::default());
    let before = tidying.due().await;
    for _ in 0..TURNS {
        take_turn(&*quiet, rate, turn, &mut without).await;
        take_turn(&*tidying, rate, turn, &mut with).await;
    }
    let after = tidying.due().await;
    println!("| {kind} | holds/s | busy | p50 ms | p99 ms | p99 of each turn | deleted/s |");
    println!("|:--|--:|--:|--:|--:|:--|--:|");
    for (name, figures) in [("nothing due", &without), ("tidying", &with)] {
        let seconds = figures.took.as_secs_f64();
        let each: Vec<String> = figures.p99.iter().map(|p99| format!("{p99:.1}")).collect();
        println!(
            "| {name} | {:.0} | {} | {:.2} | {:.2} | {} | {:.0} |",
            figures.holds as f64 / seconds,
            figures.busy,
            median(&figures.p50),
            median(&figures.p99),
            each.join(", "),
            figures.deleted as f64 / seconds,
        );
    }
    let ratio = median(&with.p99) / median(&without.p99);
    println!("p99 × {ratio:.2}; due before and after: {before}, {after}\n");
    ratio <= 1.2 && with.deleted > with.holds
}

fn median(of: &[f64]) -> f64 {
    let mut sorted = of.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn book() -> NewBook {
    NewBook {
        slug: BOOK,
        copies: COPIES,
        ..opening_catalogue()[0]
    }
}
