//! The messages on `/live`, as JSON.

use serde::{Deserialize, Serialize};
use shop::{Level, News, OrderCode};

use crate::PingValue;

/// What the server sends: everything that changed, absent parts left out. An
/// empty one, `{}`, is the heartbeat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveMessage {
    /// The new level of each book that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stock: Vec<Level>,
    /// The announcements in force, where that is other than it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<News>,
    /// The number of this cookie's cart and orders: it has grown, so the page asks
    /// for what it shows of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mine: Option<u64>,
    /// The new number of each order that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<OrderVersion>,
    /// True where the data is older than what the client has seen (a restored
    /// backup): what is said holds although its versions are lower.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rewound: bool,
    /// The shop's data cannot be read just now, so what was said of it may be old; or
    /// no longer so. Said when it differs from what the client was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale: Option<bool>,
    /// Long poll: wait a random time up to this many milliseconds before asking again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace_ms: Option<u32>,
    /// Socket: it will be closed; come back after this many milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_ms: Option<u32>,
    /// The answer to a `ping`, with what it carried.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::ping::present"
    )]
    pub pong: Option<PingValue>,
    /// What was wrong with what the client sent. Nothing has changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The topics that the error is about: they are not known here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

/// An order has changed, so its page asks for it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderVersion {
    /// Which order.
    pub code: OrderCode,
    /// Its number: 1 when it is placed, +1 with every change.
    pub version: u64,
}

/// What a client sends on a socket.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientMessage {
    /// Replaces the set of topics that are followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// With `seen`: the client was told that what it knows may be old.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub stale: bool,
    /// Asks for a `pong` with the same value.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::ping::present"
    )]
    pub ping: Option<PingValue>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_only_the_parts_that_it_has() {
        assert_eq!(
            serde_json::to_string(&LiveMessage::default()).unwrap(),
            "{}"
        );
        let message = LiveMessage {
            stock: vec![Level {
                book: shop::Slug::parse("small-hours").unwrap(),
                available: 9,
                in_carts: true,
                version: 42,
            }],
            mine: Some(8),
            orders: vec![OrderVersion {
                code: "4KX9-QD2M-7HTB".parse().unwrap(),
                version: 3,
            }],
            ..LiveMessage::default()
        };
        assert_eq!(
            serde_json::to_string(&message).unwrap(),
            r#"{"stock":[{"book":"small-hours","available":9,"in_carts":true,"version":42}],"mine":8,"orders":[{"code":"4KX9-QD2M-7HTB","version":3}]}"#
        );
    }
}
