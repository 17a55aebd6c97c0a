//! Pages with data from the store: the whole page, or an error page in its place.

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

/// Renders a page under the current reactive owner.
///
/// `leptos_meta` writes the page's head while the page is rendered, possibly later, and finds the
/// head through the owner.
fn owned(page: AnyView) -> AnyView {
    OwnedView::new(page).into_any()
}
