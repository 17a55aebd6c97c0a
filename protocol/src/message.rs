//! The messages on `/live`, as JSON.

use from_json::FromJson;
use serde::{Deserialize, Serialize};
use shop::{Epoch, Level, News, OrderCode};

use crate::PingValue;

/// A message of the server with everything that changed. Empty fields are left out; the empty
/// message, `{}`, is the heartbeat.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct LiveMessage {
    /// The epoch of the data. Only the first message of a connection has it, and only if the client
    /// has not named this epoch itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<Epoch>,
    /// The new level of each book that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stock: Vec<Level>,
    /// The announcements in force, if they changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub news: Option<News>,
    /// The new version of this shopper's cart and orders, which the page then reads again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mine: Option<u64>,
    /// The new version of each order that changed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<OrderVersion>,
    /// Whether the client has seen another epoch of the data, or higher versions than the data has,
    /// because a backup was restored. The client then applies the message even if its versions are
    /// not higher.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rewound: bool,
    /// Whether the shop cannot read its data at the moment, so that earlier messages may be out of
    /// date. Sent when this changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale: Option<bool>,
    /// Long poll: wait a random time up to this many milliseconds before asking again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pace_ms: Option<u32>,
    /// Socket: the server will close it. Reconnect after this many milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_ms: Option<u32>,
    /// The answer to a `ping`, with the same value.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::ping::present"
    )]
    #[from_json(with = "crate::ping::from_json")]
    pub pong: Option<PingValue>,
    /// Why the client's message was invalid. Such a message has no effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The topics that are unknown, if that is the error.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

/// The version of an order. When it changes, the order's page reads the order again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct OrderVersion {
    /// The order's code.
    pub code: OrderCode,
    /// 1 when the order is placed, then +1 with each change.
    pub version: u64,
}

/// A message of a client on a socket.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientMessage {
    /// The topics to follow from now on, with the versions that the client has seen: the text of a
    /// [`Seen`](crate::Seen).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
    /// With `seen`: whether the client was told that its data may be out of date, and need not be
    /// told again.
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
    fn empty_fields_are_left_out_of_a_message() {
        assert_eq!(
            serde_json::to_string(&LiveMessage::default()).unwrap(),
            "{}"
        );
        let message = LiveMessage {
            stock: vec![Level {
                book: shop::Slug::parse("small-hours").unwrap(),
                available: 9,
                in_carts: true,
                price: shop::Price::from_cents(2_000),
                page: 1,
                withdrawn: false,
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
            r#"{"stock":[{"book":"small-hours","available":9,"in_carts":true,"price":2000,"page":1,"version":42}],"mine":8,"orders":[{"code":"4KX9-QD2M-7HTB","version":3}]}"#
        );
    }
}
