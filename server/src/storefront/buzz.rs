//! Searches for how often a title is mentioned: the rate limit of the page, and the line on a
//! book's page.

use app::{buzz::book_page_line, say};
use axum::{
    Extension, Json,
    extract::{Query, Request, State, rejection::QueryRejection},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use buzz::SearchTerm;
use protocol::BuzzLine;
use serde::Deserialize;
use shop::{Language, Slug};
use store::StoreError;

use crate::{
    admission::{client::Client, rate_limits::RateLimited},
    http::refusal::refuse,
    state::Shop,
};

/// Applies the rate limit. Opening the form without a search does not count.
pub(crate) async fn rate_limited(
    State(shop): State<Shop>,
    client: Client,
    request: Request,
    next: Next,
) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let asks = form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "q");
    if asks && let Err(RateLimited(wait)) = shop.0.buzz_limit.check(client) {
        return too_often(wait.as_secs() + 1);
    }
    next.run(request).await
}

fn too_often(seconds: u64) -> Response {
    let refusal = refuse(StatusCode::TOO_MANY_REQUESTS, |language| {
        say!(language, buzz.too_often)
    });
    let mut refusal = refusal.into_response();
    let headers = refusal.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    refusal
}

#[derive(Deserialize)]
pub(crate) struct About {
    book: Slug,
}

/// `GET /api/buzz?book=…`: the line on a book's page, as in `{"words":"…"}`. `words` is `null` if
/// there is no line, whatever the reason.
pub(crate) async fn line(
    State(shop): State<Shop>,
    client: Client,
    language: Option<Extension<Language>>,
    about: Result<Query<About>, QueryRejection>,
) -> Response {
    let Ok(Query(About { book })) = about else {
        return refuse(StatusCode::BAD_REQUEST, |language| {
            say!(language, page.not_found_more)
        })
        .into_response();
    };
    let language = language.map_or_else(Language::default, |Extension(language)| language);
    let words = words(&shop, client, language, &book).await;
    Json(BuzzLine { words }).into_response()
}

async fn words(shop: &Shop, client: Client, language: Language, book: &Slug) -> Option<String> {
    let source = shop.0.buzz.0.as_ref()?;
    let title = match shop.0.store.book(book).await {
        Ok(known) => known.book.title,
        Err(error) => {
            // An unknown book is an error of the client.
            if !matches!(error, StoreError::Refused(_)) {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "cannot read the book of a buzz search");
            }
            return None;
        }
    };
    let term = SearchTerm::parse(&title).ok()?;
    // Only searches that are not cached count.
    if source.buzz.cached(&term).is_none() {
        shop.0.buzz_limit.check(client).ok()?;
    }
    // The client of the service logs its failures.
    let answer = source.buzz.look_up(&term).await.ok()?;
    Some(book_page_line(language, &answer))
}
