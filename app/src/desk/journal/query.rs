//! A query of the journal, as parameters of an address.

use std::borrow::Cow;

use shop::{ActGroup, Language, StaffName, Zone};
use store::JournalFilter;

use crate::desk::period::{InvalidMoment, TypedPeriod};

/// The most characters of a subject that is searched for.
const LONGEST_SUBJECT: usize = 100;

/// A query of the journal: where a page begins, and a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalQuery {
    /// Asks for the entries with lower numbers.
    pub before: Option<u64>,
    /// The filter that entries must pass.
    pub filter: JournalFilter,
    /// The period of the filter, as it was typed.
    pub period: TypedPeriod,
}

/// Why a query is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidJournalQuery {
    /// `before` is not the number of an entry.
    #[error("not the number of an entry")]
    Place,
    /// `by` is not the name of an account.
    #[error("not a username")]
    By,
    /// `group` is not a group of acts.
    #[error("not a group of acts")]
    Group,
    /// `subject` is too long.
    #[error("not a book, an order, an import or an account")]
    Subject,
    /// `from` or `until` is not a date or time.
    #[error("not a date or time")]
    Moment,
}

impl InvalidJournalQuery {
    /// The message for staff.
    #[must_use]
    pub fn sentence(self, language: Language) -> &'static str {
        match self {
            Self::Place => say!(language, journal.bad_place),
            Self::By => say!(language, journal.bad_by),
            Self::Group => say!(language, journal.bad_group),
            Self::Subject => say!(language, journal.bad_subject),
            Self::Moment => say!(language, activity.bad_moment),
        }
    }
}

impl JournalQuery {
    /// Parses the parameters of an address of a shop in this zone. Empty and unknown parameters are
    /// ignored.
    ///
    /// # Errors
    /// [`InvalidJournalQuery`] for the first invalid parameter.
    pub fn parse<'a>(
        parts: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>,
        zone: &Zone,
    ) -> Result<Self, InvalidJournalQuery> {
        let mut query = Self::default();
        let Self {
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
                "before" => *before = Some(value.parse().map_err(|_| InvalidJournalQuery::Place)?),
                "by" => {
                    let by = value.parse::<StaffName>();
                    filter.by = Some(by.map_err(|_| InvalidJournalQuery::By)?);
                }
                "group" => {
                    let group = ActGroup::named(value).ok_or(InvalidJournalQuery::Group)?;
                    filter.group = Some(group);
                }
                "subject" if value.chars().count() > LONGEST_SUBJECT => {
                    return Err(InvalidJournalQuery::Subject);
                }
                "subject" => filter.subject = Some(subject(value)),
                _ => {}
            }
        }
        (filter.from, filter.until) = (period.from, period.until);
        Ok(query)
    }

    /// The parameters of the filter.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let JournalFilter {
            by, group, subject, ..
        } = &self.filter;
        let by = by.iter().map(|by| ("by", by.to_string()));
        let group = group.map(|group| ("group", group.as_str().to_owned()));
        let subject = subject.iter().map(|subject| ("subject", subject.clone()));
        let period = self.period.pairs();
        by.chain(group).chain(subject).chain(period).collect()
    }
}

impl From<InvalidMoment> for InvalidJournalQuery {
    fn from(_: InvalidMoment) -> Self {
        Self::Moment
    }
}

/// A subject as entries have it: an order's code in capitals and groups of four, all else in small
/// letters.
fn subject(typed: &str) -> String {
    match typed.parse::<shop::OrderCode>() {
        Ok(code) => code.to_string(),
        Err(_) => typed.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(parts: &[(&'static str, &str)]) -> Result<JournalQuery, InvalidJournalQuery> {
        JournalQuery::parse(
            parts
                .iter()
                .map(|&(name, value)| (name.into(), value.to_owned().into())),
            &Zone::default(),
        )
    }

    #[test]
    fn a_query_is_read_back_from_its_parameters() {
        let parts = [
            ("by", "ann"),
            ("group", "stock"),
            ("subject", "small-hours"),
            ("from", "2026-11-21"),
            ("until", "2026-11-21T18:30"),
        ];
        let query = parse(&parts).unwrap();
        assert_eq!(
            query.pairs(),
            parts.map(|(name, value)| (name, value.to_owned()))
        );
        assert_eq!(query.filter.group, Some(ActGroup::Stock));
        let [from, until] = [query.filter.from, query.filter.until];
        assert_eq!(from.unwrap().to_string(), "2026-11-21T00:00:00Z");
        assert_eq!(until.unwrap().to_string(), "2026-11-21T18:30:00Z");
    }

    #[test]
    fn a_subject_is_found_however_it_is_typed() {
        for (typed, subject) in [
            ("4kx9 qd2m 7htb", "4KX9-QD2M-7HTB"),
            (" Small-Hours ", "small-hours"),
            ("Ann.Lee", "ann.lee"),
        ] {
            let query = parse(&[("subject", typed)]).unwrap();
            assert_eq!(query.filter.subject.as_deref(), Some(subject));
        }
    }

    #[test]
    fn empty_and_unknown_parameters_are_ignored() {
        let query = parse(&[("by", ""), ("group", " "), ("before", ""), ("notice", "x")]);
        assert_eq!(query, Ok(JournalQuery::default()));
    }

    #[test]
    fn an_invalid_parameter_is_named() {
        let long = "a".repeat(LONGEST_SUBJECT + 1);
        for (name, value, wrong) in [
            ("before", "-1", InvalidJournalQuery::Place),
            ("by", "Ann Lee", InvalidJournalQuery::By),
            ("group", "gossip", InvalidJournalQuery::Group),
            ("subject", &long, InvalidJournalQuery::Subject),
            ("from", "yesterday", InvalidJournalQuery::Moment),
        ] {
            assert_eq!(parse(&[(name, value)]), Err(wrong), "{name}={value}");
            assert_ne!(
                wrong.sentence(Language::English),
                wrong.sentence(Language::Chinese)
            );
        }
    }
}
