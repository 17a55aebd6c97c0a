//! Reads the values that all other types consist of.

use crate::{FromJson, Json};

impl FromJson for String {
    #[inline]
    fn from_json(json: &Json) -> Option<Self> {
        json.text()
    }
}

impl FromJson for bool {
    #[inline]
    fn from_json(json: &Json) -> Option<Self> {
        json.flag()
    }
}

impl FromJson for u64 {
    #[inline]
    fn from_json(json: &Json) -> Option<Self> {
        json.integer()?.try_into().ok()
    }
}

impl FromJson for i64 {
    #[inline]
    fn from_json(json: &Json) -> Option<Self> {
        json.integer()
    }
}

impl FromJson for u32 {
    #[inline]
    fn from_json(json: &Json) -> Option<Self> {
        json.integer()?.try_into().ok()
    }
}

impl FromJson for f64 {
    #[inline]
    fn from_json(json: &Json) -> Option<Self> {
        json.number()
    }
}

/// Any value except `null`, as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonText(pub String);

impl FromJson for JsonText {
    #[inline]
    fn from_json(json: &Json) -> Option<Self> {
        json.to_text().map(Self)
    }
}

/// `None` if the value is missing or `null`.
impl<T: FromJson> FromJson for Option<T> {
    #[inline]
    fn from_json(json: &Json) -> Option<Self> {
        match json.is_there() {
            true => T::from_json(json).map(Some),
            false => Some(None),
        }
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    #[inline]
    fn from_json(json: &Json) -> Option<Self> {
        json.items()?.iter().map(T::from_json).collect()
    }
}
