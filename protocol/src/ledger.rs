//! A movement of the ledger, as in the desk's live stream and in exports.

use serde::Serialize;

/// A movement of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerRow {
    /// The place in the ledger.
    pub place: String,
    /// When it was recorded, to the millisecond: `2026-11-21T18:00:00.000Z`.
    pub at: String,
    /// The book.
    pub book: String,
    /// The version of the book's level after the movement.
    pub version: u64,
    /// What happened: the name of a [`shop::MovementKind`].
    pub kind: &'static str,
    /// The change in copies in the shop.
    pub on_hand: i64,
    /// The change in copies in carts.
    pub held: i64,
    /// The change in copies in open orders.
    pub allocated: i64,
    /// The number of the hold that caused it, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<u64>,
    /// The code of the order that caused it, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The reason, if one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
