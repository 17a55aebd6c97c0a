//! The top of every page.

use leptos::prelude::*;

use super::language_switch::form::LanguageSwitch;
use crate::i18n::current_language;

/// The shop's name, how the page is connected, the choice of a language, and the way to the
/// cart.
#[component]
pub(crate) fn Masthead(
    /// How the page is connected.
    children: Children,
) -> impl IntoView {
    view! {
        <header class="masthead">
            <a class="masthead-name" href="/">"Burt’s Books"</a>
            <div class="masthead-aside">
                {children()}
                <LanguageSwitch/>
                <a href="/cart">{say!(current_language(), cart.short)}</a>
            </div>
        </header>
    }
}
