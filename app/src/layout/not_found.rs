//! An address that leads nowhere.

use leptos::prelude::*;
use protocol::ShopError;

use super::error_page::Trouble;

/// Says so, with the status 404, and shows the way back.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    view! { <Trouble error=ShopError::NoSuchBook/> }
}
