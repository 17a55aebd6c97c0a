//! The dashboard: the figures that the server counts, their names, and the page that shows them.

mod figures;
pub(crate) mod page;

use serde::Serialize;
use shop::Language;

/// The width of a chart, in SVG units.
pub const CHART_WIDTH: u16 = 360;
/// The height of a chart, in SVG units.
pub const CHART_HEIGHT: u16 = 48;

/// The state of the shop, as one of its instances sees it.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// The instance, by the address it listens on.
    pub instance: String,
    /// The figures, in the order of the page.
    pub figures: Vec<Figure>,
    /// How many actions this instance has refused since it started, by reason.
    pub refused: Vec<(RefusalReason, u64)>,
}

/// A number that the server counts, now and over the last half hour.
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    /// The name in the page's HTML and in JSON.
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

    /// Whether it is about the whole shop, so that every instance counts the same.
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

/// Why an action was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalReason {
    /// Too few copies are available.
    SoldOut,
    /// More copies than one shopper may have.
    OverLimit,
    /// The sale has not opened.
    NotYet,
    /// The hold, offer or order is over.
    TooLate,
    /// Too many actions from one network address.
    TooOften,
    /// The shop was too busy, or its store failed.
    Busy,
}

impl RefusalReason {
    /// Every reason.
    pub const ALL: [Self; 6] = [
        Self::SoldOut,
        Self::OverLimit,
        Self::NotYet,
        Self::TooLate,
        Self::TooOften,
        Self::Busy,
    ];

    /// The name in the page's HTML and in JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::SoldOut => "sold_out",
            Self::OverLimit => "over_limit",
            Self::NotYet => "not_yet",
            Self::TooLate => "too_late",
            Self::TooOften => "too_often",
            Self::Busy => "busy",
        }
    }

    /// The name for staff.
    #[must_use]
    pub fn name(self, language: Language) -> &'static str {
        match self {
            Self::SoldOut => say!(language, dashboard.sold_out),
            Self::OverLimit => say!(language, dashboard.over_limit),
            Self::NotYet => say!(language, dashboard.not_yet),
            Self::TooLate => say!(language, dashboard.too_late),
            Self::TooOften => say!(language, dashboard.too_often),
            Self::Busy => say!(language, dashboard.busy),
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

/// A figure as JSON.
#[derive(Debug, Serialize)]
struct FigureJson {
    id: &'static str,
    now: String,
    range: String,
    about: String,
    line: String,
}

/// A count of refusals as JSON.
#[derive(Debug, Serialize)]
struct ReasonJson {
    id: &'static str,
    count: u64,
}

/// The dashboard as JSON, for the page's script.
#[derive(Debug, Serialize)]
struct DashboardJson {
    instance: String,
    figures: Vec<FigureJson>,
    refused: Vec<ReasonJson>,
}

impl Dashboard {
    /// The dashboard as JSON, in a language.
    #[must_use]
    pub fn to_json(self, language: Language) -> impl Serialize + use<> {
        let figures = self.figures.into_iter().map(|figure| FigureJson {
            id: figure.kind.id(),
            now: figure.shown(),
            range: figure.range(),
            about: figure.about(language),
            line: figure.line,
        });
        let refused = self.refused.into_iter().map(|(reason, count)| ReasonJson {
            id: reason.id(),
            count,
        });
        DashboardJson {
            instance: self.instance,
            figures: figures.collect(),
            refused: refused.collect(),
        }
    }
}
