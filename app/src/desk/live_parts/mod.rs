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

/// Keeps the parts of the page up to date: elements with an id.
///
/// The `data-fresh` of a part names the topics that it shows with their versions, as `/live?seen=`
/// does. When one of them has changed, the page is read again, and each part that differs is
/// replaced by the new one. `data-every` is a number of seconds after which the page is read
/// anyway, for changes that no topic reports.
///
/// A part in which a field, a button or a link has the focus is replaced when it loses the focus. A
/// hidden page is not read until it is visible again. Parts contain no islands.
fn view(_: NoProps) -> impl IntoView {
    freshness::keep(expect_context::<Live>());
}
