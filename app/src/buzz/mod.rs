//! Buzz, how often a title is mentioned: the provider, and the messages about its answers.

pub(crate) mod page;

use std::{fmt::Display, sync::Arc};

use buzz::{BuzzClient, Estimate, InvalidSearchTerm, LookupError, Report, SearchTerm, Unit};
use leptos::context::use_context;
use shop::Language;

use crate::i18n::{
    PluralOperands,
    message_slot::NumberSlot,
    rate::{Rate, rate},
};

/// The provider in the context of a request, if the shop has one.
#[derive(Debug, Clone)]
pub struct BuzzContext(pub Option<BuzzSource>);

/// A provider of mentions.
#[derive(Debug, Clone)]
pub struct BuzzSource {
    /// The client that sends requests to it.
    pub buzz: BuzzClient,
    /// Its name, for people.
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

/// A rate below this, in mentions a day, is shown as “less than once in 100 days”.
const RARE: f64 = 0.01;

/// A rate in words.
pub(crate) fn rate_words(language: Language, figure: &Estimate) -> String {
    match figure.rate.in_readable_unit() {
        (rare, _) if rare < RARE => say!(language, buzz.rarely).to_owned(),
        (number, unit) => rate_message(language, unit, rate(language, number)),
    }
}

/// A rate in words with a slot for its number, and the number. `None` if it is below [`RARE`].
pub(crate) fn rate_with_slot(language: Language, figure: &Estimate) -> Option<(String, Rate)> {
    let (number, unit) = figure.rate.in_readable_unit();
    (number >= RARE).then(|| {
        let rate = rate(language, number);
        let message = rate_message(language, unit, NumberSlot(rate.clone()));
        (message, rate)
    })
}

fn rate_message(
    language: Language,
    unit: Unit,
    count: impl Display + Clone + Into<PluralOperands>,
) -> String {
    match unit {
        Unit::Second => say!(language, buzz.a_second, count),
        Unit::Minute => say!(language, buzz.a_minute, count),
        Unit::Hour => say!(language, buzz.an_hour, count),
        Unit::Day => say!(language, buzz.a_day, count),
    }
}

/// The line on a book's page.
#[must_use]
pub fn book_page_line(language: Language, answer: &Report) -> String {
    let Some(figure) = &answer.estimate else {
        return say!(language, buzz.on_page_none).to_owned();
    };
    let (number, unit) = figure.rate.in_readable_unit();
    if number < RARE {
        return say!(language, buzz.on_page_rarely).to_owned();
    }
    let count = rate(language, number);
    match unit {
        Unit::Second => say!(language, buzz.on_page_a_second, count),
        Unit::Minute => say!(language, buzz.on_page_a_minute, count),
        Unit::Hour => say!(language, buzz.on_page_an_hour, count),
        Unit::Day => say!(language, buzz.on_page_a_day, count),
    }
}

/// The message for an invalid search term.
pub(crate) fn invalid_term_message(language: Language, why: InvalidSearchTerm) -> String {
    match why {
        InvalidSearchTerm::Empty => say!(language, buzz.empty).to_owned(),
        InvalidSearchTerm::TooLong => say!(language, buzz.too_long, count = SearchTerm::MAX_CHARS),
        InvalidSearchTerm::ControlCharacter => say!(language, buzz.control).to_owned(),
    }
}

/// The message for a lookup that failed.
pub(crate) fn failure_message(language: Language, source: &str, why: LookupError) -> String {
    let source = source.to_owned();
    match why {
        LookupError::TimedOut => say!(language, buzz.late, source = source),
        LookupError::ProviderFailed => say!(language, buzz.failed, source = source),
        LookupError::BreakerOpen => say!(language, buzz.resting, source = source),
        LookupError::Overloaded => say!(language, buzz.crowded).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_the_plural_form_of_its_number() {
        let words = |language, value| rate_message(language, Unit::Hour, rate(language, value));
        for (value, english) in [
            (1.0, "1.0 times an hour"),
            (3.24, "3.2 times an hour"),
            (1_234.0, "1,234 times an hour"),
        ] {
            assert_eq!(words(Language::English, value), english);
        }
        assert_eq!(words(Language::Chinese, 3.24), "每小时 3.2 次");
    }
}
