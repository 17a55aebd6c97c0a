//! The fields of the shop's profile, and what can be wrong with the text of one.

use crate::Timestamp;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weekday {
    /// The first day of the working week.
    Monday,
    /// The day after Monday.
    Tuesday,
    /// The day after Tuesday.
    Wednesday,
    /// The day after Wednesday.
    Thursday,
    /// The day after Thursday.
    Friday,
    /// The first day of the weekend.
    Saturday,
    /// The last day of the week.
    Sunday,
}

impl Weekday {
    /// Every day, from Monday.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// The weekday of a wall time.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        // 1970 began on a Thursday.
        let days = at.millis() / 86_400_000 + Self::Thursday as u64;
        let place = usize::try_from(days % 7).unwrap_or_default();
        Self::ALL[place]
    }

    /// The day in English and in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Tuesday => "tuesday",
            Self::Wednesday => "wednesday",
            Self::Thursday => "thursday",
            Self::Friday => "friday",
            Self::Saturday => "saturday",
            Self::Sunday => "sunday",
        }
    }
}

/// A field of the shop's profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingField {
    /// The shop's name.
    Name,
    /// The postal address, line by line.
    Address,
    /// The telephone number.
    Telephone,
    /// The e-mail address.
    Email,
    /// The address of the shop's main site.
    Website,
    /// The time zone.
    TimeZone,
    /// The currency of all prices.
    Currency,
    /// What is said beside prices, as in “incl. 7% VAT”.
    PriceLabel,
    /// The opening hours of a day of the week.
    Hours(Weekday),
    /// The days on which the shop is closed, line by line.
    ClosedDays,
    /// The owner's sentence for the footer.
    Footer,
}

impl SettingField {
    /// Every field, in the order of the form.
    pub const ALL: [Self; 17] = [
        Self::Name,
        Self::Address,
        Self::Telephone,
        Self::Email,
        Self::Website,
        Self::TimeZone,
        Self::Currency,
        Self::PriceLabel,
        Self::Hours(Weekday::Monday),
        Self::Hours(Weekday::Tuesday),
        Self::Hours(Weekday::Wednesday),
        Self::Hours(Weekday::Thursday),
        Self::Hours(Weekday::Friday),
        Self::Hours(Weekday::Saturday),
        Self::Hours(Weekday::Sunday),
        Self::ClosedDays,
        Self::Footer,
    ];

    /// The field's name in forms, in the data and in the journal.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::Telephone => "telephone",
            Self::Email => "email",
            Self::Website => "website",
            Self::TimeZone => "time_zone",
            Self::Currency => "currency",
            Self::PriceLabel => "price_label",
            Self::Hours(day) => day.as_str(),
            Self::ClosedDays => "closed_days",
            Self::Footer => "footer",
        }
    }

    /// The field with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

/// Why the text of a field is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSetting {
    /// The field must not be empty.
    #[error("must not be empty")]
    Missing,
    /// The text has a control character or one that changes the text direction.
    #[error("has a character that cannot be used")]
    OddCharacter,
    /// The text, or one of its lines, is too long.
    #[error("at most {most} characters on a line")]
    TooLong {
        /// The most characters.
        most: u32,
    },
    /// There are too many lines.
    #[error("at most {most} lines")]
    TooManyLines {
        /// The most lines.
        most: u32,
    },
    /// The text is not a telephone number.
    #[error("not a telephone number, as in +44 20 7946 0000")]
    NotATelephone,
    /// The text is not an e-mail address.
    #[error("not an e-mail address, as in shop@books.example")]
    NotAnEmail,
    /// The text is not an address of a web page.
    #[error("not a web address, as in https://books.example")]
    NotAWebAddress,
    /// There is no time zone with this name.
    #[error("not a time zone, as in Europe/Berlin")]
    UnknownZone,
    /// There is no currency with this code.
    #[error("not a currency, as in EUR")]
    UnknownCurrency,
    /// The hours are not written as spans.
    #[error("not hours, as in 09:00–12:30, 13:30–18:00")]
    NotHours,
    /// A day has more spans than it can have.
    #[error("at most two spans a day")]
    TooManySpans,
    /// A span ends before it begins, or as it begins.
    #[error("a span must end after it begins")]
    EndsTooEarly,
    /// Two spans of a day overlap.
    #[error("two spans overlap")]
    Overlap,
    /// A line does not begin with a date.
    #[error("line {line} does not begin with a date, as in 2026-12-25")]
    NotADate {
        /// The line, counted from 1.
        line: u32,
    },
    /// A date is listed twice.
    #[error("line {line} names a date for the second time")]
    DateTwice {
        /// The second line, counted from 1.
        line: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_name() {
        for field in SettingField::ALL {
            assert_eq!(SettingField::named(field.name()), Some(field));
        }
        assert_eq!(SettingField::named("logo"), None);
    }

    #[test]
    fn a_time_has_its_weekday() {
        for (written, day) in [
            ("1970-01-01T00:00:00Z", Weekday::Thursday),
            ("2000-02-29T12:34:56Z", Weekday::Tuesday),
            ("2026-11-21T23:59:59Z", Weekday::Saturday),
            ("2026-11-23T00:00:00Z", Weekday::Monday),
        ] {
            assert_eq!(Weekday::of(written.parse().unwrap()), day, "{written}");
        }
    }
}
