//! How fast a slow provider's figures arrive, and whether other pages slow down:
//! `cargo bench -p burts-books --bench buzz`.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has failed"
)]

#[path = "../tests/suite/common/mod.rs"]
mod common;

use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

use common::{Running, burts_books, provider::Provider};
use futures::future::join_all;
use reqwest::Client;

const TAKES: Duration = Duration::from_millis(700);
const CLIENTS: usize = 10;
const LONG: Duration = Duration::from_secs(10);
const CROWD: usize = 1_000;
const PAGES: usize = 2_000;
/// Because of noise, a page that takes at most this many times as long counts as unchanged.
const SLOWER: f64 = 1.25;

fn main() {
    tokio::runtime::Runtime::new().unwrap().block_on(measure());
}

/// Starts a shop that asks this provider.
fn open(place: &tempfile::TempDir, provider: &Provider) -> Running {
    let data = place.path().join("data");
    let mut command = burts_books(&data);
    command.env("BURTS_BUZZ_URL", provider.base());
    // Long enough that requests which wait for their turn get a figure too.
    command.env("BURTS_BUZZ_SECONDS", "30");
    Running::of(command, &data)
}

/// Measures the real binary, with a provider on this machine that takes 700 ms for each answer: ten
/// clients for ten seconds, first with a new term for every request and then all with one term; a
/// thousand requests at once for one term; and a book's page while the provider hangs.
///
/// Fails if the thousand requests cause more than one request to the provider, or if the page takes
/// more than [`SLOWER`] times as long.
async fn measure() {
    let provider = Provider::that_takes(TAKES).await;
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let shop = open(&place, &provider);
    println!(
        "{} cores, a provider that takes {} ms, {CLIENTS} clients for {} s",
        std::thread::available_parallelism().unwrap(),
        TAKES.as_millis(),
        LONG.as_secs()
    );
    let next = AtomicUsize::new(0);
    let own = || format!("term{}", next.fetch_add(1, Relaxed));
    let one = || "pants".to_owned();
    println!("terms       answers   a second   asked of the provider");
    rate("their own", &shop, &provider, &own).await;
    rate("one", &shop, &provider, &one).await;

    let before = provider.asked().len();
    let begun = Instant::now();
    let client = Client::new();
    let crowd = (0..CROWD).map(|_| ask(&client, &shop, "/buzz?q=crowd".to_owned()));
    let answered = join_all(crowd).await;
    let asked = provider.asked().len() - before;
    println!(
        "{CROWD} at once on one term: {} answered in {:.2?}, asked of the provider: {asked}",
        answered.iter().filter(|good| **good).count(),
        begun.elapsed()
    );
    assert!(answered.into_iter().all(|good| good));
    assert_eq!(asked, 1);

    let alone = pages(&shop).await;
    provider.hang();
    let hanging: Vec<_> = (0..64)
        .map(|number| {
            let url = format!("http://{}/buzz?q=hanging{number}", shop.address);
            tokio::spawn(Client::new().get(url).send())
        })
        .collect();
    while provider
        .asked()
        .iter()
        .filter(|term| term.starts_with("hanging"))
        .count()
        < 16
    {
        tokio::task::yield_now().await;
    }
    let meanwhile = pages(&shop).await;
    let again = pages(&shop).await;
    provider.answer_all();
    hanging.into_iter().for_each(|one| one.abort());
    println!("a book's page    median      p99");
    for (when, times) in [
        ("before", &alone),
        ("hanging", &meanwhile),
        ("hanging", &again),
    ] {
        println!(
            "{when:<14} {:>5.2} ms {:>5.2} ms",
            at(times, 0.5),
            at(times, 0.99)
        );
    }
    let slower = at(&meanwhile, 0.5).min(at(&again, 0.5)) / at(&alone, 0.5);
    assert!(slower <= SLOWER, "{slower:.2} times as long");
}

async fn rate(
    what: &str,
    shop: &Running,
    provider: &Provider,
    term: &(impl Fn() -> String + Sync),
) {
    let before = provider.asked().len();
    let begun = Instant::now();
    let clients = (0..CLIENTS).map(async |_| {
        let client = Client::new();
        let mut answers = 0_u32;
        while begun.elapsed() < LONG {
            assert!(ask(&client, shop, format!("/buzz?q={}", term())).await);
            answers += 1;
        }
        answers
    });
    let answers: u32 = join_all(clients).await.into_iter().sum();
    println!(
        "{what:<10} {answers:>8} {:>10.1} {:>10}",
        f64::from(answers) / begun.elapsed().as_secs_f64(),
        provider.asked().len() - before
    );
}

/// Requests this page. Returns whether it has a figure.
async fn ask(client: &Client, shop: &Running, path: String) -> bool {
    let answer = client.get(format!("http://{}{path}", shop.address));
    let page = answer.send().await.unwrap().text().await.unwrap();
    page.contains("buzz-figure")
}

/// The times of [`PAGES`] requests for a book's page, made one after another: in ms, sorted.
async fn pages(shop: &Running) -> Vec<f64> {
    let client = Client::new();
    let url = format!(
        "http://{}/books/definitive-guide-to-the-internet",
        shop.address
    );
    let mut times = Vec::new();
    for _ in 0..PAGES {
        let begun = Instant::now();
        client
            .get(&url)
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    times
}

fn at(sorted: &[f64], part: f64) -> f64 {
    let last = sorted.len() - 1;
    sorted[((last as f64) * part).round() as usize]
}
