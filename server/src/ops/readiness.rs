//! `GET /readyz`: whether a proxy should send this instance requests.

use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use axum::{extract::State, http::StatusCode, response::IntoResponse};
use tokio::time::timeout;

use crate::state::Shop;

/// A store that takes longer to answer is not ready. Whoever asks does not wait long either.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// Whether this instance should be sent shoppers.
pub(crate) async fn ready(State(shop): State<Shop>) -> impl IntoResponse {
    const UNREADABLE: &str = "The shop's data cannot be read right now.";
    let not = |sentence| (StatusCode::SERVICE_UNAVAILABLE, sentence);
    if shop.0.leaving.load(Relaxed) {
        return not("This instance is shutting down.");
    }
    // The store is the first to know, and says so already.
    if shop.0.store.feed().is_stale() {
        return not(UNREADABLE);
    }
    // One read, however many books there are: whoever asks asks often.
    match timeout(READY_WITHIN, shop.0.store.cookie_secret()).await {
        Ok(Ok(_)) => (StatusCode::OK, "ready"),
        Ok(Err(error)) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the store cannot be read"
            );
            not(UNREADABLE)
        }
        Err(_) => not(UNREADABLE),
    }
}
