//! Reading JSON with the browser's own parser.
//!
//! Serde generates a reader for each type, with a precise error for everything that can be
//! wrong, and every first visit would pay for that (`docs/decisions/0011-islands.md`). A browser
//! has a parser already; what is left is to take the known parts out of its tree. On the server
//! the tree is serde's, so that the same reading is tested there.

use super::Json;

/// What can be read from JSON.
pub(crate) trait FromJson: Sized {
    /// Takes it from the tree. `None` where something is missing or wrong.
    fn from_json(json: &Json) -> Option<Self>;

    /// Reads it from text.
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
    /// A small number.
    pub(crate) fn count(&self) -> Option<u32> {
        self.number().and_then(|number| number.try_into().ok())
    }

    /// What a text stands for.
    pub(crate) fn parsed<T: std::str::FromStr>(&self) -> Option<T> {
        self.text()?.parse().ok()
    }

    /// The members of a list, in order; where there is none it is empty.
    pub(crate) fn list<T: FromJson>(&self) -> Option<Vec<T>> {
        self.items().iter().map(T::from_json).collect()
    }
}
