//! The page for an address that does not exist.

use leptos::prelude::*;
use protocol::ShopError;

use super::error_page::ErrorPage;

/// “Not found”, with status 404 and a link to the shop.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    view! { <ErrorPage error=ShopError::NoSuchBook/> }
}
