//! The dashboard: the figures that the server counts, their names, and the page that shows them.

mod figures;
pub(crate) mod page;

use serde::Serialize;
use shop::Language;

/// How wide the picture is that a line is drawn in, in units of its own.
pub const CHART_WIDTH: u16 = 360;
/// And how high.
pub const CHART_HEIGHT: u16 = 48;

/// How the shop stands, as one of its instances sees it.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// Which: where it listens.
    pub instance: String,
    /// What is counted.
    pub figures: Vec<Figure>,
    /// How often actions were refused by this instance since it was started, and why.
    pub refused: Vec<(RefusalReason, u64)>,
}

/// Something that is counted, now and in the last half hour.
#[derive(Debug, Clone)]
pub struct Figure {
    /// What.
    pub kind: FigureKind,
    /// None while it cannot be counted.
    pub now: Option<u64>,
    /// The least in the last half hour, or since the start.
    pub least: Option<u64>,
    /// The most.
    pub most: Option<u64>,
    /// The `d` of a path through a picture of [`CHART_WIDTH`] × [`CHART_HEIGHT`].
    pub line: String,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureKind {
    /// Holds, in the whole shop.
    Holds,
    /// Open orders, in the whole shop.
    Orders,
    /// Pages that are connected to this instance by socket,
    Sockets,
    /// and by long poll.
    Polls,
    /// Actions that this instance has refused within a minute.
    Refused,
}

impl FigureKind {
    /// Its name in the page and in JSON.
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

    /// Whether every instance counts the same.
    #[must_use]
    pub const fn is_of_the_whole_shop(self) -> bool {
        matches!(self, Self::Holds | Self::Orders)
    }

    /// What it is called.
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
    /// There are not so many copies.
    SoldOut,
    /// More than one shopper may have.
    OverLimit,
    /// The sale has not begun.
    NotYet,
    /// What it was about has run out.
    TooLate,
    /// From one address, too often.
    TooOften,
    /// The shop could not.
    Busy,
}

impl RefusalReason {
    /// All there are.
    pub const ALL: [Self; 6] = [
        Self::SoldOut,
        Self::OverLimit,
        Self::NotYet,
        Self::TooLate,
        Self::TooOften,
        Self::Busy,
    ];

    /// Its name in the page and in JSON.
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

    /// What it is called.
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
    /// The number as it is shown.
    #[must_use]
    pub fn shown(&self) -> String {
        self.now
            .map_or_else(|| "–".to_owned(), |now| now.to_string())
    }

    /// How low and how high it was, as it is shown.
    #[must_use]
    pub fn range(&self) -> String {
        match (self.least, self.most) {
            (Some(least), Some(most)) => format!("{least} – {most}"),
            _ => "–".to_owned(),
        }
    }

    /// The picture in words.
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
