//! `GET /metrics`: what the shop counts, in Prometheus' text format.

use std::fmt::Write;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::{Shop, mail::figures};

/// Everything that is counted, as of now.
pub(crate) async fn metrics(State(shop): State<Shop>) -> Response {
    let mut text = String::new();
    let mut last = "";
    for (name, labels, help, value) in shop.0.counters.all() {
        if name != last {
            let _ = writeln!(text, "# HELP {name} {help}.\n# TYPE {name} counter");
            last = name;
        }
        let labels = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{labels}}}")
        };
        let _ = writeln!(text, "{name}{labels} {value}");
    }
    if let Some(post) = &shop.0.post {
        text.push_str(&figures(&post.tally, shop.0.store.outbox()).await);
    }
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
