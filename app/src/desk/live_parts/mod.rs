//! The island that keeps parts of a desk page up to date.

#[cfg(feature = "browser")]
#[path = "in_browser/mod.rs"]
mod freshness;
#[cfg(not(feature = "browser"))]
#[path = "on_server.rs"]
mod freshness;
#[cfg(any(feature = "browser", test))]
mod schedule;

use leptos::prelude::*;

use crate::{
    browser::{NoProps, islands},
    live::Live,
};

islands! {
    /// Keeps the parts of the page up to date. It shows nothing itself.
    live_parts(NoProps) => view,
}

/// Keeps the parts of the page up to date.
///
/// A part is an element with an `id` and a `data-fresh`, which names the topics that the part shows
/// with their versions, as `/live?seen=` does. When a topic has changed, the page is read again,
/// and each part that differs is replaced by the new one. For changes that no topic reports, the
/// page is also read every `data-every` seconds.
///
/// A part in which a field, a button or a link has the focus is replaced when it loses the focus. A
/// hidden page is not read until it is visible again. Parts contain no islands.
fn view(_: NoProps) -> impl IntoView {
    freshness::keep_up_to_date(expect_context::<Live>());
}
