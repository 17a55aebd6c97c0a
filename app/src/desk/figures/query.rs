//! A query of the sales figures, as parameters of an address.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use shop::{Language, Timestamp, Zone};
use store::{Period, SalesStep, SoldColumn, SoldOrder};

use super::{DAY, steps};
use crate::desk::period::{InvalidMoment, TypedPeriod};

/// The longest period, in days: ten years and a few days.
const LONGEST_DAYS: u32 = 3_660;

/// A query of the sales figures: a period, and how its tables are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FiguresQuery {
    /// The period by its name, if it has no dates.
    pub named: NamedPeriod,
    /// The dates of the period, if it was entered.
    pub dates: TypedPeriod,
    /// The length of a step. `None` if the period decides.
    pub step: Option<SalesStep>,
    /// The order of the sold books.
    pub order: SoldOrder,
    /// The page of the sold books, from 0.
    pub page: u32,
}

/// A period up to the end of today.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum NamedPeriod {
    /// From Monday.
    Week,
    /// From the first of the month.
    #[default]
    Month,
    /// From 1 January.
    Year,
}

/// Why a query is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidFiguresQuery {
    /// `period` is not the name of a period.
    #[error("not a period")]
    Period,
    /// `from` or `until` is not a date or time.
    #[error("not a date or time")]
    Moment,
    /// `step` is not the length of a step.
    #[error("not a step")]
    Step,
    /// `sort` is not a column, or `way` not a direction.
    #[error("not an order of books")]
    Sort,
    /// `page` is not the number of a page.
    #[error("not a page")]
    Page,
    /// There is an end without a beginning.
    #[error("no first day")]
    NoStart,
    /// The end is not after the beginning.
    #[error("the period ends before it begins")]
    EndsFirst,
    /// The period is too long.
    #[error("the period is too long")]
    TooLong,
}

impl InvalidFiguresQuery {
    /// The message for staff.
    #[must_use]
    pub fn sentence(self, language: Language) -> &'static str {
        match self {
            Self::Period => say!(language, figures.bad_period),
            Self::Moment => say!(language, activity.bad_moment),
            Self::Step => say!(language, figures.bad_step),
            Self::Sort => say!(language, figures.bad_sort),
            Self::Page => say!(language, figures.bad_page),
            Self::NoStart => say!(language, figures.no_start),
            Self::EndsFirst => say!(language, figures.ends_first),
            Self::TooLong => say!(language, figures.too_long),
        }
    }
}

impl NamedPeriod {
    /// Every named period.
    pub const ALL: [Self; 3] = [Self::Week, Self::Month, Self::Year];

    /// The name in addresses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    fn start(self, now: Timestamp, zone: &Zone) -> Timestamp {
        match self {
            Self::Week => SalesStep::Week.start_of(now, zone),
            Self::Month => steps::month_of(now, zone),
            Self::Year => steps::year_of(now, zone),
        }
    }
}

impl FiguresQuery {
    /// Parses the parameters of an address of a shop in this zone. Empty and unknown parameters are
    /// ignored.
    ///
    /// # Errors
    /// [`InvalidFiguresQuery`] for the first invalid parameter.
    pub fn parse<'a>(
        parts: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
        zone: &Zone,
    ) -> Result<Self, InvalidFiguresQuery> {
        let mut query = Self::default();
        let mut way = None;
        for (name, value) in parts {
            let value = value.trim();
            if value.is_empty() || query.dates.read(&name, value, zone)? {
                continue;
            }
            match &*name {
                "period" => {
                    let mut all = NamedPeriod::ALL.into_iter();
                    let named = all.find(|period| period.as_str() == value);
                    query.named = named.ok_or(InvalidFiguresQuery::Period)?;
                }
                "step" => query.step = Some(step(value).ok_or(InvalidFiguresQuery::Step)?),
                "sort" => query.order.column = column(value).ok_or(InvalidFiguresQuery::Sort)?,
                "way" => way = Some(is_down(value).ok_or(InvalidFiguresQuery::Sort)?),
                "page" => {
                    let page: Option<u32> = value.parse().ok();
                    let page = page.and_then(|page| page.checked_sub(1));
                    query.page = page.ok_or(InvalidFiguresQuery::Page)?;
                }
                _ => {}
            }
        }
        let usual = is_usually_descending(query.order.column);
        query.order.is_descending = way.unwrap_or(usual);
        Ok(query)
    }

    /// The period, at this time. Without dates it is the named one; without an end it lasts until
    /// the end of today.
    ///
    /// # Errors
    /// [`InvalidFiguresQuery::NoStart`], [`InvalidFiguresQuery::EndsFirst`] and
    /// [`InvalidFiguresQuery::TooLong`].
    pub fn period(&self, now: Timestamp, zone: &Zone) -> Result<Period, InvalidFiguresQuery> {
        let from = match (self.dates.from, self.dates.until) {
            (Some(from), _) => from,
            (None, None) => self.named.start(now, zone),
            (None, Some(_)) => return Err(InvalidFiguresQuery::NoStart),
        };
        let until = self.dates.until.unwrap_or_else(|| zone.next_day(now));
        if until <= from {
            return Err(InvalidFiguresQuery::EndsFirst);
        }
        if until.since(from) > LONGEST_DAYS * DAY {
            return Err(InvalidFiguresQuery::TooLong);
        }
        Ok(Period { from, until })
    }

    /// Whether the period has dates, instead of a name.
    #[must_use]
    pub const fn has_dates(&self) -> bool {
        self.dates.from.is_some() || self.dates.until.is_some()
    }

    /// The parameters of the period and the step.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let named = (!self.has_dates()).then(|| ("period", self.named.as_str().to_owned()));
        named
            .into_iter()
            .chain(self.dates.pairs())
            .chain(self.step_pair())
            .collect()
    }

    /// The parameter of the step, if one was chosen.
    #[must_use]
    pub fn step_pair(&self) -> Option<(&'static str, String)> {
        self.step.map(|step| ("step", step_name(step).to_owned()))
    }
}

impl From<InvalidMoment> for InvalidFiguresQuery {
    fn from(_: InvalidMoment) -> Self {
        Self::Moment
    }
}

/// The parameters of an order of books.
pub(super) fn order_pairs(order: SoldOrder) -> [(&'static str, String); 2] {
    let column = match order.column {
        SoldColumn::Title => "title",
        SoldColumn::Copies => "copies",
        SoldColumn::Money => "money",
    };
    let way = if order.is_descending { "down" } else { "up" };
    [("sort", column.to_owned()), ("way", way.to_owned())]
}

/// Whether a column is sorted with the highest first, unless asked otherwise.
pub(super) const fn is_usually_descending(column: SoldColumn) -> bool {
    !matches!(column, SoldColumn::Title)
}

/// The name of a step in addresses.
pub(super) const fn step_name(step: SalesStep) -> &'static str {
    match step {
        SalesStep::Day => "day",
        SalesStep::Week => "week",
    }
}

fn step(name: &str) -> Option<SalesStep> {
    let mut all = [SalesStep::Day, SalesStep::Week].into_iter();
    all.find(|step| step_name(*step) == name)
}

fn column(name: &str) -> Option<SoldColumn> {
    match name {
        "title" => Some(SoldColumn::Title),
        "copies" => Some(SoldColumn::Copies),
        "money" => Some(SoldColumn::Money),
        _ => None,
    }
}

fn is_down(way: &str) -> Option<bool> {
    match way {
        "up" => Some(false),
        "down" => Some(true),
        _ => None,
    }
}
