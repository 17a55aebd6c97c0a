//! Everything that the shop tells a page is read as serde has written it.

use std::fmt::Debug;

use serde::Serialize;
use shop::AnnouncementId;

use super::*;
use crate::ShopError;

fn level() -> Level {
    Level {
        book: "small-hours".parse().unwrap(),
        available: 9,
        in_carts: true,
        version: 42,
    }
}

fn line(price_now: Option<Price>) -> LineView {
    LineView {
        book: "small-hours".parse().unwrap(),
        title: "Small “Hours”\n".to_owned(),
        quantity: Quantity::ONE,
        price: Price::from_cents(1_650),
        price_now,
        expires_at: Timestamp::from_millis(1_795_000_000_000),
        held: true,
        offered: false,
        taken_back: true,
    }
}

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

#[track_caller]
fn is_read_as_it_was_written<T: Serialize + FromJson + PartialEq + Debug>(told: T) {
    let text = serde_json::to_string(&told).unwrap();
    assert_eq!(T::from_text(&text), Some(told), "{text}");
}

#[test]
fn what_the_live_feed_says() {
    is_read_as_it_was_written(LiveMessage::default());
    is_read_as_it_was_written(LiveMessage {
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
fn what_a_page_starts_from_and_is_answered() {
    is_read_as_it_was_written(Refused::from(ShopError::SoldOut));
    is_read_as_it_was_written(BookNow {
        level: level(),
        opens_at: Some(Timestamp::from_millis(7)),
        most: 2,
        now: Timestamp::from_millis(1),
        waiting: true,
        offered_until: None,
        in_cart: 2,
        number: 5,
    });
    is_read_as_it_was_written(PlacedNow {
        code: "4KX9-QD2M-7HTB".parse().unwrap(),
        gone: vec!["small-hours".parse().unwrap()],
    });
    is_read_as_it_was_written(NewsStart {
        news: news(),
        now: Timestamp::from_millis(9),
    });
    for offered_until in [None, Some(Timestamp::from_millis(9))] {
        is_read_as_it_was_written(WaitAnswer {
            until: Timestamp::from_millis(8),
            offered_until,
            level: level(),
            next_key: "0123456789abcdef".parse().unwrap(),
        });
    }
    is_read_as_it_was_written(Suggestions {
        books: vec![Suggestion {
            slug: "small-hours".parse().unwrap(),
            title: "Small “Hours”".to_owned(),
            author: "Ō".to_owned(),
        }],
        total: 12,
    });
    for expires_at in [None, Some(Timestamp::from_millis(5))] {
        is_read_as_it_was_written(LineAnswer {
            line: Line {
                quantity: 0,
                price: Price::from_cents(0),
                expires_at,
                level: level(),
            },
            next_key: "0123456789abcdef".parse().unwrap(),
        });
    }
    is_read_as_it_was_written(CartView {
        lines: vec![line(None), line(Some(Price::from_cents(2)))],
        total: Price::from_cents(u32::MAX),
        now: Timestamp::from_millis(0),
        number: 1 << 52,
        order_key: "0123456789abcdef".parse().unwrap(),
    });
}

#[test]
fn where_an_order_stands() {
    for state in [
        OrderState::Placed,
        OrderState::Collected,
        OrderState::Cancelled,
        OrderState::Overdue,
    ] {
        is_read_as_it_was_written(OrderNow {
            code: "4KX9-QD2M-7HTB".parse().unwrap(),
            collect_by: Timestamp::from_millis(8),
            state,
            ready: state == OrderState::Placed,
            version: 2,
        });
    }
}

#[test]
fn what_is_not_of_the_shop_is_nothing() {
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
