//! How often a title is being talked about: the provider, and the words for its answers.

pub(crate) mod page;

use std::sync::Arc;

use buzz::{Answer, Buzz, Figure, InvalidTerm, Term, Trouble, Unit};
use leptos::context::use_context;
use shop::Language;

/// The provider that the shop asks, if any.
#[derive(Debug, Clone)]
pub struct BuzzContext(pub Option<BuzzSource>);

/// A provider of mentions.
#[derive(Debug, Clone)]
pub struct BuzzSource {
    /// The client that asks it.
    pub buzz: Buzz,
    /// Its name, as people know it.
    pub source: Arc<str>,
}

/// The provider, if there is one.
pub(crate) fn buzz_source() -> Option<BuzzSource> {
    use_context::<BuzzContext>()?.0
}

/// The name of the provider, if there is one.
pub(crate) fn provider_name() -> Option<Arc<str>> {
    buzz_source().map(|source| source.source)
}

/// A rate, as a number and its unit.
pub(crate) fn rate_words(language: Language, figure: &Figure) -> (String, &'static str) {
    let (number, unit) = figure.rate.told();
    let unit = match unit {
        Unit::Second => say!(language, buzz.a_second),
        Unit::Minute => say!(language, buzz.a_minute),
        Unit::Hour => say!(language, buzz.an_hour),
        Unit::Day => say!(language, buzz.a_day),
    };
    (number_words(language, number), unit)
}

/// Two significant digits; more would not be known.
fn number_words(language: Language, number: f64) -> String {
    match number {
        less if less < 0.01 => say!(language, buzz.less_than).to_owned(),
        less if less < 0.1 => format!("{less:.3}"),
        less if less < 1.0 => format!("{less:.2}"),
        few if few < 9.95 => format!("{few:.1}"),
        many => with_separators(many.round()),
    }
}

/// A number with commas between the thousands.
fn with_separators(whole: f64) -> String {
    let digits = format!("{whole:.0}");
    let mut written = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// The line on a book's page.
#[must_use]
pub fn book_page_line(language: Language, answer: &Answer) -> String {
    match &answer.figure {
        None => say!(language, buzz.on_page_none).to_owned(),
        Some(figure) => {
            let (number, unit) = rate_words(language, figure);
            say!(language, buzz.on_page, number = number, unit = unit)
        }
    }
}

/// Why a term cannot be asked for.
pub(crate) fn invalid_term_message(language: Language, why: InvalidTerm) -> String {
    match why {
        InvalidTerm::Empty => say!(language, buzz.empty).to_owned(),
        InvalidTerm::TooLong => say!(language, buzz.too_long, most = Term::LONGEST),
        InvalidTerm::Control => say!(language, buzz.control).to_owned(),
    }
}

/// Why there is no answer.
pub(crate) fn failure_message(language: Language, source: &str, why: Trouble) -> String {
    let source = source.to_owned();
    match why {
        Trouble::Late => say!(language, buzz.late, source = source),
        Trouble::Failed => say!(language, buzz.failed, source = source),
        Trouble::Resting => say!(language, buzz.resting, source = source),
        Trouble::Crowded => say!(language, buzz.crowded).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_the_digits_that_are_known() {
        for (number, words) in [
            (0.0, "less than 0.01"),
            (0.009, "less than 0.01"),
            (0.0123, "0.012"),
            (0.25, "0.25"),
            (1.0, "1.0"),
            (3.24, "3.2"),
            (9.96, "10"),
            (59.7, "60"),
            (999.6, "1,000"),
            (1_234_567.0, "1,234,567"),
        ] {
            assert_eq!(number_words(Language::English, number), words);
        }
        assert_eq!(number_words(Language::Chinese, 0.0), "不到 0.01");
    }
}
