//! Movements of the ledger as rows of the desk's page, stream and exports.

use protocol::LedgerRow;
use shop::Timestamp;
use store::LedgerEntry;

/// A movement as a row.
#[must_use]
pub fn ledger_row(entry: LedgerEntry) -> LedgerRow {
    let movement = entry.movement;
    LedgerRow {
        place: entry.place.to_string(),
        at: to_the_millisecond(movement.at),
        book: movement.book.to_string(),
        version: movement.version,
        kind: movement.kind,
        on_hand: movement.on_hand,
        held: movement.held,
        allocated: movement.allocated,
        hold: movement.hold.map(|hold| hold.0),
        order: entry.order.map(|code| code.to_string()),
        reason: movement.reason,
        receipt: movement.receipt.map(|code| code.to_string()),
    }
}

/// A time in RFC 3339 with milliseconds.
fn to_the_millisecond(at: Timestamp) -> String {
    let written = at.to_string();
    let seconds = written.trim_end_matches('Z');
    format!("{seconds}.{:03}Z", at.millis() % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_to_the_millisecond() {
        let at = Timestamp::from_millis(1_795_284_000_007);
        assert_eq!(to_the_millisecond(at), "2026-11-21T18:00:00.007Z");
    }
}
