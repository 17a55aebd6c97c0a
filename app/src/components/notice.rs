//! A message that came with the address, after a form was sent without script.

use leptos::prelude::{AnyView, ReadUntracked};
use leptos_router::hooks::use_query_map;

use super::alert;
use crate::ShopError;

/// The error that `?notice=` names, if it names one.
pub(crate) fn notice_in_address() -> Option<ShopError> {
    use_query_map()
        .read_untracked()
        .get_str("notice")
        .and_then(ShopError::from_code)
}

/// The same as a line of the page.
pub(crate) fn notice_line() -> Option<AnyView> {
    notice_in_address().map(|error| alert(error.to_string()))
}
