//! The bottom of every page.

use leptos::prelude::*;

use super::title::SHOP_NAME;
use crate::i18n::{Slot, around_slot, current_language, lang_attribute::lang_attribute};

/// A sentence about the shop, and the links that are seldom needed.
#[component]
pub(crate) fn Footer(
    /// Whether the shop has a buzz page, which needs a provider.
    has_buzz: bool,
) -> impl IntoView {
    let language = current_language();
    let (before, after) = around_slot(&say!(language, page.colophon, shop = Slot));
    view! {
        <footer class="colophon">
            <p>{before} <span lang=lang_attribute(language, SHOP_NAME)>{SHOP_NAME}</span> {after}</p>
            <p><a href="/connection">{say!(language, page.connection)}</a></p>
            {has_buzz.then(|| view! { <p><a href="/buzz">{say!(language, buzz.title)}</a></p> })}
        </footer>
    }
}
