//! A page that is read from the store: shown whole, or an error page in its place.

use leptos::{prelude::*, tachys::reactive_graph::OwnedView};
use protocol::ShopError;

use super::error_page::ErrorPage;

/// Reads the data of a page, and shows the page or the error.
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

/// Gives the page its owner. `leptos_meta` writes the head while the page is rendered, possibly
/// after a wait, and needs to know whose head it is.
fn owned(page: AnyView) -> AnyView {
    OwnedView::new(page).into_any()
}
