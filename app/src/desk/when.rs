//! A time in a table: short, so that a row stays one line.

use leptos::prelude::*;
use shop::{Language, Timestamp, Zone};

use crate::{i18n::moment, server::current_settings};

/// A time in the shop's zone to the minute, as in “2026-11-21 18:00 UTC”. The tooltip has it in words.
pub(super) fn when(language: Language, at: Timestamp) -> AnyView {
    let settings = current_settings();
    let (written, words) = (at.to_string(), moment(language, at));
    let short = to_the_minute(settings.profile.zone(), at);
    view! { <time class="desk-when" datetime=written title=words>{short}</time> }.into_any()
}

fn to_the_minute(zone: &Zone, at: Timestamp) -> String {
    let wall = zone.wall(at).to_string();
    let minute = wall.get(..16).unwrap_or(&wall);
    format!("{} {}", minute.replacen('T', " ", 1), zone.label(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_to_the_minute_in_the_shops_zone() {
        let at = Timestamp::from_millis(1_795_284_000_000);
        assert_eq!(to_the_minute(&Zone::default(), at), "2026-11-21 18:00 UTC");
        let berlin: Zone = "Europe/Berlin".parse().unwrap();
        assert_eq!(to_the_minute(&berlin, at), "2026-11-21 19:00 CET");
    }
}
