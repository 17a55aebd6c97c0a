//! A book's terms of sale as staff type them, and how they are read.

use crate::{Quantity, Sale, Timestamp, Zone};

/// Terms of sale as a form's fields have them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SaleForm {
    /// The day of the start in the shop, as in `2026-12-05`. Empty, with the time, to sell at once.
    pub date: String,
    /// The time of the start in the shop, as in `10:00` or `10:00:30`.
    pub time: String,
    /// The limit per shopper; empty for the shop's.
    pub limit: String,
}

/// Why a form has no terms of sale that staff may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSale {
    /// The date or the time is missing or invalid.
    #[error("a start is a date and a time")]
    NoStart,
    /// The start is not in the future.
    #[error("the start is in the past")]
    Past,
    /// The start is later than [`Sale::FURTHEST`] from now.
    #[error("the start is more than two years away")]
    TooFar,
    /// The limit is not a quantity.
    #[error("a limit is a whole number from 1 to {}", Quantity::MAX)]
    Limit,
}

impl SaleForm {
    /// The form of a shop in this zone that shows these terms. A start in the past is shown as none.
    #[must_use]
    pub fn showing(sale: Sale, now: Timestamp, zone: &Zone) -> Self {
        // For example `2026-12-05T10:00:00Z`.
        let start = sale.not_before(now).map(|at| zone.wall(at).to_string());
        let (date, time) = start
            .as_deref()
            .and_then(|start| start.strip_suffix('Z')?.split_once('T'))
            .unwrap_or_default();
        Self {
            date: date.to_owned(),
            time: time.strip_suffix(":00").unwrap_or(time).to_owned(),
            limit: sale
                .limit
                .map_or_else(String::new, |limit| limit.to_string()),
        }
    }

    /// The terms that the form sets in a shop in this zone.
    ///
    /// # Errors
    /// [`InvalidSale`] if staff may not set them.
    pub fn read(&self, now: Timestamp, zone: &Zone) -> Result<Sale, InvalidSale> {
        let opens_at = match (self.date.trim(), self.time.trim()) {
            ("", "") => None,
            (date, time) => Some(zone.instant(start(date, time).ok_or(InvalidSale::NoStart)?)),
        };
        if let Some(opens_at) = opens_at {
            if opens_at <= now {
                return Err(InvalidSale::Past);
            }
            if opens_at.since(now) > Sale::FURTHEST {
                return Err(InvalidSale::TooFar);
            }
        }
        let limit = match self.limit.trim() {
            "" => None,
            digits => {
                let limit: Quantity = digits.parse().map_err(|_| InvalidSale::Limit)?;
                Some(limit.get())
            }
        };
        Ok(Sale { opens_at, limit })
    }
}

/// The wall time of a start.
fn start(date: &str, time: &str) -> Option<Timestamp> {
    // Browsers leave out seconds that are 0.
    let seconds = match time.len() == "10:00".len() {
        true => ":00",
        false => "",
    };
    format!("{date}T{time}{seconds}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn form(date: &str, time: &str, limit: &str) -> SaleForm {
        SaleForm {
            date: date.to_owned(),
            time: time.to_owned(),
            limit: limit.to_owned(),
        }
    }

    fn read(date: &str, time: &str, limit: &str) -> Result<Sale, InvalidSale> {
        form(date, time, limit).read(at("2026-11-30T12:00:00Z"), &Zone::default())
    }

    #[test]
    fn a_start_and_a_limit_are_read_and_shown_as_they_were_typed() {
        let (now, utc) = (at("2026-11-30T12:00:00Z"), Zone::default());
        for (typed, opens_at, limit) in [
            (form("", "", ""), None, None),
            (form("", "", "2"), None, Some(2)),
            (
                form("2026-12-05", "10:00", "1000"),
                Some("2026-12-05T10:00:00Z"),
                Some(1_000),
            ),
            (
                form("2026-11-30", "12:00:01", ""),
                Some("2026-11-30T12:00:01Z"),
                None,
            ),
        ] {
            let opens_at = opens_at.map(at);
            let sale = Sale { opens_at, limit };
            assert_eq!(typed.read(now, &utc), Ok(sale));
            assert_eq!(SaleForm::showing(sale, now, &utc), typed);
        }
    }

    #[test]
    fn a_start_in_the_past_is_shown_as_none() {
        let now = at("2026-11-30T12:00:00Z");
        let sale = Sale {
            opens_at: Some(now),
            limit: Some(3),
        };
        let shown = SaleForm::showing(sale, now, &Zone::default());
        assert_eq!(shown, form("", "", "3"));
    }

    #[test]
    fn a_start_is_in_the_future_but_not_far() {
        assert_eq!(read("2026-11-30", "12:00", ""), Err(InvalidSale::Past));
        assert_eq!(read("1999-12-31", "23:59", ""), Err(InvalidSale::Past));
        assert!(read("2028-11-30", "12:00", "").is_ok());
        assert_eq!(read("2028-11-30", "12:01", ""), Err(InvalidSale::TooFar));
    }

    #[test]
    fn a_start_is_a_time_in_the_shop() {
        let now = at("2026-01-01T12:00:00Z");
        for (zone, date, time, opens_at) in [
            (
                "Europe/Berlin",
                "2026-07-01",
                "10:00",
                "2026-07-01T08:00:00Z",
            ),
            (
                "Asia/Kolkata",
                "2026-07-01",
                "00:00",
                "2026-06-30T18:30:00Z",
            ),
            (
                "Pacific/Honolulu",
                "2026-07-01",
                "23:30",
                "2026-07-02T09:30:00Z",
            ),
        ] {
            let (zone, typed) = (zone.parse().unwrap(), form(date, time, ""));
            let sale = typed.read(now, &zone).unwrap();
            assert_eq!(sale.opens_at, Some(at(opens_at)));
            assert_eq!(SaleForm::showing(sale, now, &zone), typed);
        }
        // Clocks skip this time: the sale opens as much later.
        let berlin = "Europe/Berlin".parse().unwrap();
        let sale = form("2026-03-29", "02:30", "").read(now, &berlin).unwrap();
        let shown = SaleForm::showing(sale, now, &berlin);
        assert_eq!(
            (shown.date.as_str(), shown.time.as_str()),
            ("2026-03-29", "03:30")
        );
    }

    #[test]
    fn half_a_start_and_an_impossible_one_are_refused() {
        for (date, time) in [
            ("2026-12-05", ""),
            ("", "10:00"),
            ("2026-02-30", "10:00"),
            ("2026-12-05", "25:00"),
            ("5 December", "10:00"),
            ("2026-12-05", "10:00Z"),
        ] {
            assert_eq!(read(date, time, ""), Err(InvalidSale::NoStart));
        }
    }

    #[test]
    fn a_limit_is_at_least_one_and_at_most_a_thousand() {
        for wrong in ["0", "1001", "-1", "two", "1.5"] {
            assert_eq!(read("", "", wrong), Err(InvalidSale::Limit), "{wrong}");
        }
    }
}
