//! The time of day in the shop, as the browser writes it.

use js_sys::JSON;
use leptos::prelude::document;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use crate::i18n::current_language;

#[wasm_bindgen]
extern "C" {
    type Date;

    #[wasm_bindgen(constructor)]
    fn new() -> Date;

    #[wasm_bindgen(method, js_name = toLocaleTimeString)]
    fn to_locale_time_string(this: &Date, locale: &str, options: &JsValue) -> String;
}

pub(super) fn clock_time() -> String {
    let page = document().document_element();
    // The page names the shop's time zone, if one was set.
    let zone = page.and_then(|page| page.get_attribute("data-zone"));
    let options = zone.and_then(|zone| JSON::parse(&format!("{{\"timeZone\":\"{zone}\"}}")).ok());
    Date::new().to_locale_time_string(current_language().tag(), &options.unwrap_or_default())
}
