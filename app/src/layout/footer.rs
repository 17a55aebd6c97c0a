//! The bottom of every page.

use leptos::prelude::*;

use super::{legal_links::legal_links, shop_details::footer_lines};
use crate::{
    i18n::{Slot, around_slot, current_language, lang_attribute::lang_attribute},
    server::{current_legal_texts, current_settings, wall_clock},
};

/// A sentence about the shop, what its owner has said of it, and the links that are seldom needed.
#[component]
pub(crate) fn Footer(
    /// Whether the shop has a buzz page, which needs a provider.
    has_buzz: bool,
) -> impl IntoView {
    let language = current_language();
    let settings = current_settings();
    let name = settings.profile.name().to_owned();
    let lang = lang_attribute(language, &name);
    let (before, after) = around_slot(&say!(language, page.colophon, shop = Slot));
    view! {
        <footer class="colophon">
            <p>{before} <span lang=lang>{name}</span> {after}</p>
            {footer_lines(language, &settings.profile, wall_clock())}
            {legal_links(language, &current_legal_texts().texts)}
            <p><a href="/connection">{say!(language, page.connection)}</a></p>
            {has_buzz.then(|| view! { <p><a href="/buzz">{say!(language, buzz.title)}</a></p> })}
        </footer>
    }
}
