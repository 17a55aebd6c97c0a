//! The form that chooses a language. It works without JavaScript.

use leptos::{prelude::*, server_fn::ServerFn};
use shop::Language;

use super::SetLanguage;
use crate::i18n::current_language;

/// The languages, each by its own name. All but the current one are buttons.
#[component]
pub(crate) fn LanguageSwitch() -> impl IntoView {
    let current = current_language();
    let names: Vec<AnyView> = Language::ALL
        .into_iter()
        .map(|language| {
            let (tag, name) = (language.tag(), language.own_name());
            if language == current {
                view! { <span lang=tag aria-current="true">{name}</span> }.into_any()
            } else {
                view! { <button name="language" value=tag lang=tag>{name}</button> }.into_any()
            }
        })
        .collect();
    view! {
        <form
            class="languages"
            method="post"
            action=SetLanguage::url()
            aria-label=say!(current, page.languages)
        >
            {names}
        </form>
    }
}
