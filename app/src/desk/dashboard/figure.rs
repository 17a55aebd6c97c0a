//! A figure of the dashboard, and how it is written for staff.

use from_json::FromJson;
use serde::Serialize;
use shop::Language;

/// The width of a chart, in SVG units.
pub const CHART_WIDTH: u16 = 360;
/// The height of a chart, in SVG units.
pub const CHART_HEIGHT: u16 = 48;

/// A number that the server counts, now and over the last half hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromJson)]
pub struct Figure {
    /// Which figure it is.
    pub kind: FigureKind,
    /// The current value. `None` while it cannot be read.
    pub now: Option<u64>,
    /// The lowest value in the last half hour, or since the start.
    pub least: Option<u64>,
    /// The highest value in that time.
    pub most: Option<u64>,
    /// The chart's line: the `d` of an SVG path, [`CHART_WIDTH`] × [`CHART_HEIGHT`].
    pub line: String,
}

/// The kinds of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromJson)]
#[serde(rename_all = "snake_case")]
pub enum FigureKind {
    /// Active holds in the whole shop.
    Holds,
    /// Open orders in the whole shop.
    Orders,
    /// Pages connected to this instance by WebSocket.
    Sockets,
    /// Pages connected to this instance by long poll.
    Polls,
    /// Actions that this instance refused in the last minute.
    Refused,
}

impl FigureKind {
    /// The name in the page's HTML.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Orders => "orders",
            Self::Sockets => "sockets",
            Self::Polls => "polls",
            Self::Refused => "refused",
        }
    }

    /// Whether the figure is about the whole shop, so that every instance reports the same value.
    #[must_use]
    pub const fn is_of_the_whole_shop(self) -> bool {
        matches!(self, Self::Holds | Self::Orders)
    }

    /// The name for staff.
    #[must_use]
    pub fn name(self, language: Language) -> &'static str {
        match self {
            Self::Holds => say!(language, dashboard.holds),
            Self::Orders => say!(language, dashboard.orders),
            Self::Sockets => say!(language, dashboard.sockets),
            Self::Polls => say!(language, dashboard.polls),
            Self::Refused => say!(language, dashboard.refused),
        }
    }
}

impl Figure {
    /// The current value for display; a dash if there is none.
    #[must_use]
    pub fn shown(&self) -> String {
        self.now
            .map_or_else(|| "–".to_owned(), |now| now.to_string())
    }

    /// The lowest and highest value for display; a dash if there are none.
    #[must_use]
    pub fn range(&self) -> String {
        match (self.least, self.most) {
            (Some(least), Some(most)) => format!("{least} – {most}"),
            _ => "–".to_owned(),
        }
    }

    /// A description of the chart, for screen readers.
    #[must_use]
    pub fn about(&self, language: Language) -> String {
        let name = self.kind.name(language);
        match (self.now, self.least, self.most) {
            (Some(now), Some(least), Some(most)) => say!(
                language,
                dashboard.about,
                name = name,
                now = now,
                least = least,
                most = most
            ),
            _ => say!(language, dashboard.about_nothing, name = name),
        }
    }
}
