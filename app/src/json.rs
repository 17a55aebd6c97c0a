//! JSON, as the browser itself reads it.
//!
//! Serde reads JSON into types with code that is made anew for each type, and that can say
//! of everything what is wrong with it, down to the last digit of a number. Every first
//! visit would pay for that (`docs/decisions/0011-islands.md`). A browser has a reader; what
//! is left for us is to take from a tree what we know. The server reads with serde, as ever;
//! this stands on serde there, so that what reads is tested with it.

/// What can be read from JSON.
pub(crate) trait FromJson: Sized {
    /// Takes it from the tree. None where something is missing or is not what it should be.
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

#[cfg(not(feature = "hydrate"))]
pub(crate) use on_the_server::Json;

#[cfg(not(feature = "hydrate"))]
mod on_the_server {
    use serde_json::Value;

    /// Something in JSON.
    pub(crate) struct Json(Value);

    impl Json {
        pub(crate) fn parse(text: &str) -> Option<Self> {
            serde_json::from_str(text).ok().map(Self)
        }

        /// A part, by its name. One that is not there can be asked too.
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

        pub(super) fn items(&self) -> Vec<Self> {
            let items = self.0.as_array().into_iter().flatten();
            items.cloned().map(Self).collect()
        }
    }
}

#[cfg(feature = "hydrate")]
pub(crate) use in_the_browser::Json;

#[cfg(feature = "hydrate")]
mod in_the_browser {
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

        pub(super) fn items(&self) -> Vec<Self> {
            match Array::is_array(&self.0) {
                true => Array::from(&self.0).iter().map(Self).collect(),
                false => Vec::new(),
            }
        }
    }
}
