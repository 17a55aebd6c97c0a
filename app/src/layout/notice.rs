//! The error message that an address carries after a form was sent without script.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::ShopError;

use crate::i18n::{current_language, error_message};

/// The error that `?notice=` names.
pub(crate) fn error_in_address() -> Option<ShopError> {
    use_query_map()
        .read_untracked()
        .get_str("notice")
        .and_then(ShopError::from_code)
}

/// The message of the error in the address, as an alert.
pub(crate) fn notice_line() -> Option<AnyView> {
    error_in_address().map(|error| alert(error_message(&error, current_language())))
}

/// A message that screen readers announce at once.
pub(crate) fn alert(words: String) -> AnyView {
    view! { <p class="buy-trouble" role="alert">{words}</p> }.into_any()
}
