//! How often something is being talked about, as pages ask and tell it.

use std::sync::Arc;

use buzz::{BuzzClient, Estimate, InvalidSearchTerm, LookupError, Report, SearchTerm, Unit};
use leptos::context::use_context;
use shop::Language;

/// How this shop asks; nothing where it does not.
#[derive(Debug, Clone)]
pub struct BuzzContext(pub Option<Asked>);

/// Who is asked.
#[derive(Debug, Clone)]
pub struct Asked {
    /// How.
    pub buzz: BuzzClient,
    /// What people know the provider by.
    pub source: Arc<str>,
}

/// Who is asked, if anybody is.
pub(crate) fn asked() -> Option<Asked> {
    use_context::<BuzzContext>()?.0
}

/// What people know the provider by, if there is one.
pub(crate) fn source() -> Option<Arc<str>> {
    asked().map(|asked| asked.source)
}

/// How often, as a number and what it counts.
pub(crate) fn told(here: Language, figure: &Estimate) -> (String, &'static str) {
    let (number, unit) = figure.rate.in_readable_unit();
    let unit = match unit {
        Unit::Second => say!(here, buzz.a_second),
        Unit::Minute => say!(here, buzz.a_minute),
        Unit::Hour => say!(here, buzz.an_hour),
        Unit::Day => say!(here, buzz.a_day),
    };
    (number_words(here, number), unit)
}

/// Two digits that count, and no more than are known.
fn number_words(here: Language, number: f64) -> String {
    match number {
        less if less < 0.01 => say!(here, buzz.less_than).to_owned(),
        less if less < 0.1 => format!("{less:.3}"),
        less if less < 1.0 => format!("{less:.2}"),
        few if few < 9.95 => format!("{few:.1}"),
        many => with_separators(many.round()),
    }
}

/// Thousands apart, as both languages write them.
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
pub fn line(here: Language, answer: &Report) -> String {
    match &answer.estimate {
        None => say!(here, buzz.on_page_none).to_owned(),
        Some(figure) => {
            let (number, unit) = told(here, figure);
            say!(here, buzz.on_page, number = number, unit = unit)
        }
    }
}

/// Why nothing can be asked like that.
pub(crate) fn invalid(here: Language, why: InvalidSearchTerm) -> String {
    match why {
        InvalidSearchTerm::Empty => say!(here, buzz.empty).to_owned(),
        InvalidSearchTerm::TooLong => say!(here, buzz.too_long, most = SearchTerm::MAX_CHARS),
        InvalidSearchTerm::ControlCharacter => say!(here, buzz.control).to_owned(),
    }
}

/// Why there is no answer.
pub(crate) fn trouble(here: Language, source: &str, why: LookupError) -> String {
    let source = source.to_owned();
    match why {
        LookupError::TimedOut => say!(here, buzz.late, source = source),
        LookupError::ProviderFailed => say!(here, buzz.failed, source = source),
        LookupError::BreakerOpen => say!(here, buzz.resting, source = source),
        LookupError::Overloaded => say!(here, buzz.crowded).to_owned(),
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
