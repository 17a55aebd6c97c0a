//! Hydrates the islands of [`app`] in the browser; nothing else.

#![recursion_limit = "256"]

/// Called by the page once the module is loaded, before its islands are hydrated.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
    app::live::provide();
}
