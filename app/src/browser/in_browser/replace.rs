//! Leaves a page for good.

use leptos::prelude::window;

/// Loads another page in place of this one, so that the back button does not lead here.
pub(crate) fn replace_page(address: &str) {
    // If the browser does not allow it, the page stays.
    let _ = window().location().replace(address);
}
