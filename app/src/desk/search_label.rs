//! The label of a list's search field, which names the key that leads to the field.

use leptos::prelude::*;

use crate::i18n::current_language;

/// The access key of a list's search field. Browsers reach it with Alt, Alt and Shift, or Control and
/// Option.
pub(super) const SEARCH_KEY: &str = "s";

/// The words of a label, and the access key for those who see it. Screen readers read the key out by
/// themselves.
pub(super) fn search_label(words: &'static str) -> AnyView {
    let key = say!(current_language(), desk.access_key, letter = "S");
    view! { <span>{words} " " <small class="desk-key" aria-hidden="true">{key}</small></span> }
        .into_any()
}
