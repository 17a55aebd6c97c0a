//! A search service for tests, which answers at once, after a delay, or on command.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Query, State},
    routing::get,
};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time::sleep};

/// The search service. It stops when it is dropped.
pub struct Provider {
    pub address: SocketAddr,
    seen: Arc<Seen>,
    serving: JoinHandle<()>,
}

struct Seen {
    asked: Mutex<Vec<String>>,
    open: watch::Sender<bool>,
    delay: Duration,
}

#[derive(Deserialize)]
struct Question {
    query: String,
}

impl Provider {
    /// A service that answers after this delay.
    pub async fn that_takes(delay: Duration) -> Self {
        let seen = Arc::new(Seen {
            asked: Mutex::default(),
            open: watch::Sender::new(true),
            delay,
        });
        let router = Router::new()
            .route("/api/v1/search_by_date", get(answer))
            .with_state(Arc::clone(&seen));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            seen,
            serving,
        }
    }

    /// The base address for the shop's setting.
    pub fn base(&self) -> String {
        format!("http://{}/api/v1", self.address)
    }

    /// Holds all answers back until `answer_all`.
    pub fn hang(&self) {
        self.seen.open.send_replace(false);
    }

    pub fn answer_all(&self) {
        self.seen.open.send_replace(true);
    }

    /// The terms that were requested, in order.
    pub fn asked(&self) -> Vec<String> {
        self.seen.asked.lock().unwrap().clone()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Answers with sixty mentions, 59 seconds apart.
async fn answer(State(seen): State<Arc<Seen>>, Query(question): Query<Question>) -> Json<Value> {
    seen.asked.lock().unwrap().push(question.query);
    sleep(seen.delay).await;
    let _ = seen.open.subscribe().wait_for(|open| *open).await;
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let hits: Vec<_> = (1..=60_u64)
        .map(|number| {
            json!({
                // With whole minutes, a mention could be on the boundary between two units.
                "created_at_i": now - 59 * number,
                "objectID": number.to_string(),
                "title": format!("<i>Talk</i> {number}"),
                "author": "ann",
            })
        })
        .collect();
    Json(json!({ "hits": hits, "nbHits": 1_000 }))
}
