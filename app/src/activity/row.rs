//! A movement, as it is told.

use serde::Serialize;
use shop::{Language, MovementKind, Timestamp};
use store::Entry;

/// A movement, as it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its place in the ledger.
    pub place: String,
    /// When, to the millisecond: `2026-11-21T18:00:00.000Z`.
    pub at: String,
    /// Which book.
    pub book: String,
    /// The version of the book's level that it made.
    pub version: u64,
    /// What happened: a word of [`MovementKind`].
    pub kind: &'static str,
    /// By how much the copies in the shop changed.
    pub on_hand: i64,
    /// By how much the copies in carts changed.
    pub held: i64,
    /// By how much the copies in open orders changed.
    pub allocated: i64,
    /// The number of the hold that it was for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<u64>,
    /// The code of the order that it was for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// Why, in somebody's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl From<Entry> for Row {
    fn from(entry: Entry) -> Self {
        let movement = entry.movement;
        Self {
            place: entry.place.to_string(),
            at: exactly(movement.at),
            book: movement.book.to_string(),
            version: movement.version,
            kind: movement.kind.as_str(),
            on_hand: movement.on_hand,
            held: movement.held,
            allocated: movement.allocated,
            hold: movement.hold.map(|hold| hold.0),
            order: entry.order.map(|code| code.to_string()),
            reason: movement.reason,
        }
    }
}

/// A moment with its milliseconds.
fn exactly(at: Timestamp) -> String {
    let written = at.to_string();
    let seconds = written.trim_end_matches('Z');
    format!("{seconds}.{:03}Z", at.millis() % 1_000)
}

/// What happened, in words.
#[must_use]
pub fn kind_in_words(language: Language, kind: MovementKind) -> &'static str {
    match kind {
        MovementKind::Opened => say!(language, activity.opened),
        MovementKind::Held => say!(language, activity.held),
        MovementKind::Released => say!(language, activity.released),
        MovementKind::Expired => say!(language, activity.expired),
        MovementKind::Ordered => say!(language, activity.ordered),
        MovementKind::Collected => say!(language, activity.collected),
        MovementKind::Cancelled => say!(language, activity.cancelled),
        MovementKind::Overdue => say!(language, activity.overdue),
        MovementKind::Restocked => say!(language, activity.restocked),
        MovementKind::Adjusted => say!(language, activity.adjusted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_told_to_the_millisecond() {
        let at = Timestamp::from_millis(1_795_284_000_007);
        assert_eq!(exactly(at), "2026-11-21T18:00:00.007Z");
    }
}
