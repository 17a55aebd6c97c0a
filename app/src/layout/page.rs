//! A page that is read from the store: shown whole, or an error page in its place.

use leptos::{prelude::*, tachys::reactive_graph::OwnedView};
use protocol::ShopError;

use super::error_page::ErrorPage;

/// A page that is read from the shop, and shown whole or not at all.
pub(crate) fn load_page<T: Send + 'static>(
    read: impl Future<Output = Result<T, ShopError>> + Send + 'static,
    show: fn(T) -> AnyView,
) -> AnyView {
    Suspend::new(async move {
        match read.await {
            Ok(read) => owned(show(read)),
            Err(error) => owned(view! { <ErrorPage error/> }.into_any()),
        }
    })
    .into_any()
}

/// A page's head is told of when the page is written, and wherever that goes on after waiting
/// it has to know whose head it is.
fn owned(page: AnyView) -> AnyView {
    OwnedView::new(page).into_any()
}
