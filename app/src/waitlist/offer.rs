//! The time left to accept a copy that is kept for somebody on the waitlist.

use std::time::Duration;

use shop::Language;

/// How long it is theirs. It is nobody's until it is taken.
pub(crate) fn time_to_take(language: Language, left: Duration) -> String {
    match left.as_secs() {
        0 => say!(language, book.offer_over).to_owned(),
        1..60 => say!(language, book.offer_last_minute).to_owned(),
        more => say!(language, book.offer, minutes = more.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_offer_says_how_long_it_stands() {
        for (seconds, words) in [
            (300, "for 5 minutes"),
            (299, "for 5 minutes"),
            (61, "for 2 minutes"),
            (59, "less than a minute"),
            (0, "the next one’s"),
        ] {
            let said = time_to_take(Language::English, Duration::from_secs(seconds));
            assert!(said.contains(words), "{seconds}: {said}");
        }
    }
}
