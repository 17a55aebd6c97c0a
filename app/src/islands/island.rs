//! How an island comes to life.
//!
//! An island is a function from what it starts from to a view. On the server its page calls
//! it by its name, and gets the view in a `<leptos-island>`, with what it starts from as JSON
//! beside it. In the browser the script that Leptos puts into every page finds that element,
//! and calls the function of the same name that this exports, which makes the same view of
//! the same start and takes over the elements that are there.
//!
//! Leptos' own `#[island]` does that too, but reads what an island starts from with serde,
//! which is heavier than all islands together: `docs/decisions/0011-islands.md`.

use serde::Serialize;

use crate::json::{FromJson, Json};

/// What an island starts from that needs to be told nothing.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Nothing;

impl FromJson for Nothing {
    fn from_json(_: &Json) -> Option<Self> {
        Some(Self)
    }
}

/// The list of islands: a name for pages and browsers, what it starts from, what it shows.
macro_rules! islands {
    ($($(#[$doc:meta])* $name:ident($Start:ty) => $show:path,)+) => {$(
        $(#[$doc])*
        #[cfg(feature = "ssr")]
        pub(crate) fn $name(start: $Start) -> leptos::prelude::AnyView {
            $crate::islands::island::render(stringify!($name), start, $show)
        }

        $(#[$doc])*
        #[cfg(feature = "hydrate")]
        #[wasm_bindgen::prelude::wasm_bindgen]
        pub fn $name(element: leptos::web_sys::HtmlElement) {
            $crate::islands::island::hydrate::<$Start, _>(&element, $show);
        }
    )+};
}
pub(super) use islands;

#[cfg(feature = "ssr")]
pub(super) use on_the_server::render;

#[cfg(feature = "ssr")]
mod on_the_server {
    use leptos::{
        prelude::*,
        tachys::{html::islands::Island, reactive_graph::OwnedView},
    };
    use serde::Serialize;

    /// The island as a part of its page.
    pub(crate) fn render<T: Serialize, V: IntoView + 'static>(
        name: &'static str,
        start: T,
        show: impl FnOnce(T) -> V,
    ) -> AnyView {
        let told = serde_json::to_string(&start).expect("plain values can be written as JSON");
        let view = Owner::new().with(|| OwnedView::new(show(start).into_view()));
        Island::new(name, view).with_props(told).into_any()
    }
}

#[cfg(feature = "hydrate")]
pub(super) use in_the_browser::hydrate;

#[cfg(feature = "hydrate")]
mod in_the_browser {
    use leptos::{
        prelude::*,
        tachys::{html::islands::Island, reactive_graph::OwnedView, view::Position},
        web_sys::HtmlElement,
    };

    use crate::json::FromJson;

    /// Takes over what the server has rendered.
    pub(crate) fn hydrate<T: FromJson, V: IntoView>(
        element: &HtmlElement,
        show: impl FnOnce(T) -> V,
    ) {
        let told = element.dataset().get("props").unwrap_or_default();
        // Where it says nothing that is known here, the page is one without script.
        let Some(start) = T::from_text(&told) else {
            return;
        };
        let view = Owner::new().with(|| OwnedView::new(untrack(|| show(start).into_view())));
        let state = Island::new("", view).hydrate_from_position::<true>(element, Position::Current);
        // For as long as the page is open.
        std::mem::forget(state);
    }
}
