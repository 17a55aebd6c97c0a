//! Reads values from JSON that the browser's own parser has parsed.
//!
//! Serde generates code with precise errors for each type, which would make every first visit
//! heavier (`docs/decisions/0011-islands.md`). The browser already has a parser, so only picking
//! values from its tree is left to do. On the server the tree is serde's, so that the same code can
//! be tested there.

use super::Json;

/// A type that can be read from JSON.
pub(crate) trait FromJson: Sized {
    /// Reads a value from a JSON tree. `None` if something is missing or invalid.
    fn from_json(json: &Json) -> Option<Self>;

    /// Reads a value from JSON text.
    fn from_text(text: &str) -> Option<Self> {
        Self::from_json(&Json::parse(text)?)
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: &Json) -> Option<Self> {
        match json.is_there() {
            true => T::from_json(json).map(Some),
            false => Some(None),
        }
    }
}

impl Json {
    /// The value as a `u32`. `None` if it is not one.
    pub(crate) fn count(&self) -> Option<u32> {
        self.number().and_then(|number| number.try_into().ok())
    }

    /// The value parsed from a string. `None` if it is not a string or does not parse.
    pub(crate) fn parsed<T: std::str::FromStr>(&self) -> Option<T> {
        self.text()?.parse().ok()
    }

    /// The elements of an array, in order; empty if the value is not an array.
    pub(crate) fn list<T: FromJson>(&self) -> Option<Vec<T>> {
        self.items().iter().map(T::from_json).collect()
    }
}
