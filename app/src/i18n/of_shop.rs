//! Dates and times in the shop's time zone.

use shop::{Language, Timestamp};

use super::{day_in, moment_in};
use crate::server::current_settings;

/// A time in the shop's zone, as in “Saturday, 21 November 2026, 18:00 UTC”.
#[must_use]
pub fn moment(language: Language, at: Timestamp) -> String {
    moment_in(language, current_settings().profile.zone(), at)
}

/// The day of a time in the shop's zone, as in “21 November 2026”.
#[must_use]
pub fn day(language: Language, at: Timestamp) -> String {
    day_in(language, current_settings().profile.zone(), at)
}
