//! Sizes and times in the language of the page, by the browser's `Intl.NumberFormat`.

use js_sys::{Array, Intl::NumberFormat, Object, Reflect};
use shop::Language;
use wasm_bindgen::JsValue;

use super::speed::TimeLeft;

/// Formats sizes and times.
pub(super) struct Amounts {
    megabytes: NumberFormat,
    seconds: NumberFormat,
    minutes: NumberFormat,
}

impl Amounts {
    pub(super) fn new(language: Language) -> Self {
        let long = [("unitDisplay", "long".into())];
        Self {
            megabytes: format(language, "megabyte", [("maximumFractionDigits", 1.into())]),
            seconds: format(language, "second", long.clone()),
            minutes: format(language, "minute", long),
        }
    }

    /// Bytes as megabytes: `1.5 MB`.
    pub(super) fn size(&self, bytes: f64) -> String {
        written(&self.megabytes, bytes / 1_000_000.0)
    }

    /// A time: `12 seconds`.
    pub(super) fn time(&self, left: &TimeLeft) -> String {
        match *left {
            TimeLeft::Seconds(seconds) => written(&self.seconds, seconds as f64),
            TimeLeft::Minutes(minutes) => written(&self.minutes, minutes as f64),
        }
    }
}

fn format(language: Language, unit: &str, more: [(&str, JsValue); 1]) -> NumberFormat {
    let options = Object::new();
    let known = [("style", "unit".into()), ("unit", unit.into())];
    for (name, value) in known.into_iter().chain(more) {
        // Setting a property of a new object does not fail.
        let _ = Reflect::set(&options, &name.into(), &value);
    }
    NumberFormat::new(&Array::of1(&language.tag().into()), &options)
}

fn written(format: &NumberFormat, number: f64) -> String {
    let written = format.format().call1(&JsValue::UNDEFINED, &number.into());
    let written = written.ok().and_then(|written| written.as_string());
    written.unwrap_or_default()
}
