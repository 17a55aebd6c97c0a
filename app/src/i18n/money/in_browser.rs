//! Prices, as people read them, by the browser's `Intl.NumberFormat`.

use js_sys::JSON;
use leptos::prelude::document;
use shop::{Language, Price};
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    type Number;

    /// Makes an `Intl.NumberFormat` with these options, and formats the number (ECMA-402).
    #[wasm_bindgen(method, js_name = toLocaleString)]
    fn to_locale_string(this: &Number, locale: &str, options: &wasm_bindgen::JsValue) -> String;
}

/// The currency of a page that names none, with its decimals.
const DOLLARS: &str = "USD2";

/// A price in the shop's currency, as it is written in a language.
///
/// The page names the currency and its decimals (`layout::document`), because a browser's own
/// numbers of decimals differ from ISO 4217 for some.
#[must_use]
pub fn price(language: Language, price: Price) -> String {
    let page = document().document_element();
    let named = page.and_then(|page| page.get_attribute("data-currency"));
    let (code, decimals) = named
        .as_deref()
        .unwrap_or(DOLLARS)
        .split_at_checked(3)
        .unwrap_or_default();
    let options = JSON::parse(&format!(
        "{{\"style\":\"currency\",\"currency\":\"{code}\",\"minimumFractionDigits\":{decimals}}}"
    ));
    // JSON's numbers have exponents: 2000e-2 is 20.
    let amount = JSON::parse(&format!("{}e-{decimals}", price.cents()));
    match (amount, options) {
        (Ok(amount), Ok(options)) => amount
            .unchecked_into::<Number>()
            .to_locale_string(language.tag(), &options),
        _ => String::new(),
    }
}
