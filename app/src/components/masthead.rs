//! The top of every page.

use leptos::prelude::*;

use super::Languages;
use crate::{islands, language::spoken};

/// The shop's name, how the page is connected, the choice of a language, and the way to the
/// cart.
#[component]
pub(crate) fn Masthead() -> impl IntoView {
    view! {
        <header class="masthead">
            <a class="masthead-name" href="/">"Burt’s Books"</a>
            <div class="masthead-aside">
                {islands::connection_badge(islands::Nothing)}
                <Languages/>
                <a href="/cart">{say!(spoken(), cart.short)}</a>
            </div>
        </header>
    }
}
