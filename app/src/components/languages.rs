//! The choice of a language: a plain form, which needs no script.

use leptos::{prelude::*, server_fn::ServerFn};
use shop::Language;

use crate::language::{SetLanguage, spoken};

/// Each language by its own name. The one that is spoken is said, the others are buttons.
#[component]
pub(crate) fn Languages() -> impl IntoView {
    let here = spoken();
    let names: Vec<AnyView> = Language::ALL
        .into_iter()
        .map(|language| {
            let (tag, name) = (language.tag(), language.own_name());
            if language == here {
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
            aria-label=say!(here, page.languages)
        >
            {names}
        </form>
    }
}
