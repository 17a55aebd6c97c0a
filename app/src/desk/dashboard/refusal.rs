//! The reasons for which actions are refused, each with its count.

use from_json::FromJson;
use serde::Serialize;
use shop::Language;

/// How many actions were refused for a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromJson)]
pub struct RefusalCount {
    /// The reason.
    pub reason: RefusalReason,
    /// The count since the instance started.
    pub count: u64,
}

/// Why an action was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, FromJson)]
#[serde(rename_all = "snake_case")]
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

    /// The name in the page's HTML.
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
