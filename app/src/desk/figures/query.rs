//! A query of the sales figures, as parameters of an address.

use std::borrow::Cow;

use shop::{Language, Timestamp};
use store::{Period, SalesStep, SoldColumn, SoldOrder};

use super::{DAY, steps};
use crate::desk::activity::query::moment;

/// The longest period, in days: ten years and a few days.
const LONGEST_DAYS: u32 = 3_660;

/// A query of the sales figures: a period, and how its tables are shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FiguresQuery {
    /// The period by its name, if it has no dates.
    pub named: NamedPeriod,
    /// The beginning, if it was entered.
    pub from: Option<Timestamp>,
    /// The end, if it was entered.
    pub until: Option<Timestamp>,
    /// `from` and `until`, as they were typed.
    pub typed: [String; 2],
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

    fn start(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Week => SalesStep::Week.start_of(now),
            Self::Month => steps::month_of(now),
            Self::Year => steps::year_of(now),
        }
    }
}

impl FiguresQuery {
    /// Parses the parameters of an address. Empty and unknown parameters are ignored.
    ///
    /// # Errors
    /// [`InvalidFiguresQuery`] for the first invalid parameter.
    pub fn parse<'a>(
        parts: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
    ) -> Result<Self, InvalidFiguresQuery> {
        let mut query = Self::default();
        let mut way = None;
        for (name, value) in parts {
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            let moment = |is_end| moment(value, is_end).ok_or(InvalidFiguresQuery::Moment);
            match &*name {
                "period" => {
                    let mut all = NamedPeriod::ALL.into_iter();
                    let named = all.find(|period| period.as_str() == value);
                    query.named = named.ok_or(InvalidFiguresQuery::Period)?;
                }
                "from" => {
                    query.from = Some(moment(false)?);
                    value.clone_into(&mut query.typed[0]);
                }
                "until" => {
                    query.until = Some(moment(true)?);
                    value.clone_into(&mut query.typed[1]);
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
    pub fn period(&self, now: Timestamp) -> Result<Period, InvalidFiguresQuery> {
        let tomorrow = SalesStep::Day.start_of(now) + DAY;
        let from = match (self.from, self.until) {
            (Some(from), _) => from,
            (None, None) => self.named.start(now),
            (None, Some(_)) => return Err(InvalidFiguresQuery::NoStart),
        };
        let until = self.until.unwrap_or(tomorrow);
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
        self.from.is_some() || self.until.is_some()
    }

    /// The parameters of the period and the step.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let named = (!self.has_dates()).then(|| ("period", self.named.as_str().to_owned()));
        let [from, until] = self.typed.clone();
        let typed = [("from", from), ("until", until)];
        let typed = typed.into_iter().filter(|(_, text)| !text.is_empty());
        named
            .into_iter()
            .chain(typed)
            .chain(self.step_pair())
            .collect()
    }

    /// The parameter of the step, if one was chosen.
    #[must_use]
    pub fn step_pair(&self) -> Option<(&'static str, String)> {
        self.step.map(|step| ("step", step_name(step).to_owned()))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(parts: &[(&'static str, &str)]) -> Result<FiguresQuery, InvalidFiguresQuery> {
        FiguresQuery::parse(
            parts
                .iter()
                .map(|&(name, value)| (name.into(), value.to_owned().into())),
        )
    }

    fn period(parts: &[(&'static str, &str)]) -> Result<[String; 2], InvalidFiguresQuery> {
        let now = "2026-11-21T18:00:00Z".parse().unwrap();
        let Period { from, until } = parse(parts)?.period(now)?;
        Ok([from.to_string(), until.to_string()])
    }

    #[test]
    fn a_named_period_lasts_until_the_end_of_today() {
        for (name, from) in [
            ("", "2026-11-01T00:00:00Z"),
            ("week", "2026-11-16T00:00:00Z"),
            ("month", "2026-11-01T00:00:00Z"),
            ("year", "2026-01-01T00:00:00Z"),
        ] {
            let expected = [from, "2026-11-22T00:00:00Z"].map(str::to_owned);
            assert_eq!(period(&[("period", name)]), Ok(expected), "{name}");
        }
    }

    #[test]
    fn a_period_with_dates_includes_its_last_day() {
        let dates = period(&[("from", "2026-02-28"), ("until", "2026-03-01")]);
        let expected = ["2026-02-28T00:00:00Z", "2026-03-02T00:00:00Z"].map(str::to_owned);
        assert_eq!(dates, Ok(expected));
        let open = period(&[("period", "week"), ("from", "2026-11-20")]);
        let expected = ["2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z"].map(str::to_owned);
        assert_eq!(open, Ok(expected));
    }

    #[test]
    fn a_query_is_read_back_from_its_parameters() {
        let parts = [
            ("from", "2026-11-01"),
            ("until", "2026-11-02T18:30"),
            ("step", "week"),
            ("sort", "money"),
            ("way", "up"),
        ];
        let query = parse(&parts).unwrap();
        let written = query.pairs().into_iter().chain(order_pairs(query.order));
        let written: Vec<_> = written.collect();
        assert_eq!(written, parts.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn a_title_is_sorted_from_a_and_a_number_from_the_highest() {
        for (column, is_descending) in [("title", false), ("copies", true), ("money", true)] {
            let order = parse(&[("sort", column)]).unwrap().order;
            assert_eq!(order.is_descending, is_descending, "{column}");
        }
        assert_eq!(parse(&[]), Ok(FiguresQuery::default()));
    }

    #[test]
    fn an_invalid_query_is_refused() {
        for (parts, wrong) in [
            (&[("period", "decade")][..], InvalidFiguresQuery::Period),
            (&[("from", "yesterday")][..], InvalidFiguresQuery::Moment),
            (&[("until", "2026-02-30")][..], InvalidFiguresQuery::Moment),
            (&[("step", "hour")][..], InvalidFiguresQuery::Step),
            (&[("sort", "author")][..], InvalidFiguresQuery::Sort),
            (&[("way", "left")][..], InvalidFiguresQuery::Sort),
            (&[("page", "0")][..], InvalidFiguresQuery::Page),
            (&[("page", "-1")][..], InvalidFiguresQuery::Page),
            (&[("until", "2026-11-20")][..], InvalidFiguresQuery::NoStart),
            (
                &[("from", "2026-11-22")][..],
                InvalidFiguresQuery::EndsFirst,
            ),
            (
                &[("from", "2026-11-20"), ("until", "2026-11-19")][..],
                InvalidFiguresQuery::EndsFirst,
            ),
            (&[("from", "2016-11-01")][..], InvalidFiguresQuery::TooLong),
        ] {
            assert_eq!(period(parts), Err(wrong), "{parts:?}");
            let [english, chinese] = Language::ALL.map(|language| wrong.sentence(language));
            assert_ne!(english, chinese);
        }
    }
}
