//! Browsers read the messages of the shop as serde writes them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use from_json::FromJson;
use proptest::{collection::vec, option, prelude::*};
use protocol::{LineAnswer, LiveMessage, OrderVersion, ping_value};
use serde::Serialize;
use shop::{
    Announcement, AnnouncementId, ChangedLine, Key, Level, News, OrderCode, Price, Slug, Timestamp,
};

/// The whole numbers that JavaScript represents exactly.
const WHOLE: std::ops::Range<u64> = 0..1 << 53;

fn slug() -> impl Strategy<Value = Slug> {
    "[a-z0-9]{1,60}".prop_map(|text| Slug::parse(&text).unwrap())
}

fn key() -> impl Strategy<Value = Key> {
    "[A-Za-z0-9_-]{8,64}".prop_map(|text| text.parse().unwrap())
}

fn level() -> impl Strategy<Value = Level> {
    let stock = (slug(), any::<u32>(), any::<bool>(), WHOLE);
    let rest = (
        any::<u32>().prop_map(Price::from_cents),
        WHOLE,
        any::<bool>(),
    );
    (stock, rest).prop_map(
        |((book, available, in_carts, version), (price, page, withdrawn))| Level {
            book,
            available,
            in_carts,
            price,
            page,
            version,
            withdrawn,
        },
    )
}

fn news() -> impl Strategy<Value = News> {
    // Announcements end at a whole second; these end before the year 2100.
    let item = (any::<u64>(), "[^\\pC\\pZ]{1,40}", 0..4_102_444_800_u64);
    let item = item.prop_map(|(id, text, until)| Announcement {
        id: AnnouncementId::from_number(id),
        text: text.parse().unwrap(),
        until: Timestamp::from_millis(until * 1_000),
    });
    (WHOLE, vec(item, 0..3)).prop_map(|(version, items)| News { version, items })
}

fn message() -> impl Strategy<Value = LiveMessage> {
    let order = (any::<u64>(), WHOLE).prop_map(|(bits, version)| OrderVersion {
        code: OrderCode::from_bits(bits),
        version,
    });
    let data = (
        vec(level(), 0..4),
        option::of(news()),
        option::of(WHOLE),
        option::of("[a-z0-9]{1,32}"),
        vec(order, 0..3),
    );
    let rest = (
        any::<bool>(),
        option::of(any::<bool>()),
        option::of(any::<u32>()),
        option::of(any::<u32>()),
        option::of(WHOLE),
        option::of(any::<String>()),
        vec(any::<String>(), 0..3),
    );
    (data, rest).prop_map(
        |(
            (stock, news, mine, epoch, orders),
            (rewound, stale, pace_ms, retry_ms, pong, error, unknown),
        )| {
            LiveMessage {
                epoch: epoch.map(|text| text.parse().unwrap()),
                stock,
                news,
                mine,
                orders,
                rewound,
                stale,
                pace_ms,
                retry_ms,
                pong: pong.map(ping_value),
                error,
                unknown,
            }
        },
    )
}

fn line() -> impl Strategy<Value = LineAnswer> {
    let fields = (
        any::<u32>(),
        any::<u32>(),
        option::of(WHOLE),
        level(),
        key(),
    );
    fields.prop_map(
        |(quantity, price, expires_at, level, next_key)| LineAnswer {
            line: ChangedLine {
                quantity,
                price: Price::from_cents(price),
                expires_at: expires_at.map(Timestamp::from_millis),
                level,
            },
            next_key,
        },
    )
}

fn read_back<T: Serialize + FromJson>(value: &T) -> Option<T> {
    T::from_text(&serde_json::to_string(value).unwrap())
}

proptest! {
    #[test]
    fn live_messages_are_read_back(message in message()) {
        prop_assert_eq!(read_back(&message), Some(message));
    }

    #[test]
    fn answers_about_a_line_of_the_cart_are_read_back(answer in line()) {
        prop_assert_eq!(read_back(&answer), Some(answer));
    }
}

#[test]
fn invalid_messages_are_refused() {
    for text in [
        "<html>",
        r#"{"stock":[{"book":"small-hours"}]}"#,
        r#"{"news":{"items":[]}}"#,
        r#"{"news":{"version":4,"items":[{"id":"k3","text":"","until":"2026-11-21T18:00:00Z"}]}}"#,
    ] {
        assert_eq!(LiveMessage::from_text(text), None, "{text}");
    }
}
