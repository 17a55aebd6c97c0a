//! Reads the JSON that the shop sends to every page.

use protocol::{LineAnswer, LiveMessage, OrderVersion, ping_value};
use shop::{Announcement, ChangedLine, Level, News, Price, Slug, Timestamp};

use super::{Json, Refused, json::FromJson};

impl FromJson for String {
    fn from_json(json: &Json) -> Option<Self> {
        json.text()
    }
}

impl FromJson for Slug {
    fn from_json(json: &Json) -> Option<Self> {
        json.parsed()
    }
}

impl FromJson for Price {
    fn from_json(json: &Json) -> Option<Self> {
        json.count().map(Self::from_cents)
    }
}

impl FromJson for Timestamp {
    fn from_json(json: &Json) -> Option<Self> {
        json.number().map(Self::from_millis)
    }
}

impl FromJson for Level {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            book: json.get("book").parsed()?,
            available: json.get("available").count()?,
            in_carts: json.get("in_carts").flag()?,
            version: json.get("version").number()?,
        })
    }
}

impl FromJson for LiveMessage {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            stock: json.get("stock").list()?,
            news: Option::from_json(&json.get("news"))?,
            mine: json.get("mine").number(),
            orders: json.get("orders").list()?,
            rewound: json.get("rewound").flag().unwrap_or(false),
            stale: json.get("stale").flag(),
            pace_ms: json.get("pace_ms").count(),
            retry_ms: json.get("retry_ms").count(),
            pong: json.get("pong").number().map(ping_value),
            error: json.get("error").text(),
            unknown: json.get("unknown").list()?,
        })
    }
}

impl FromJson for News {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            version: json.get("version").number()?,
            items: json.get("items").list()?,
        })
    }
}

impl FromJson for Announcement {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            id: json.get("id").parsed()?,
            text: json.get("text").parsed()?,
            until: json.get("until").parsed()?,
        })
    }
}

impl FromJson for OrderVersion {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            code: json.get("code").parsed()?,
            version: json.get("version").number()?,
        })
    }
}

impl FromJson for Refused {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            error: json.get("error").text()?,
            code: json.get("code").text()?,
            gone: json.get("gone").list()?,
        })
    }
}

impl FromJson for LineAnswer {
    fn from_json(json: &Json) -> Option<Self> {
        let line = ChangedLine {
            quantity: json.get("quantity").count()?,
            price: Price::from_json(&json.get("price"))?,
            expires_at: Option::from_json(&json.get("expires_at"))?,
            level: Level::from_json(&json.get("level"))?,
        };
        let next_key = json.get("next_key").parsed()?;
        Some(Self { line, next_key })
    }
}

#[cfg(test)]
mod tests {
    use protocol::ShopError;
    use shop::AnnouncementId;

    use super::*;
    use crate::browser::json_round_trip::{assert_round_trip, level};

    fn news() -> News {
        let item = |number| Announcement {
            id: AnnouncementId::from_number(number),
            text: "Signing “starts” \\ in ten minutes".parse().unwrap(),
            until: Timestamp::from_millis(1_795_284_000_000),
        };
        News {
            version: 4,
            items: vec![item(3), item(4)],
        }
    }

    #[test]
    fn live_messages_are_read_back() {
        assert_round_trip(LiveMessage::default());
        assert_round_trip(LiveMessage {
            stock: vec![level(), level()],
            news: Some(news()),
            mine: Some(7),
            orders: vec![OrderVersion {
                code: "4KX9-QD2M-7HTB".parse().unwrap(),
                version: 3,
            }],
            rewound: true,
            stale: Some(false),
            pace_ms: Some(120),
            retry_ms: Some(0),
            pong: serde_json::from_str("1795000000000").unwrap(),
            error: Some("a sentence".to_owned()),
            unknown: vec!["gone".to_owned()],
        });
    }

    #[test]
    fn answers_to_forms_are_read_back() {
        assert_round_trip(Refused::from(ShopError::SoldOut));
        for expires_at in [None, Some(Timestamp::from_millis(5))] {
            assert_round_trip(LineAnswer {
                line: ChangedLine {
                    quantity: 0,
                    price: Price::from_cents(0),
                    expires_at,
                    level: level(),
                },
                next_key: "0123456789abcdef".parse().unwrap(),
            });
        }
    }

    #[test]
    fn other_json_is_none() {
        for text in ["", "<html>", "7", "null", "[]", "{}", r#"{"error":"x"}"#] {
            assert_eq!(Refused::from_text(text), None, "{text:?}");
            assert_eq!(Level::from_text(text), None, "{text:?}");
        }
        for half in [
            r#"{"stock":[{"book":"small-hours"}]}"#,
            r#"{"news":{"items":[]}}"#,
            r#"{"news":{"version":4,"items":[{"id":"k3","text":"","until":"2026-11-21T18:00:00Z"}]}}"#,
        ] {
            assert_eq!(LiveMessage::from_text(half), None, "{half}");
        }
    }
}
