//! `GET /metrics`: the shop's counters in Prometheus' text format.

use std::{fmt::Write, sync::Arc};

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::{
    jobs::mail::{self, figures},
    live::{connection_check, push::LiveCounters},
    metric::Count,
    state::Shop,
};

/// The parts of the server that have metrics.
#[derive(Clone)]
pub(crate) struct Metrics {
    pub(crate) shop: Shop,
    pub(crate) live: Arc<LiveCounters>,
    pub(crate) checks: Arc<connection_check::CheckCounters>,
    /// `None` if no mail is sent.
    pub(crate) mail: Option<Arc<mail::MailCounters>>,
}

/// Answers with the current value of every metric.
pub(crate) async fn metrics(State(metrics): State<Metrics>) -> Response {
    let shop = &metrics.shop;
    let mut text = String::new();
    let mut last = "";
    let counts = metrics.live.all().into_iter();
    let counts = counts.chain(shop.0.refusals.all());
    let counts = counts.chain(metrics.checks.all());
    let buzz = shop.0.buzz.0.iter();
    let buzz = buzz.flat_map(|source| source.buzz.metrics().all());
    let buzz = buzz.map(|count| Count(count.name, count.labels, count.help, count.value));
    for Count(name, labels, help, value) in counts.chain(buzz) {
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
    if let Some(mail) = &metrics.mail {
        text.push_str(&figures(mail, shop.0.store.outbox()).await);
    }
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
