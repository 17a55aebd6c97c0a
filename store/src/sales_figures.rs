//! What the shop sold in a period, and what it did not.

mod sql;

use std::fmt;

use async_trait::async_trait;
use shop::{Slug, Timestamp, Zone};

pub(crate) use self::sql::SqlSalesFigures;
use crate::StoreError;

const DAY: u64 = 24 * 60 * 60 * 1_000;
/// From the Monday before to 1 January 1970, a Thursday.
const MONDAY_TO_THURSDAY: u64 = 3 * DAY;

/// A period: from a time on, and until before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first moment of the period.
    pub from: Timestamp,
    /// The first moment after the period.
    pub until: Timestamp,
}

/// The length of the steps in which a period is shown. Days are those of a time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SalesStep {
    /// From midnight to midnight.
    Day,
    /// From Monday to Monday.
    Week,
}

impl SalesStep {
    /// The beginning of the step in which a moment lies. It is never before 1970.
    #[must_use]
    pub fn start_of(self, at: Timestamp, zone: &Zone) -> Timestamp {
        zone.instant(self.wall(self.number(zone.wall(at))))
    }

    /// The beginning of the step after.
    #[must_use]
    pub fn next(self, at: Timestamp, zone: &Zone) -> Timestamp {
        zone.instant(self.wall(self.number(zone.wall(at)) + 1))
    }

    /// The number of the step in which a wall time lies.
    const fn number(self, wall: Timestamp) -> u64 {
        (wall.millis() + self.shift()) / self.millis()
    }

    /// The wall time at which a step begins.
    const fn wall(self, number: u64) -> Timestamp {
        Timestamp::from_millis((number * self.millis()).saturating_sub(self.shift()))
    }

    const fn millis(self) -> u64 {
        match self {
            Self::Day => DAY,
            Self::Week => 7 * DAY,
        }
    }

    /// How long before 1970 the first step began.
    const fn shift(self) -> u64 {
        match self {
            Self::Day => 0,
            Self::Week => MONDAY_TO_THURSDAY,
        }
    }
}

/// What was sold in a step of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoldInStep {
    /// The beginning of the step, which may be before the period's.
    pub start: Timestamp,
    /// The copies sold, less those that came back. Negative if more came back.
    pub copies: i64,
    /// What was paid for them less the refunds, in the currency's smallest unit.
    pub cents: i64,
}

/// What was sold of a book in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoldBook {
    /// The book.
    pub book: Slug,
    /// The book's title.
    pub title: String,
    /// The copies sold, less those that came back. Negative if more came back.
    pub copies: i64,
    /// What was paid for them less the refunds, in the currency's smallest unit.
    pub cents: i64,
}

/// Some of the books sold in a period, and the totals of all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SoldBooks {
    /// The books, in the order requested. If there are none, the totals are 0.
    pub books: Vec<SoldBook>,
    /// How many books were sold or came back.
    pub titles: u64,
    /// What was paid for all of them less the refunds, in the currency's smallest unit.
    pub cents: i64,
}

/// The column by which sold books are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SoldColumn {
    /// The title, as the database compares text.
    Title,
    /// The copies sold.
    #[default]
    Copies,
    /// What was paid.
    Money,
}

/// The order of sold books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoldOrder {
    /// The column.
    pub column: SoldColumn,
    /// Whether the highest comes first.
    pub is_descending: bool,
}

impl Default for SoldOrder {
    fn default() -> Self {
        Self {
            column: SoldColumn::default(),
            is_descending: true,
        }
    }
}

/// A book in orders that ended without being collected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UncollectedBook {
    /// The book.
    pub book: Slug,
    /// The book's title.
    pub title: String,
    /// The number of orders.
    pub orders: u64,
    /// The copies that were not collected in time.
    pub overdue: u64,
    /// The copies whose orders were cancelled.
    pub cancelled: u64,
}

/// A book in stock of which no copy was sold for long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdleBook {
    /// The book.
    pub book: Slug,
    /// The book's title.
    pub title: String,
    /// Copies physically in the shop.
    pub on_hand: u32,
    /// When a copy was last sold, if ever.
    pub last_sold: Option<Timestamp>,
}

/// The sales figures. A copy is sold when its order is collected, at the price of the order, or at the
/// counter. Copies that come back at the counter are taken off when they do, at the price refunded.
#[async_trait]
pub trait SalesFigures: Send + Sync + 'static {
    /// The steps of a period in which something was sold, oldest first. A day is one of this zone.
    async fn sold_over_time(
        &self,
        period: Period,
        step: SalesStep,
        zone: &Zone,
    ) -> Result<Vec<SoldInStep>, StoreError>;

    /// The books sold in a period, without the first `skip` and at most `most`. A book of which all
    /// came back for all of its price is left out.
    async fn sold_by_book(
        &self,
        period: Period,
        order: SoldOrder,
        skip: u64,
        most: u32,
    ) -> Result<SoldBooks, StoreError>;

    /// At most `most` books of the orders that were cancelled or overdue in a period, those with
    /// the most copies first.
    async fn uncollected(
        &self,
        period: Period,
        most: u32,
    ) -> Result<Vec<UncollectedBook>, StoreError>;

    /// At most `most` books on sale that came in before a time and of which no copy was sold since,
    /// those with the most copies first.
    async fn idle(&self, since: Timestamp, most: u32) -> Result<Vec<IdleBook>, StoreError>;
}

impl fmt::Debug for dyn SalesFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SalesFigures")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday_and_a_day_at_midnight() {
        for (at, day, week) in [
            // A Saturday, a Monday, and the moment before that.
            ("2026-11-21T18:00:00Z", "2026-11-21", "2026-11-16"),
            ("2026-11-16T00:00:00Z", "2026-11-16", "2026-11-16"),
            ("2026-11-15T23:59:59Z", "2026-11-15", "2026-11-09"),
            ("1970-01-05T00:00:00Z", "1970-01-05", "1970-01-05"),
            ("1970-01-04T23:59:59Z", "1970-01-04", "1970-01-01"),
        ] {
            let (at, utc): (Timestamp, _) = (at.parse().unwrap(), Zone::default());
            let midnight = |date: &str| format!("{date}T00:00:00Z").parse().unwrap();
            assert_eq!(SalesStep::Day.start_of(at, &utc), midnight(day), "{at}");
            assert_eq!(SalesStep::Week.start_of(at, &utc), midnight(week), "{at}");
        }
    }

    #[test]
    fn a_week_with_a_change_of_the_clock_begins_and_ends_on_monday() {
        let berlin = "Europe/Berlin".parse().unwrap();
        for (at, week, next) in [
            // On Sunday, 29 March, and on Sunday, 25 October 2026.
            (
                "2026-03-25T12:00:00Z",
                "2026-03-22T23:00:00Z",
                "2026-03-29T22:00:00Z",
            ),
            (
                "2026-10-25T22:59:59Z",
                "2026-10-18T22:00:00Z",
                "2026-10-25T23:00:00Z",
            ),
        ] {
            let [at, week, next] = [at, week, next].map(|at| at.parse::<Timestamp>().unwrap());
            assert_eq!(SalesStep::Week.start_of(at, &berlin), week);
            assert_eq!(SalesStep::Week.next(at, &berlin), next);
        }
    }
}
