//! The movements of the ledger, as in exports and in the desk's live stream, with the stream's
//! messages.

use from_json::FromJson;
use serde::{Deserialize, Serialize};
use shop::MovementKind;

/// The close code of the desk's sockets when the session has ended: signed out, revoked or expired.
pub const SESSION_OVER: u16 = 4401;

/// A movement of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromJson)]
pub struct LedgerRow {
    /// The place in the ledger.
    pub place: String,
    /// When it was recorded, to the millisecond: `2026-11-21T18:00:00.000Z`.
    pub at: String,
    /// The book.
    pub book: String,
    /// The version of the book's level after the movement.
    pub version: u64,
    /// What happened.
    pub kind: MovementKind,
    /// The change in copies in the shop.
    pub on_hand: i64,
    /// The change in copies in carts and offers.
    pub held: i64,
    /// The change in copies in open orders.
    pub allocated: i64,
    /// The number of the hold that caused it, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<u64>,
    /// The code of the order that caused it, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The reason, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The code of the receipt, if it happened at the counter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

/// A message of the server on the ledger's stream. Empty fields are left out; the empty message,
/// `{}`, is the heartbeat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, FromJson)]
pub struct LedgerMessage {
    /// The next movements, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rows: Vec<LedgerRow>,
    /// The place to acknowledge, and to continue from after a reconnect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// About how many movements follow `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behind: Option<u64>,
    /// Whether the reader was ahead of the ledger, because a backup was restored.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rewound: bool,
    /// Why the stream ends, if it ends because of an error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The stream ends. Reconnect after this many milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_ms: Option<u32>,
}

/// An acknowledgement, the only message that a reader of the ledger's stream sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LedgerAcknowledgement {
    /// The place up to which the reader has processed everything.
    pub next: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_as_it_is_written() {
        let message = LedgerMessage {
            rows: vec![LedgerRow {
                place: "0-43".to_owned(),
                at: "2026-11-21T18:00:00.007Z".to_owned(),
                book: "small-hours".to_owned(),
                version: 7,
                kind: MovementKind::Held,
                on_hand: 0,
                held: 1,
                allocated: 0,
                hold: Some(12),
                order: None,
                reason: None,
                receipt: None,
            }],
            next: Some("0-43".to_owned()),
            behind: Some(1_200),
            ..LedgerMessage::default()
        };
        let text = serde_json::to_string(&message).unwrap();
        assert_eq!(
            text,
            r#"{"rows":[{"place":"0-43","at":"2026-11-21T18:00:00.007Z","book":"small-hours","version":7,"kind":"held","on_hand":0,"held":1,"allocated":0,"hold":12}],"next":"0-43","behind":1200}"#
        );
        assert_eq!(LedgerMessage::from_text(&text), Some(message));
    }

    #[test]
    fn a_heartbeat_is_empty() {
        let heartbeat = LedgerMessage::default();
        assert_eq!(serde_json::to_string(&heartbeat).unwrap(), "{}");
        assert_eq!(LedgerMessage::from_text("{}"), Some(heartbeat));
    }
}
