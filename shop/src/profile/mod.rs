//! Who the shop is, as its owner says: its name, where to find it and when it is open.

mod closed_days;
mod field;
mod hours;
mod web_address;

#[cfg(test)]
mod tests;

use std::time::Duration;

use self::web_address::is_web_address;
pub use self::{
    closed_days::ClosedDay,
    field::{InvalidSetting, SettingField, Weekday},
    hours::{DayHours, OpenSpan, TimeOfDay},
};
use crate::{Currency, Timestamp, Zone, contact::is_telephone, email::is_email};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Who the shop is. By default it has a name and nothing else.
///
/// Every value comes from a text, by [`Self::set`], and can be written as one again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopProfile {
    name: String,
    address: Vec<String>,
    telephone: Option<String>,
    email: Option<String>,
    website: Option<String>,
    zone: Zone,
    currency: Currency,
    price_label: Option<String>,
    hours: [DayHours; 7],
    closed_days: Vec<ClosedDay>,
    footer: Option<String>,
}

/// When the shop is open on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenOn<'a> {
    /// The owner has given no hours at all.
    Unknown,
    /// The shop is closed.
    Closed {
        /// The owner's note, if this is one of the closed days.
        note: Option<&'a str>,
    },
    /// The shop is open at these hours.
    Hours(&'a DayHours),
}

impl Default for ShopProfile {
    fn default() -> Self {
        Self {
            name: Self::DEFAULT_NAME.to_owned(),
            address: Vec::new(),
            telephone: None,
            email: None,
            website: None,
            zone: Zone::default(),
            currency: Currency::default(),
            price_label: None,
            hours: Default::default(),
            closed_days: Vec::new(),
            footer: None,
        }
    }
}

impl ShopProfile {
    /// The name of a shop whose owner has given none.
    pub const DEFAULT_NAME: &str = "Burt’s Books";
    /// The most characters in a name.
    pub const MAX_NAME_CHARS: u32 = 60;
    /// The most lines of an address.
    pub const MAX_ADDRESS_LINES: u32 = 5;
    /// The most characters in a line of an address.
    pub const MAX_ADDRESS_CHARS: u32 = 80;
    /// The most characters in a web address.
    pub const MAX_WEBSITE_CHARS: u32 = 200;
    /// The most characters of what is said beside prices.
    pub const MAX_PRICE_LABEL_CHARS: u32 = 40;
    /// The most characters in the sentence for the footer.
    pub const MAX_FOOTER_CHARS: u32 = 200;

    /// Parses a form. Fields that are not in it keep their defaults.
    ///
    /// # Errors
    /// Every field whose text is invalid, with the reason.
    pub fn parse(
        typed: &[(SettingField, String)],
    ) -> Result<Self, Vec<(SettingField, InvalidSetting)>> {
        let (mut profile, mut wrong) = (Self::default(), Vec::new());
        for (field, text) in typed {
            if let Err(why) = profile.set(*field, text) {
                wrong.push((*field, why));
            }
        }
        match wrong.is_empty() {
            true => Ok(profile),
            false => Err(wrong),
        }
    }

    /// Sets a field from its text. Ignores surrounding white space.
    ///
    /// # Errors
    /// [`InvalidSetting`], with the field unchanged.
    pub fn set(&mut self, field: SettingField, text: &str) -> Result<(), InvalidSetting> {
        match field {
            SettingField::Name => {
                let name = line(text, Self::MAX_NAME_CHARS)?;
                self.name = name.ok_or(InvalidSetting::Missing)?;
            }
            SettingField::Address => self.address = address(text)?,
            SettingField::Telephone => {
                self.telephone = checked(text, 40, is_telephone, InvalidSetting::NotATelephone)?;
            }
            SettingField::Email => {
                self.email = checked(text, 100, is_email, InvalidSetting::NotAnEmail)?;
            }
            SettingField::Website => {
                let (most, wrong) = (Self::MAX_WEBSITE_CHARS, InvalidSetting::NotAWebAddress);
                self.website = checked(text, most, is_web_address, wrong)?;
            }
            SettingField::TimeZone => {
                self.zone = match line(text, 60)? {
                    Some(name) => name.parse().map_err(|_| InvalidSetting::UnknownZone)?,
                    None => Zone::default(),
                };
            }
            SettingField::Currency => {
                self.currency = match line(text, 60)? {
                    Some(code) => code.parse().map_err(|_| InvalidSetting::UnknownCurrency)?,
                    None => Currency::default(),
                };
            }
            SettingField::PriceLabel => {
                self.price_label = line(text, Self::MAX_PRICE_LABEL_CHARS)?;
            }
            SettingField::Hours(day) => {
                self.hours[day as usize] = line(text, 100)?.unwrap_or_default().parse()?;
            }
            SettingField::ClosedDays => self.closed_days = closed_days::parse(text)?,
            SettingField::Footer => self.footer = line(text, Self::MAX_FOOTER_CHARS)?,
        }
        Ok(())
    }

    /// The text of a field, from which [`Self::set`] makes the same value.
    #[must_use]
    pub fn text(&self, field: SettingField) -> String {
        match field {
            SettingField::Name => self.name.clone(),
            SettingField::Address => self.address.join("\n"),
            SettingField::Telephone => self.telephone.clone().unwrap_or_default(),
            SettingField::Email => self.email.clone().unwrap_or_default(),
            SettingField::Website => self.website.clone().unwrap_or_default(),
            SettingField::TimeZone => self.zone.name().to_owned(),
            SettingField::Currency => self.currency.to_string(),
            SettingField::PriceLabel => self.price_label.clone().unwrap_or_default(),
            SettingField::Hours(day) => self.hours(day).to_string(),
            SettingField::ClosedDays => {
                let lines: Vec<String> = self.closed_days.iter().map(ToString::to_string).collect();
                lines.join("\n")
            }
            SettingField::Footer => self.footer.clone().unwrap_or_default(),
        }
    }

    /// The shop's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The lines of the postal address.
    #[must_use]
    pub fn address(&self) -> &[String] {
        &self.address
    }

    /// The telephone number.
    #[must_use]
    pub fn telephone(&self) -> Option<&str> {
        self.telephone.as_deref()
    }

    /// The e-mail address.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// The address of the shop's main site: `http` or `https`.
    #[must_use]
    pub fn website(&self) -> Option<&str> {
        self.website.as_deref()
    }

    /// The time zone.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The currency of all prices.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// What is said beside prices, as in “incl. 7% VAT”.
    #[must_use]
    pub fn price_label(&self) -> Option<&str> {
        self.price_label.as_deref()
    }

    /// The opening hours of a day of the week.
    #[must_use]
    pub fn hours(&self, day: Weekday) -> &DayHours {
        &self.hours[day as usize]
    }

    /// Whether the owner has given the hours of any day.
    #[must_use]
    pub fn has_hours(&self) -> bool {
        self.hours.iter().any(|day| !day.is_closed())
    }

    /// When the shop is open on the day of this moment.
    #[must_use]
    pub fn open_on(&self, at: Timestamp) -> OpenOn<'_> {
        let wall = self.zone.wall(at);
        let closed = self.closed_days_from(at).next();
        let hours = self.hours(Weekday::of(wall));
        match closed.filter(|day| day.date <= wall) {
            Some(day) => OpenOn::Closed {
                note: day.note.as_deref(),
            },
            None if !self.has_hours() => OpenOn::Unknown,
            None if hours.is_closed() => OpenOn::Closed { note: None },
            None => OpenOn::Hours(hours),
        }
    }

    /// The day of the week at this moment.
    #[must_use]
    pub fn weekday(&self, at: Timestamp) -> Weekday {
        Weekday::of(self.zone.wall(at))
    }

    /// The closed days that are not over at this moment, the next one first.
    pub fn closed_days_from(&self, at: Timestamp) -> impl Iterator<Item = &ClosedDay> {
        let wall = self.zone.wall(at);
        self.closed_days
            .iter()
            .filter(move |day| day.date + DAY > wall)
    }

    /// The owner's sentence for the footer.
    #[must_use]
    pub fn footer(&self) -> Option<&str> {
        self.footer.as_deref()
    }

    /// Whether there is more to say about the shop than its name and the sentence for the footer.
    #[must_use]
    pub fn has_details(&self) -> bool {
        let has_contact = self.telephone.is_some() || self.email.is_some();
        let has_place = !self.address.is_empty() || self.website.is_some();
        has_contact || has_place || self.has_hours() || !self.closed_days.is_empty()
    }
}

/// One line of text, or `None` if it is blank.
fn line(text: &str, most: u32) -> Result<Option<String>, InvalidSetting> {
    let text = text.trim();
    if text.chars().any(affects_other_text) {
        return Err(InvalidSetting::OddCharacter);
    }
    if text.chars().count() > most as usize {
        return Err(InvalidSetting::TooLong { most });
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// One line of text with this form, or `None` if it is blank.
fn checked(
    text: &str,
    most: u32,
    is_valid: fn(&str) -> bool,
    wrong: InvalidSetting,
) -> Result<Option<String>, InvalidSetting> {
    let text = line(text, most)?;
    match text.as_deref().is_none_or(is_valid) {
        true => Ok(text),
        false => Err(wrong),
    }
}

fn address(text: &str) -> Result<Vec<String>, InvalidSetting> {
    let mut lines = Vec::new();
    for written in text.lines() {
        lines.extend(line(written, ShopProfile::MAX_ADDRESS_CHARS)?);
    }
    if lines.len() > ShopProfile::MAX_ADDRESS_LINES as usize {
        let most = ShopProfile::MAX_ADDRESS_LINES;
        return Err(InvalidSetting::TooManyLines { most });
    }
    Ok(lines)
}

/// Whether a character would affect text beyond its own: control characters, line separators, and
/// the characters that mark or change the text direction (Unicode Standard Annex 9, section 2).
pub(crate) fn affects_other_text(c: char) -> bool {
    let is_mark = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}');
    c.is_control() || is_mark || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
