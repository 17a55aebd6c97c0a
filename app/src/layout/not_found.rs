//! An address that leads nowhere.

use leptos::prelude::*;
use protocol::ShopError;

use super::error_page::ErrorPage;

/// Says so, with the status 404, and shows the way back.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    view! { <ErrorPage error=ShopError::NoSuchBook/> }
}
