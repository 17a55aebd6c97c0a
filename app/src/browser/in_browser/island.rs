//! The browser's half of an island: hydrates the elements that the server rendered.

use leptos::{
    prelude::*,
    tachys::{html::islands::Island, reactive_graph::OwnedView, view::Position},
    web_sys::HtmlElement,
};

use crate::browser::json::FromJson;

/// Hydrates the elements that the server rendered.
pub(crate) fn hydrate_island<T: FromJson, V: IntoView>(
    element: &HtmlElement,
    show: impl FnOnce(T) -> V,
) {
    let json = element.dataset().get("props").unwrap_or_default();
    // If the props cannot be read, the page works as it does without JavaScript.
    let Some(props) = T::from_text(&json) else {
        return;
    };
    let view = Owner::new().with(|| OwnedView::new(untrack(|| show(props).into_view())));
    let state = Island::new("", view).hydrate_from_position::<true>(element, Position::Current);
    // Keep it for as long as the page is open.
    std::mem::forget(state);
}

/// Declares the islands of a feature: for each its name, its props and its view.
macro_rules! islands {
    ($($(#[$doc:meta])* $name:ident($Props:ty) => $view:path,)+) => {$(
        $(#[$doc])*
        #[wasm_bindgen::prelude::wasm_bindgen]
        pub fn $name(element: leptos::web_sys::HtmlElement) {
            $crate::browser::platform::island::hydrate_island::<$Props, _>(&element, $view);
        }
    )+};
}
pub(crate) use islands;
