//! The kinds of request that are measured, and the first page after a change of the catalogue.

use std::{fs, sync::Arc, time::Instant};

use rand::{RngExt, SeedableRng, rngs::StdRng};
use shop::{Browse, PageNumber, Query, Sort};
use store::{NewBook, Store};

use super::{
    SEED,
    catalogue::{Titles, WORDS, han, letter},
    megabytes,
};

pub(super) const TIMES: usize = 300;

pub(super) async fn measure(
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
    run(&*store, "the most frequent word", || query("the")).await;
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
    run(&*store, "the beginning of an ISBN", || {
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
