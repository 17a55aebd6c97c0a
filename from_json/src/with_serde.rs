//! JSON as `serde_json` parses it.

use serde_json::Value;

/// A JSON value.
pub struct Json(Value);

impl Json {
    /// Parses a text. `None` if it is not JSON.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().map(Self)
    }

    /// The member with this name. A missing one is a `null`, so calls can be chained.
    #[must_use]
    pub fn get(&self, name: &str) -> Self {
        Self(self.0.get(name).cloned().unwrap_or_default())
    }

    /// Whether the value is present and not `null`.
    #[must_use]
    pub fn is_there(&self) -> bool {
        !self.0.is_null()
    }

    /// The text of a string.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        self.0.as_str().map(str::to_owned)
    }

    /// A whole number.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        self.0.as_i64()
    }

    /// A number.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        self.0.as_f64()
    }

    /// A boolean.
    #[must_use]
    pub fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }

    /// The elements of an array.
    #[must_use]
    pub fn items(&self) -> Option<Vec<Self>> {
        let items = self.0.as_array()?;
        Some(items.iter().cloned().map(Self).collect())
    }

    /// The value as JSON. `None` if it is missing or `null`.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        self.is_there().then(|| self.0.to_string())
    }
}
