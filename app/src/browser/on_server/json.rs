//! JSON as serde parses it.

use serde_json::Value;

/// A JSON value.
pub(crate) struct Json(Value);

impl Json {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// The member with this name. A missing one is a `null`, so calls can be chained.
    pub(crate) fn get(&self, name: &str) -> Self {
        Self(self.0.get(name).cloned().unwrap_or_default())
    }

    pub(crate) fn is_there(&self) -> bool {
        !self.0.is_null()
    }

    pub(crate) fn text(&self) -> Option<String> {
        self.0.as_str().map(str::to_owned)
    }

    pub(crate) fn number(&self) -> Option<u64> {
        self.0.as_u64()
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }

    pub(crate) fn items(&self) -> Vec<Self> {
        let items = self.0.as_array().into_iter().flatten();
        items.cloned().map(Self).collect()
    }
}
