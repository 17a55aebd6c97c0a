//! `GET /readyz`: whether a proxy should send requests to this instance.

use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use tokio::time::timeout;

use crate::state::Shop;

/// The longest wait for the store before this instance counts as not ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// Whether this instance should receive requests.
pub(crate) async fn ready(State(shop): State<Shop>) -> impl IntoResponse {
    const UNREADABLE: &str = "The shop's data cannot be read right now.";
    let not = |sentence| (StatusCode::SERVICE_UNAVAILABLE, sentence);
    if shop.0.leaving.load(Relaxed) {
        return not("This instance is shutting down.");
    }
    // The feed is the first to notice that the store is unreachable, and the store logs that.
    if shop.0.store.feed().is_stale() {
        return not(UNREADABLE);
    }
    // One read, independent of the number of books, because proxies ask often.
    match timeout(READY_WITHIN, shop.0.store.cookie_secret()).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready"),
        Ok(Err(error)) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "cannot read the store"
            );
            not(UNREADABLE)
        }
        Err(_) => {
            tracing::error!("the store does not answer");
            not(UNREADABLE)
        }
    }
}
