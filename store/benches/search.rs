//! Measures searching and paging through a large catalogue in both stores: `scripts/with-postgres
//! cargo bench --profile release -p store --bench search`.

#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has failed"
)]

use std::{fs, sync::Arc, time::Instant};

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use shop::{Browse, PageNumber, Query, Sort};
use sqlx::{
    ConnectOptions, Connection, PgConnection, SqliteConnection, sqlite::SqliteConnectOptions,
};
use store::{
    NewBook, Options, Store, opening_catalogue, postgres::PostgresStore, sqlite::SqliteStore,
};

const TIMES: usize = 300;
const WORDS: usize = 40_000;
const SEED: u64 = 6;

fn main() {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(std::thread::available_parallelism().unwrap().get())
        .enable_all()
        .build()
        .unwrap()
        .block_on(measure_all());
}

/// Measures [`Store::browse`]: everything between a parsed request and a page that can be rendered.
/// `CATALOGUE_BOOKS` is the number of titles, 100,000 by default.
async fn measure_all() {
    let count = std::env::var("CATALOGUE_BOOKS").map_or(100_000, |count| count.parse().unwrap());
    let titles = Titles::new(&mut StdRng::seed_from_u64(SEED));
    let books = books(&titles, count);
    println!(
        "{count} books, {} cores for all of it, seed {SEED}, {TIMES} of each kind one after another",
        std::thread::available_parallelism().unwrap()
    );

    let data = tempfile::tempdir().unwrap();
    let began = Instant::now();
    let store = SqliteStore::open(data.path(), &books, Options::default())
        .await
        .unwrap();
    println!(
        "\nSQLite: stocked in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    store.close().await;
    drop(store);
    let file = data.path().join("shop.sqlite");
    println!(
        "file: {:.1} MB",
        megabytes(fs::metadata(&file).unwrap().len())
    );
    let began = Instant::now();
    let store = SqliteStore::open(data.path(), &[], Options::default())
        .await
        .unwrap();
    println!("opened in {:.0} ms", began.elapsed().as_secs_f64() * 1e3);
    let mut beside = SqliteConnectOptions::new()
        .filename(&file)
        .connect()
        .await
        .unwrap();
    measure(Arc::new(store), &titles, &books, async |count: u32| {
        let sql = "update book set price_cents = price_cents + 1 where id <= ?";
        sqlx::query(sql)
            .bind(count)
            .execute(&mut beside as &mut SqliteConnection)
            .await
            .unwrap();
    })
    .await;

    let Ok(server) = std::env::var("BURTS_TEST_POSTGRES") else {
        println!("\nno PostgreSQL: run this by scripts/with-postgres");
        return;
    };
    let mut admin = PgConnection::connect(&server).await.unwrap();
    let version: String = sqlx::query_scalar("select current_setting('server_version')")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    sqlx::raw_sql("create database bench_search")
        .execute(&mut admin)
        .await
        .unwrap();
    let (server, _) = server.rsplit_once('/').unwrap();
    let text = format!("{server}/bench_search");
    let (url, began) = (text.parse().unwrap(), Instant::now());
    let store = PostgresStore::open(&url, &books, Options::default())
        .await
        .unwrap();
    println!(
        "\nPostgreSQL {version}: stocked in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    let mut beside = PgConnection::connect(&text).await.unwrap();
    sqlx::raw_sql("analyze").execute(&mut beside).await.unwrap();
    measure(Arc::new(store), &titles, &books, async |count: u32| {
        let sql = "update book set price_cents = price_cents + 1 where id <= $1";
        sqlx::query(sql)
            .bind(i64::from(count))
            .execute(&mut beside)
            .await
            .unwrap();
    })
    .await;
}

async fn measure(
    store: Arc<dyn Store>,
    titles: &Titles,
    books: &[NewBook],
    mut change: impl AsyncFnMut(u32),
) {
    let (before, began) = (resident(), Instant::now());
    store.browse(&Browse::default()).await.unwrap();
    println!(
        "the whole catalogue read and indexed in {:.0} ms, {:.0} MB",
        began.elapsed().as_secs_f64() * 1e3,
        resident() - before
    );
    println!(
        "\n{:<44} {:>8} {:>8} {:>8} {:>9}",
        "", "p50 ms", "p99 ms", "max ms", "found"
    );
    let mut rng = StdRng::seed_from_u64(SEED);
    let last = PageNumber::last_of(u32::try_from(books.len()).unwrap());
    let all = |sort, in_stock, page| Browse {
        sort,
        in_stock,
        page,
        ..Browse::default()
    };
    let pages: [(&str, Browse); 6] = [
        ("first page", Browse::default()),
        ("last page by title", all(Some(Sort::Title), false, last)),
        ("in stock, first page", all(None, true, PageNumber::FIRST)),
        (
            "in stock by author, page 3000",
            all(Some(Sort::Author), true, PageNumber::new(3_000)),
        ),
        (
            "newest, page 2000",
            all(Some(Sort::Newest), false, PageNumber::new(2_000)),
        ),
        (
            "beyond the end",
            all(None, false, PageNumber::new(u32::MAX)),
        ),
    ];
    for (name, request) in pages {
        run(&*store, name, || request.clone()).await;
    }
    let book = |rng: &mut StdRng| books[rng.random_range(..books.len())];
    let latin = |rng: &mut StdRng| loop {
        let title = book(rng).title;
        if title.is_ascii() && title.split(' ').filter(|word| word.len() > 5).count() > 1 {
            return title;
        }
    };
    run(&*store, "a whole title", || query(latin(&mut rng))).await;
    run(&*store, "a title and its author", || {
        let book = book(&mut rng);
        query(&format!("{} {}", book.title, book.author))
    })
    .await;
    run(&*store, "one word as frequent as there are", || {
        query("the")
    })
    .await;
    run(&*store, "the same, in stock, by price, page 500", || {
        Browse {
            sort: Some(Sort::PriceUp),
            in_stock: true,
            page: PageNumber::new(500),
            ..query("the")
        }
    })
    .await;
    run(&*store, "a rare word", || {
        query(&titles.words[rng.random_range(1_000..WORDS)])
    })
    .await;
    run(&*store, "one letter", || {
        query(&beginning(&titles.words[rng.random_range(..WORDS)], 1))
    })
    .await;
    run(&*store, "three letters", || {
        query(&beginning(&titles.words[rng.random_range(..WORDS)], 3))
    })
    .await;
    run(&*store, "a word with a letter wrong", || {
        let word = titles.words[rng.random_range(..WORDS)].clone();
        query(&misspelt(&word, &mut rng))
    })
    .await;
    run(&*store, "a whole title, each word misspelt", || {
        let title = latin(&mut rng);
        let words: Vec<String> = title
            .split(' ')
            .map(|word| misspelt(word, &mut rng))
            .collect();
        query(&words.join(" "))
    })
    .await;
    run(&*store, "two Chinese characters", || {
        let pair: String = [han(&mut rng), han(&mut rng)].iter().collect();
        query(&pair)
    })
    .await;
    run(&*store, "an ISBN", || query(book(&mut rng).isbn.unwrap())).await;
    run(&*store, "the beginning of one", || {
        query(&book(&mut rng).isbn.unwrap()[..8])
    })
    .await;
    run(&*store, "10,000 random letters and spaces", || {
        let letters = (0..10_000).map(|_| {
            if rng.random_ratio(1, 7) {
                ' '
            } else {
                letter(&mut rng)
            }
        });
        query(&letters.collect::<String>())
    })
    .await;
    run(&*store, "frequent words, misspelt", || {
        let words: Vec<String> = (0..12)
            .map(|at| misspelt(&titles.words[at * 3], &mut rng))
            .collect();
        query(&words.join(" "))
    })
    .await;

    println!();
    for count in [1, 1_000, u32::try_from(books.len()).unwrap()] {
        change(count).await;
        let began = Instant::now();
        store.browse(&Browse::default()).await.unwrap();
        println!(
            "the first page after {count} changed books: {:.1} ms",
            began.elapsed().as_secs_f64() * 1e3
        );
    }
}

async fn run(store: &dyn Store, name: &str, mut request: impl FnMut() -> Browse) {
    let (mut took, mut found) = (Vec::with_capacity(TIMES), 0_u64);
    for _ in 0..TIMES {
        let request = request();
        let began = Instant::now();
        let page = store.browse(&request).await.unwrap();
        took.push(began.elapsed());
        found += u64::from(page.total);
    }
    took.sort_unstable();
    let ms = |at: usize| took[at].as_secs_f64() * 1e3;
    let found = found / TIMES as u64;
    println!(
        "{name:<44} {:>8.2} {:>8.2} {:>8.2} {found:>9}",
        ms(TIMES / 2),
        ms(TIMES * 99 / 100),
        ms(TIMES - 1)
    );
}

fn query(text: &str) -> Browse {
    Browse {
        query: Query::new(text),
        ..Browse::default()
    }
}

/// Invented words for titles: a few are frequent and most are rare, as in a natural language.
/// One title in twenty is Chinese instead.
struct Titles {
    words: Vec<String>,
}

impl Titles {
    fn new(rng: &mut StdRng) -> Self {
        const SMALL: [&str; 12] = [
            "the", "of", "and", "a", "in", "to", "for", "with", "on", "my", "from", "how",
        ];
        let mut words: Vec<String> = SMALL.map(str::to_owned).into();
        let mut known: std::collections::HashSet<String> = words.iter().cloned().collect();
        while words.len() < WORDS {
            let word: String = (0..rng.random_range(2..5)).map(|_| syllable(rng)).collect();
            if known.insert(word.clone()) {
                words.push(word);
            }
        }
        Self { words }
    }

    /// A random word. The nth word is about n times as rare as the first.
    fn word(&self, rng: &mut StdRng) -> &str {
        let skewed = (WORDS as f64).powf(rng.random::<f64>()) - 1.0;
        &self.words[(skewed as usize).min(WORDS - 1)]
    }
}

fn books(titles: &Titles, count: usize) -> Vec<NewBook> {
    let mut rng = StdRng::seed_from_u64(SEED);
    let like = opening_catalogue()[0];
    let mut new = |number: usize| {
        let title = if number.is_multiple_of(20) {
            (0..rng.random_range(2..9)).map(|_| han(&mut rng)).collect()
        } else {
            let words = rng.random_range(2..9);
            let words: Vec<_> = (0..words).map(|_| titles.word(&mut rng)).collect();
            words.join(" ")
        };
        let author = format!(
            "{} {}",
            titles.words[rng.random_range(500..2_000)],
            titles.words[rng.random_range(2_000..20_000)]
        );
        NewBook {
            slug: leaked(format!("book-{number}")),
            title: leaked(title),
            author: leaked(author),
            isbn: Some(leaked(isbn(number))),
            price_cents: rng.random_range(300..9_000),
            copies: rng.random_range(0..6),
            ..like
        }
    };
    (0..count).map(&mut new).collect()
}

fn leaked(text: String) -> &'static str {
    text.leak()
}

fn isbn(number: usize) -> String {
    let twelve = format!("9799{number:08}");
    let sum: u32 = twelve
        .bytes()
        .zip([1, 3].iter().cycle())
        .map(|(b, w)| u32::from(b - b'0') * w)
        .sum();
    format!("{twelve}{}", (10 - sum % 10) % 10)
}

fn syllable(rng: &mut StdRng) -> String {
    const FIRST: [&str; 16] = [
        "b", "br", "c", "d", "f", "g", "l", "m", "n", "p", "r", "s", "st", "t", "v", "w",
    ];
    const THEN: [&str; 12] = [
        "a", "e", "i", "o", "u", "ea", "an", "er", "in", "on", "al", "ó",
    ];
    format!(
        "{}{}",
        FIRST[rng.random_range(0..16)],
        THEN[rng.random_range(0..12)]
    )
}

fn letter(rng: &mut StdRng) -> char {
    char::from(b'a' + rng.random_range(0..26))
}

/// One of 3,000 Chinese characters.
fn han(rng: &mut impl Rng) -> char {
    char::from_u32(0x4e00 + rng.random_range(0..3_000)).unwrap()
}

fn beginning(word: &str, letters: usize) -> String {
    word.chars().take(letters).collect()
}

/// A word with one letter wrong, missing, extra or swapped.
fn misspelt(word: &str, rng: &mut StdRng) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = rng.random_range(..letters.len());
    match rng.random_range(0..4) {
        0 => letters[at] = letter(rng),
        1 if letters.len() > 1 => drop(letters.remove(at)),
        2 => letters.insert(at, letters[at]),
        _ => letters.swap(at, at.saturating_sub(1)),
    }
    letters.into_iter().collect()
}

/// The resident memory of this process in MB.
fn resident() -> f64 {
    let statm = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm
        .split(' ')
        .nth(1)
        .and_then(|pages| pages.parse::<u64>().ok());
    megabytes(pages.unwrap_or(0) * 4096)
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
