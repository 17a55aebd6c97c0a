//! `GET /api/search?q=…`: suggestions while a shopper types.
//!
//! Suggestions are the same for everyone, and no cookie is read or set, so caches may keep them.

use app::{
    say,
    search::{Suggestion, Suggestions},
};
use axum::{
    Json,
    extract::{RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use shop::{Browse, Query};

use crate::{http::refusal::refuse, state::Shop};

/// How long caches may keep the suggestions.
const A_MOMENT: HeaderValue = HeaderValue::from_static("public, max-age=30");

/// Answers with the first books that the catalogue's search finds; an empty query finds none.
pub(crate) async fn search(State(shop): State<Shop>, RawQuery(query): RawQuery) -> Response {
    // axum's own extractor would refuse invalid UTF-8, but any input is accepted here.
    let query = query.unwrap_or_default();
    let words = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "q");
    let query = Query::new(&words.map(|(_, words)| words).unwrap_or_default());
    if query.is_empty() {
        return answer(Suggestions::default());
    }
    let wish = Browse {
        query,
        ..Browse::default()
    };
    match shop.0.store.browse(&wish).await {
        Ok(found) => {
            let books = found.books.into_iter().take(Suggestions::MOST);
            answer(Suggestions {
                books: books
                    .map(|on_shelf| Suggestion {
                        slug: on_shelf.book.slug,
                        title: on_shelf.book.title,
                        author: on_shelf.book.author,
                    })
                    .collect(),
                total: found.total,
            })
        }
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "cannot search the catalogue"
            );
            let sentence = |language| say!(language, page.cannot_search);
            let mut refusal = refuse(StatusCode::SERVICE_UNAVAILABLE, sentence).into_response();
            let after = HeaderValue::from_static("1");
            refusal.headers_mut().insert(header::RETRY_AFTER, after);
            refusal
        }
    }
}

fn answer(found: Suggestions) -> Response {
    ([(header::CACHE_CONTROL, A_MOMENT)], Json(found)).into_response()
}
