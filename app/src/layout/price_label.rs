//! What the owner wants said beside prices.

use leptos::prelude::*;

use crate::{
    i18n::{current_language, lang_attribute::lang_attribute},
    server::current_settings,
};

/// The line, as in “Price incl. 7% VAT”, or nothing if the owner has set none.
pub(crate) fn price_label() -> Option<AnyView> {
    let (language, settings) = (current_language(), current_settings());
    let label = settings.profile.price_label()?.to_owned();
    let lang = lang_attribute(language, &label);
    let words = say!(language, book.price_label, label = label);
    Some(view! { <p class="limit" lang=lang>{words}</p> }.into_any())
}
