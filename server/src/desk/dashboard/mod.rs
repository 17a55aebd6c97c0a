//! The dashboard: the state of the shop now, and over the last half hour.

/// Draws the samples as a line.
mod chart;

use app::desk::dashboard::{Dashboard, Figure, FigureKind, RefusalCount};
use axum::{
    Json,
    extract::{Request, State},
    response::{IntoResponse, Response},
};

use super::state::DeskState;
use crate::{
    jobs::samples::{self, REMEMBERED, Sample},
    storefront::pages::render,
};

/// The number of samples in a minute, the period over which refusals are counted.
const SAMPLES_PER_MINUTE: usize = 12;

/// `GET /desk/operations`: the page with the current figures.
pub(crate) async fn page(State(desk): State<DeskState>, mut request: Request) -> Response {
    let glance = glance(&desk).await;
    request.extensions_mut().insert(glance);
    render(State(desk.shop), request).await
}

/// `GET /desk/glance.json`: the current figures, for an open page.
pub(crate) async fn figures(State(desk): State<DeskState>) -> impl IntoResponse {
    Json(glance(&desk).await)
}

/// The current figures.
///
/// The samples come from `jobs::samples`. Connections and refusals are those of this process; holds
/// and orders are those of the whole shop.
async fn glance(desk: &DeskState) -> Dashboard {
    let samples = desk.sampler.up_to_now().await;
    let figure = |kind, values: Vec<Option<u64>>| Figure {
        kind,
        now: values.last().copied().flatten(),
        least: values.iter().flatten().min().copied(),
        most: values.iter().flatten().max().copied(),
        line: chart::line(&values, REMEMBERED),
    };
    let of = |value: fn(&Sample) -> Option<u64>| samples.iter().map(value).collect::<Vec<_>>();
    Dashboard {
        instance: desk.instance.to_string(),
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
                samples::by_the_minute(&samples, SAMPLES_PER_MINUTE),
            ),
        ],
        refused: desk
            .shop
            .0
            .refusals
            .by_reason()
            .map(|(reason, count)| RefusalCount { reason, count })
            .to_vec(),
    }
}
