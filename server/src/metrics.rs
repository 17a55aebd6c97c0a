//! `GET /metrics`: what the shop counts, in Prometheus' text format.

use std::fmt::Write;

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::{Shop, mail::figures};

/// A name, its labels, what it means, and how often it was so.
pub(crate) struct Count(
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) &'static str,
    pub(crate) u64,
);

/// Everything that is counted, as of now.
pub(crate) async fn metrics(State(shop): State<Shop>) -> Response {
    let mut text = String::new();
    let mut last = "";
    let counts = shop.0.counters.all().into_iter();
    let counts = counts.chain(shop.0.refusals.all());
    let counts = counts.chain(shop.0.checks.tally.all());
    let asked = shop.0.buzz.0.iter();
    let asked = asked.flat_map(|asked| asked.buzz.metrics().all());
    let asked = asked.map(|count| Count(count.name, count.labels, count.help, count.value));
    for Count(name, labels, help, value) in counts.chain(asked) {
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
