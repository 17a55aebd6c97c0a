//! Invents a catalogue of any size, the same one each time.

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use store::{NewBook, opening_catalogue};

use super::SEED;

pub(super) const WORDS: usize = 40_000;

/// Invented words for titles: a few are frequent and most are rare, as in a natural language.
/// One title in twenty is Chinese instead.
pub(super) struct Titles {
    pub(super) words: Vec<String>,
}

impl Titles {
    pub(super) fn new(rng: &mut StdRng) -> Self {
        const FREQUENT: [&str; 12] = [
            "the", "of", "and", "a", "in", "to", "for", "with", "on", "my", "from", "how",
        ];
        let mut words: Vec<String> = FREQUENT.map(str::to_owned).into();
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

pub(super) fn books(titles: &Titles, count: usize) -> Vec<NewBook> {
    let mut rng = StdRng::seed_from_u64(SEED);
    let template = opening_catalogue()[0];
    let mut new_book = |number: usize| {
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
            ..template
        }
    };
    (0..count).map(&mut new_book).collect()
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

pub(super) fn letter(rng: &mut StdRng) -> char {
    char::from(b'a' + rng.random_range(0..26))
}

/// One of 3,000 Chinese characters.
pub(super) fn han(rng: &mut impl Rng) -> char {
    char::from_u32(0x4e00 + rng.random_range(0..3_000)).unwrap()
}
