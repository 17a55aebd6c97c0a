//! A message that came with the address, after a form was sent without script.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::ShopError;

use crate::i18n::{current_language, error_message};

/// The error that `?notice=` names, if it names one.
pub(crate) fn error_in_address() -> Option<ShopError> {
    use_query_map()
        .read_untracked()
        .get_str("notice")
        .and_then(ShopError::from_code)
}

/// The same as a line of the page.
pub(crate) fn notice_line() -> Option<AnyView> {
    error_in_address().map(|error| alert(error_message(&error, current_language())))
}

/// What went wrong, said to everyone at once.
pub(crate) fn alert(words: String) -> AnyView {
    view! { <p class="buy-trouble" role="alert">{words}</p> }.into_any()
}
