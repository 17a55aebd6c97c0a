//! Reads the changing part of a book's page from JSON.

use shop::{Level, Timestamp};

use super::BookState;
use crate::browser::{Json, json::FromJson};

impl FromJson for BookState {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::json_round_trip::{assert_round_trip, level};

    #[test]
    fn a_book_state_is_read_back() {
        assert_round_trip(BookState {
            level: level(),
            opens_at: Some(Timestamp::from_millis(7)),
            most: 2,
            now: Timestamp::from_millis(1),
            waiting: true,
            offered_until: None,
            in_cart: 2,
            number: 5,
        });
    }
}
