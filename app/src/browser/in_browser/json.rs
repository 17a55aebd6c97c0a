//! JSON as the browser's own parser parses it.

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::JsValue;

/// A JSON value.
pub(crate) struct Json(JsValue);

impl Json {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    /// The member with this name. A missing one is a `null`, so calls can be chained.
    pub(crate) fn get(&self, name: &str) -> Self {
        Self(Reflect::get(&self.0, &name.into()).unwrap_or_default())
    }

    pub(crate) fn is_there(&self) -> bool {
        !self.0.is_null() && !self.0.is_undefined()
    }

    pub(crate) fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    /// Exact up to 2^53, which no version, price or timestamp of the shop comes near.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be whole and not negative"
    )]
    pub(crate) fn number(&self) -> Option<u64> {
        let number = self.0.as_f64()?;
        let whole = number >= 0.0 && number.trunc() == number;
        whole.then_some(number as u64)
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        self.0.as_bool()
    }

    pub(crate) fn items(&self) -> Vec<Self> {
        match Array::is_array(&self.0) {
            true => Array::from(&self.0).iter().map(Self).collect(),
            false => Vec::new(),
        }
    }
}
