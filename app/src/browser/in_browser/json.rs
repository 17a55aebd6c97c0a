//! JSON as the browser's own parser reads it.

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::JsValue;

/// Something in JSON.
pub(crate) struct Json(JsValue);

impl Json {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    /// A part, by its name. One that is not there can be asked too.
    pub(crate) fn get(&self, name: &str) -> Self {
        Self(Reflect::get(&self.0, &name.into()).unwrap_or_default())
    }

    pub(crate) fn is_there(&self) -> bool {
        !self.0.is_null() && !self.0.is_undefined()
    }

    pub(crate) fn text(&self) -> Option<String> {
        self.0.as_string()
    }

    /// Exact up to 2^53: no version, price or moment of ours comes near that.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and positive, as has been seen"
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
