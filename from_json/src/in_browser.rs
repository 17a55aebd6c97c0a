//! JSON as the browser's own parser parses it.

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::JsValue;

/// A JSON value.
pub struct Json(JsValue);

impl Json {
    /// Parses a text. `None` if it is not JSON.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    /// The member with this name. A missing one counts as `null`, so calls can be chained.
    #[must_use]
    pub fn get(&self, name: &str) -> Self {
        Self(Reflect::get(&self.0, &name.into()).unwrap_or_default())
    }

    /// Whether the value is present and not `null`.
    #[must_use]
    pub fn is_there(&self) -> bool {
        !self.0.is_null() && !self.0.is_undefined()
    }

    /// The text of a string.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    /// A whole number, exact up to 2^53. No version, price or timestamp of the shop comes near it.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole")]
    pub fn integer(&self) -> Option<i64> {
        let number = self.0.as_f64()?;
        (number.trunc() == number).then_some(number as i64)
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
        let is_array = Array::is_array(&self.0);
        is_array.then(|| Array::from(&self.0).iter().map(Self).collect())
    }

    /// The value as JSON. `None` if it is missing or `null`.
    #[must_use]
    pub fn to_text(&self) -> Option<String> {
        let text = self.is_there().then(|| JSON::stringify(&self.0).ok());
        text.flatten().map(Into::into)
    }
}
