//! What the desk sees at a glance: how it stands, and how it has stood for the last half hour.
//!
//! * `samples`: what is remembered, so many of them and no more.
//! * `chart`: a line drawn through them.
//!
//! Each process keeps its own: pages are connected to one of the instances, and what it has
//! refused it knows itself. Holds and orders are the whole shop's.

mod chart;
mod samples;

use std::{convert::Infallible, time::Duration};

use app::desk::dashboard::{Dashboard, Figure, FigureKind};
use axum::{
    Extension, Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use shop::Language;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::{Shop, pages::render};
use samples::Sample;
pub(crate) use samples::Samples;

/// A sample each time,
const EVERY: Duration = Duration::from_secs(5);
/// for half an hour.
const REMEMBERED: usize = 360;
/// A store that takes longer to answer leaves a gap.
const COUNTED_WITHIN: Duration = Duration::from_secs(3);
/// Refusals are counted by the minute: so many samples back.
const A_MINUTE: usize = 12;

/// `GET /desk`: the page, with what is seen now.
pub(crate) async fn page(State(shop): State<Shop>, mut request: Request) -> Response {
    let glance = glance(&shop).await;
    request.extensions_mut().insert(glance);
    render(State(shop), request).await
}

/// `GET /desk/glance.json`: the same for the page's script.
pub(crate) async fn told(
    State(shop): State<Shop>,
    Extension(language): Extension<Language>,
) -> impl IntoResponse {
    Json(glance(&shop).await.to_json(language))
}

/// Takes samples for as long as the shop is open.
pub(crate) async fn sample(shop: &Shop) -> Infallible {
    let mut every = interval(EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        every.tick().await;
        shop.0.samples.push(measured(shop).await);
    }
}

/// How it stands at this moment.
async fn measured(shop: &Shop) -> Sample {
    let standing = timeout(COUNTED_WITHIN, shop.0.store.standing()).await;
    Sample {
        sockets: shop.0.counters.open_sockets() as u64,
        polls: shop.0.counters.open_waits(),
        refused: shop.0.refusals.total(),
        // The store has said what is wrong.
        standing: standing.ok().and_then(Result::ok),
    }
}

/// What is seen now.
async fn glance(shop: &Shop) -> Dashboard {
    let now = measured(shop).await;
    let samples = shop.0.samples.up_to(now);
    let figure = |kind, values: Vec<Option<u64>>| Figure {
        kind,
        now: values.last().copied().flatten(),
        least: values.iter().flatten().min().copied(),
        most: values.iter().flatten().max().copied(),
        line: chart::line(&values, REMEMBERED),
    };
    let of = |value: fn(&Sample) -> Option<u64>| samples.iter().map(value).collect::<Vec<_>>();
    Dashboard {
        instance: shop.0.address.to_string(),
        figures: vec![
            figure(FigureKind::Holds, of(|sample| Some(sample.standing?.holds))),
            figure(
                FigureKind::Orders,
                of(|sample| Some(sample.standing?.orders)),
            ),
            figure(FigureKind::Sockets, of(|sample| Some(sample.sockets))),
            figure(FigureKind::Polls, of(|sample| Some(sample.polls))),
            figure(
                FigureKind::Refused,
                samples::by_the_minute(&samples, A_MINUTE),
            ),
        ],
        refused: shop.0.refusals.by_reason().to_vec(),
    }
}
