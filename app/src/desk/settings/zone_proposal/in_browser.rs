//! The zone that the browser knows, and the field into which it is entered.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, prelude::wasm_bindgen};
use web_sys::HtmlInputElement;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl, js_name = DateTimeFormat)]
    type Format;
    type Options;

    #[wasm_bindgen(constructor, js_namespace = Intl, js_class = "DateTimeFormat")]
    fn new() -> Format;

    #[wasm_bindgen(method, js_name = resolvedOptions)]
    fn resolved_options(this: &Format) -> Options;

    #[wasm_bindgen(method, getter, js_name = timeZone)]
    fn time_zone(this: &Options) -> Option<String>;
}

/// The name of the browser's time zone.
pub(super) fn name() -> Option<String> {
    Format::new().resolved_options().time_zone()
}

/// Enters a zone into the form.
pub(super) fn enter(zone: &str) {
    let field = document().query_selector("[name=time_zone]").ok().flatten();
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        field.set_value(zone);
    }
}
