//! The dashboard: the figures that the server counts, and the page that shows them.

#[cfg(feature = "desk")]
#[path = "clock_time/in_browser.rs"]
mod clock_time;
#[cfg(not(feature = "desk"))]
#[path = "clock_time/on_server.rs"]
mod clock_time;
mod figure;
mod glances;
mod island;
#[cfg(feature = "ssr")]
pub(crate) mod page;
mod refusal;
mod updates;
mod views;

use from_json::FromJson;
use serde::Serialize;

pub use figure::{CHART_HEIGHT, CHART_WIDTH, Figure, FigureKind};
pub use refusal::{RefusalCount, RefusalReason};

/// The state of the shop, as one of its instances sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromJson)]
pub struct Dashboard {
    /// The instance, by the address it listens on.
    pub instance: String,
    /// The figures, in the order of the page.
    pub figures: Vec<Figure>,
    /// How many actions this instance has refused since it started, by reason.
    pub refused: Vec<RefusalCount>,
}
