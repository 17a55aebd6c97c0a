//! The desk's entry point in browsers, which hydrates the islands of its pages.

/// Prepares the page for its islands. Called after the module loads and before they hydrate.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::live::browser::provide();
}

/// Connects the page to the shop. Called after all its islands have hydrated.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn connect() {
    app::live::browser::connect();
}
