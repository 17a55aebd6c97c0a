//! A movement of the ledger, as the desk's stream and its exports have it.

use serde::Serialize;

/// A movement of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LedgerRow {
    /// Its place in the ledger.
    pub place: String,
    /// When, to the millisecond: `2026-11-21T18:00:00.000Z`.
    pub at: String,
    /// Which book.
    pub book: String,
    /// The version of the book's level that it made.
    pub version: u64,
    /// What happened: a word of [`shop::MovementKind`].
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
