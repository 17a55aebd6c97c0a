//! A query of the ledger, as parameters of an address.

use std::borrow::Cow;

use shop::{Language, Slug, Zone};
use store::{Cursor, Filter};

use crate::desk::period::{InvalidMoment, TypedPeriod};

/// A query of the ledger: where the page begins or ends, and a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerQuery {
    /// Asks for the movements after this place.
    pub after: Option<Cursor>,
    /// Asks for the movements before this place.
    pub before: Option<Cursor>,
    /// The filter that movements must pass.
    pub filter: Filter,
    /// The period of the filter, as it was typed.
    pub period: TypedPeriod,
}

/// Why a query is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLedgerQuery {
    /// `after` or `before` is not a place in the ledger.
    #[error("not a place in the ledger")]
    Place,
    /// `book` is not a slug.
    #[error("not a book's name")]
    Book,
    /// `kind` is not a kind of movement.
    #[error("not a kind of movement")]
    Kind,
    /// `order` is not an order code.
    #[error("not an order code")]
    Order,
    /// `from` or `until` is not a date or time.
    #[error("not a date or time")]
    Moment,
}

impl InvalidLedgerQuery {
    /// The message for staff, in each language.
    #[must_use]
    pub fn sentence(self) -> fn(Language) -> &'static str {
        match self {
            Self::Place => |language| say!(language, activity.bad_place),
            Self::Book => |language| say!(language, activity.bad_book),
            Self::Kind => |language| say!(language, activity.bad_kind),
            Self::Order => |language| say!(language, activity.bad_order),
            Self::Moment => |language| say!(language, activity.bad_moment),
        }
    }
}

impl LedgerQuery {
    /// Parses the parameters of an address of a shop in this zone. Empty and unknown parameters are
    /// ignored.
    ///
    /// # Errors
    /// [`InvalidLedgerQuery`] for the first invalid parameter.
    pub fn parse<'a>(
        parts: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
        zone: &Zone,
    ) -> Result<Self, InvalidLedgerQuery> {
        let mut query = Self::default();
        let Self {
            after,
            before,
            filter,
            period,
        } = &mut query;
        for (name, value) in parts {
            let value = value.trim();
            if value.is_empty() || period.read(&name, value, zone)? {
                continue;
            }
            match &*name {
                "after" => *after = Some(value.parse().map_err(|_| InvalidLedgerQuery::Place)?),
                "before" => *before = Some(value.parse().map_err(|_| InvalidLedgerQuery::Place)?),
                "book" => {
                    filter.book = Some(Slug::parse(value).map_err(|_| InvalidLedgerQuery::Book)?);
                }
                "kind" => {
                    let kind = value.parse().map_err(|_| InvalidLedgerQuery::Kind)?;
                    if !filter.kinds.contains(&kind) {
                        filter.kinds.push(kind);
                    }
                }
                "order" => {
                    filter.order = Some(value.parse().map_err(|_| InvalidLedgerQuery::Order)?);
                }
                _ => {}
            }
        }
        (filter.from, filter.until) = (period.from, period.until);
        Ok(query)
    }

    /// The parameters of the filter.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let Filter {
            book, kinds, order, ..
        } = &self.filter;
        let book = book.iter().map(|book| ("book", book.to_string()));
        let kinds = kinds.iter().map(|kind| ("kind", kind.to_string()));
        let order = order.iter().map(|code| ("order", code.to_string()));
        let period = self.period.pairs();
        book.chain(kinds).chain(order).chain(period).collect()
    }
}

impl From<InvalidMoment> for InvalidLedgerQuery {
    fn from(_: InvalidMoment) -> Self {
        Self::Moment
    }
}

#[cfg(test)]
mod tests {
    use shop::MovementKind;

    use super::*;

    fn parse(parts: &[(&'static str, &'static str)]) -> Result<LedgerQuery, InvalidLedgerQuery> {
        LedgerQuery::parse(
            parts
                .iter()
                .map(|&(name, value)| (name.into(), value.into())),
            &Zone::default(),
        )
    }

    #[test]
    fn a_query_is_written_as_the_parameters_it_was_parsed_from() {
        let parts = [
            ("book", "small-hours"),
            ("kind", "held"),
            ("kind", "expired"),
            ("order", "4KX9-QD2M-7HTB"),
            ("from", "2026-11-21"),
            ("until", "2026-11-21T18:30"),
        ];
        let query = parse(&parts).unwrap();
        let written = parts.map(|(name, value)| (name, value.to_owned()));
        assert_eq!(query.pairs(), written);
        let filter = query.filter;
        assert_eq!(filter.kinds, [MovementKind::Held, MovementKind::Expired]);
        assert_eq!(filter.from.unwrap().to_string(), "2026-11-21T00:00:00Z");
        assert_eq!(filter.until.unwrap().to_string(), "2026-11-21T18:30:00Z");
    }

    #[test]
    fn empty_and_unknown_parameters_are_ignored() {
        let query = parse(&[
            ("book", ""),
            ("kind", " "),
            ("until", ""),
            ("after", ""),
            ("notice", "saved"),
        ]);
        assert_eq!(query, Ok(LedgerQuery::default()));
    }

    #[test]
    fn an_invalid_parameter_is_named() {
        for (name, value, wrong) in [
            ("after", "42", InvalidLedgerQuery::Place),
            ("after", "-1-2", InvalidLedgerQuery::Place),
            ("before", "now", InvalidLedgerQuery::Place),
            ("book", "Small Hours", InvalidLedgerQuery::Book),
            ("kind", "stolen", InvalidLedgerQuery::Kind),
            ("order", "4KX9", InvalidLedgerQuery::Order),
            ("from", "yesterday", InvalidLedgerQuery::Moment),
            ("until", "2026-02-30", InvalidLedgerQuery::Moment),
        ] {
            assert_eq!(parse(&[(name, value)]), Err(wrong), "{name}={value}");
            let sentence = wrong.sentence();
            assert_ne!(sentence(Language::English), sentence(Language::Chinese));
        }
    }
}
