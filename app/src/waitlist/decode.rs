//! Reads the answer to joining a waitlist from JSON.

use shop::{Level, Timestamp};

use super::WaitAnswer;
use crate::browser::{Json, json::FromJson};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::browser::json_round_trip::{assert_round_trip, level};

    #[test]
    fn a_wait_with_and_without_an_offer_is_read_back() {
        for offered_until in [None, Some(Timestamp::from_millis(9))] {
            assert_round_trip(WaitAnswer {
                until: Timestamp::from_millis(8),
                offered_until,
                level: level(),
                next_key: "0123456789abcdef".parse().unwrap(),
            });
        }
    }
}
