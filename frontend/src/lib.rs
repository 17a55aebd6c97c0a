//! Brings the islands of [`app`] to life in the browser; nothing else.

/// Called by the page once the module is loaded, before its islands are.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::live::browser::provide();
}
