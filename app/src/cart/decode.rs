//! Reads a cart from JSON.

use shop::{Price, Quantity, Timestamp};

use super::{CartView, LineView};
use crate::browser::{Json, json::FromJson};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::json_round_trip::assert_round_trip;

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

    #[test]
    fn a_cart_is_read_back() {
        assert_round_trip(CartView {
            lines: vec![line(None), line(Some(Price::from_cents(2)))],
            total: Price::from_cents(u32::MAX),
            now: Timestamp::from_millis(0),
            number: 1 << 52,
            order_key: "0123456789abcdef".parse().unwrap(),
        });
    }
}
