//! The server's half of an island: renders it as a part of its page.

use leptos::{
    prelude::*,
    tachys::{html::islands::Island, reactive_graph::OwnedView},
};
use serde::Serialize;

/// Renders an island as a part of its page.
pub(crate) fn render_island<T: Serialize, V: IntoView + 'static>(
    name: &'static str,
    props: T,
    show: impl FnOnce(T) -> V,
) -> AnyView {
    let json = serde_json::to_string(&props).expect("plain values can be written as JSON");
    let view = Owner::new().with(|| OwnedView::new(show(props).into_view()));
    Island::new(name, view).with_props(json).into_any()
}

/// Declares the islands of a feature: for each its name, its props and its view.
macro_rules! islands {
    ($($(#[$doc:meta])* $name:ident($Props:ty) => $view:path,)+) => {$(
        $(#[$doc])*
        pub(crate) fn $name(props: $Props) -> leptos::prelude::AnyView {
            $crate::browser::platform::island::render_island(stringify!($name), props, $view)
        }
    )+};
}
pub(crate) use islands;
