//! Leads from a scanned ISBN in the stock page's search to its book.

use axum::{
    extract::{Request, State},
    response::{IntoResponse, Redirect, Response},
};
use shop::Isbn;

use crate::{state::Shop, storefront::pages::render};

/// `GET /desk/stock`: the list, or a redirect if the search is the ISBN of a book. Withdrawn books
/// are found, too.
pub(in crate::desk) async fn list(State(shop): State<Shop>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let searched = pairs.find(|(name, _)| name == "q");
    let isbn = searched.and_then(|(_, text)| Isbn::parse(&text).ok());
    if let Some(isbn) = isbn {
        match shop.0.store.book_desk().with_isbn(&isbn).await {
            Ok(Some(book)) => {
                return Redirect::to(&format!("/desk/stock/{book}")).into_response();
            }
            Ok(None) => {}
            // The page says that the shop cannot be read.
            Err(error) => tracing::debug!(
                error = &error as &dyn std::error::Error,
                "cannot look for an ISBN"
            ),
        }
    }
    render(State(shop), request).await
}
