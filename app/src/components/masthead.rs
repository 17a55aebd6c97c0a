//! The top of every page.

use leptos::prelude::*;

use super::Languages;
use crate::islands;

/// The shop's name, the choice of a language, and how the page is connected.
#[component]
pub(crate) fn Masthead() -> impl IntoView {
    view! {
        <header class="masthead">
            <a class="masthead-name" href="/">"Burt’s Books"</a>
            <div class="masthead-aside">
                {islands::connection_badge(islands::Nothing)}
                <Languages/>
            </div>
        </header>
    }
}
