//! The top of every page.

use leptos::prelude::*;

use super::language_switch::form::LanguageSwitch;
use crate::{
    i18n::{current_language, lang_attribute::lang_attribute},
    server::current_settings,
};

/// The shop's name, the connection badge, the language switch, and the link to the cart.
#[component]
pub(crate) fn Masthead(
    /// The connection badge.
    children: Children,
) -> impl IntoView {
    let language = current_language();
    let name = current_settings().profile.name().to_owned();
    let lang = lang_attribute(language, &name);
    view! {
        <header class="masthead">
            <a class="masthead-name" href="/" lang=lang>{name}</a>
            <div class="masthead-aside">
                {children()}
                <LanguageSwitch/>
                <a href="/cart">{say!(language, cart.short)}</a>
            </div>
        </header>
    }
}
