//! Test helpers: assert that [`FromJson`] reads back what serde writes.

use std::fmt::Debug;

use serde::Serialize;
use shop::Level;

use super::json::FromJson;

#[track_caller]
pub(crate) fn assert_round_trip<T: Serialize + FromJson + PartialEq + Debug>(value: T) {
    let text = serde_json::to_string(&value).unwrap();
    assert_eq!(T::from_text(&text), Some(value), "{text}");
}

pub(crate) fn level() -> Level {
    Level {
        book: "small-hours".parse().unwrap(),
        available: 9,
        in_carts: true,
        version: 42,
    }
}
