//! A copy that has come back and is kept for whoever has waited for it: on the book's page
//! and in the cart.

use std::time::Duration;

/// How long it is theirs. It is nobody's until it is taken.
pub(super) fn time_to_take(left: Duration) -> String {
    match left.as_secs() {
        0 => "It was offered to you, and is the next one’s now.".to_owned(),
        1..60 => "You have waited for it. It is yours for less than a minute: take it.".to_owned(),
        more => format!(
            "You have waited for it. It is yours for {} minutes: take it.",
            more.div_ceil(60)
        ),
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
            let said = time_to_take(Duration::from_secs(seconds));
            assert!(said.contains(words), "{seconds}: {said}");
        }
    }
}
