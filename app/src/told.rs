//! What the shop tells a page in JSON, and how a page reads it: each part by its name, as
//! serde has written it on the server.

use shop::{Announcement, Level, Line, News, OrderState, Price, Quantity, Slug, Timestamp};

use crate::{
    asking::Refused,
    cart::{CartView, LineAnswer, LineView},
    catalogue::{BookNow, Suggestion, Suggestions},
    islands::NewsStart,
    json::{FromJson, Json},
    orders::{OrderNow, PlacedNow},
    waits::WaitAnswer,
    wire::{LiveMessage, OrderVersion, echo},
};

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
            pong: echo(&json.get("pong")),
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

impl FromJson for NewsStart {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            news: News::from_json(&json.get("news"))?,
            now: Timestamp::from_json(&json.get("now"))?,
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
        let line = Line {
            quantity: json.get("quantity").count()?,
            price: Price::from_json(&json.get("price"))?,
            expires_at: Option::from_json(&json.get("expires_at"))?,
            level: Level::from_json(&json.get("level"))?,
        };
        let next_key = json.get("next_key").parsed()?;
        Some(Self { line, next_key })
    }
}

impl FromJson for WaitAnswer {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            until: Timestamp::from_json(&json.get("until"))?,
            offered_until: Option::from_json(&json.get("offered_until"))?,
            level: Level::from_json(&json.get("level"))?,
            next_key: json.get("next_key").parsed()?,
        })
    }
}

impl FromJson for Suggestions {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            books: json.get("books").list()?,
            total: json.get("total").count()?,
        })
    }
}

impl FromJson for Suggestion {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            slug: json.get("slug").parsed()?,
            title: json.get("title").text()?,
            author: json.get("author").text()?,
        })
    }
}

impl FromJson for PlacedNow {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            code: json.get("code").parsed()?,
            gone: json.get("gone").list()?,
        })
    }
}

impl FromJson for BookNow {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            level: Level::from_json(&json.get("level"))?,
            opens_at: Option::from_json(&json.get("opens_at"))?,
            most: json.get("most").count()?,
            now: Timestamp::from_json(&json.get("now"))?,
            waiting: json.get("waiting").flag()?,
            offered_until: Option::from_json(&json.get("offered_until"))?,
            in_cart: json.get("in_cart").count()?,
            number: json.get("number").number()?,
        })
    }
}

impl FromJson for CartView {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            lines: json.get("lines").list()?,
            total: Price::from_json(&json.get("total"))?,
            now: Timestamp::from_json(&json.get("now"))?,
            number: json.get("number").number()?,
            order_key: json.get("order_key").parsed()?,
        })
    }
}

impl FromJson for LineView {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            book: json.get("book").parsed()?,
            title: json.get("title").text()?,
            quantity: Quantity::new(json.get("quantity").count()?).ok()?,
            price: Price::from_json(&json.get("price"))?,
            price_now: Option::from_json(&json.get("price_now"))?,
            expires_at: Timestamp::from_json(&json.get("expires_at"))?,
            held: json.get("held").flag()?,
            offered: json.get("offered").flag()?,
            taken_back: json.get("taken_back").flag()?,
        })
    }
}

impl FromJson for OrderNow {
    fn from_json(json: &Json) -> Option<Self> {
        Some(Self {
            code: json.get("code").parsed()?,
            collect_by: Timestamp::from_json(&json.get("collect_by"))?,
            state: state(&json.get("state").text()?)?,
            ready: json.get("ready").flag()?,
            version: json.get("version").number()?,
        })
    }
}

fn state(name: &str) -> Option<OrderState> {
    Some(match name {
        "placed" => OrderState::Placed,
        "collected" => OrderState::Collected,
        "cancelled" => OrderState::Cancelled,
        "overdue" => OrderState::Overdue,
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
