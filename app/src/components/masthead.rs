//! The top of every page.

use leptos::prelude::*;

use crate::islands;

/// The shop's name, and how the page is connected.
#[component]
pub(crate) fn Masthead() -> impl IntoView {
    view! {
        <header class="masthead">
            <a class="masthead-name" href="/">"Burt’s Books"</a>
            {islands::connection_badge(islands::Nothing)}
        </header>
    }
}
