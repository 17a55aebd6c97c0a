//! A time in a table: short, so that a row stays one line.

use leptos::prelude::*;
use shop::{Language, Timestamp};

use crate::i18n::moment;

/// A time to the minute, as in “2026-11-21 18:00 UTC”. The tooltip has it in words.
pub(super) fn when(language: Language, at: Timestamp) -> AnyView {
    let written = at.to_string();
    let words = moment(language, at);
    view! { <time class="desk-when" datetime=written.clone() title=words>{to_the_minute(&written)}</time> }
        .into_any()
}

/// A time in RFC 3339, which is always in UTC, to the minute.
fn to_the_minute(written: &str) -> String {
    let minute = written.get(..16).unwrap_or(written);
    format!("{} UTC", minute.replacen('T', " ", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_to_the_minute() {
        let at = Timestamp::from_millis(1_795_284_000_000);
        assert_eq!(to_the_minute(&at.to_string()), "2026-11-21 18:00 UTC");
    }
}
