//! The bottom of every page.

use leptos::prelude::*;

use crate::i18n::current_language;

/// What the shop is, and the links that are needed seldom.
#[component]
pub(crate) fn Footer(
    /// Whether there is a page that says how often something is talked about.
    has_buzz: bool,
) -> impl IntoView {
    let language = current_language();
    view! {
        <footer class="colophon">
            <p>{say!(language, page.colophon)}</p>
            <p><a href="/connection">{say!(language, page.connection)}</a></p>
            {has_buzz.then(|| view! { <p><a href="/buzz">{say!(language, buzz.title)}</a></p> })}
        </footer>
    }
}
