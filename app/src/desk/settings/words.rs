//! The names of the settings, and what is wrong with one, in the reader's language.

use shop::{ClosedDay, InvalidSetting, Language, SettingField, ShopProfile};

use crate::i18n::{number, weekday::weekday_name};

/// The name of a field.
pub(in crate::desk) fn field_name(language: Language, field: SettingField) -> &'static str {
    match field {
        SettingField::Name => say!(language, settings.name),
        SettingField::Address => say!(language, settings.address),
        SettingField::Telephone => say!(language, settings.telephone),
        SettingField::Email => say!(language, settings.email),
        SettingField::Website => say!(language, settings.website),
        SettingField::TimeZone => say!(language, settings.time_zone),
        SettingField::Currency => say!(language, settings.currency),
        SettingField::PriceLabel => say!(language, settings.price_label),
        SettingField::Hours(day) => weekday_name(language, day),
        SettingField::ClosedDays => say!(language, settings.closed_days),
        SettingField::Footer => say!(language, settings.footer),
    }
}

/// The names of these fields, as the journal keeps them. A field of a later release has no words
/// here.
pub(in crate::desk) fn field_names(language: Language, fields: &[String]) -> String {
    let names: Vec<&str> = fields
        .iter()
        .map(|name| match SettingField::named(name) {
            Some(field) => field_name(language, field),
            None => name.as_str(),
        })
        .collect();
    names.join(say!(language, format.between))
}

/// What to enter into a field, if its name does not say it.
pub(super) fn hint(language: Language, field: SettingField) -> Option<String> {
    Some(match field {
        SettingField::Address => {
            let most = number(language, ShopProfile::MAX_ADDRESS_LINES);
            say!(language, settings.address_hint, most)
        }
        SettingField::Website => say!(language, settings.website_hint).to_owned(),
        SettingField::TimeZone => say!(language, settings.time_zone_hint).to_owned(),
        SettingField::Currency => say!(language, settings.currency_hint).to_owned(),
        SettingField::PriceLabel => say!(language, settings.price_label_hint).to_owned(),
        SettingField::ClosedDays => {
            say!(
                language,
                settings.closed_days_hint,
                most = number(language, ClosedDay::MAX)
            )
        }
        SettingField::Footer => say!(language, settings.footer_hint).to_owned(),
        SettingField::Name
        | SettingField::Telephone
        | SettingField::Email
        | SettingField::Hours(_) => return None,
    })
}

/// What is wrong with a field, as a sentence that names it.
pub(super) fn problem(language: Language, field: SettingField, why: InvalidSetting) -> String {
    let field = field_name(language, field);
    match why {
        InvalidSetting::Missing => say!(language, settings.missing, field),
        InvalidSetting::OddCharacter => say!(language, settings.odd_character, field),
        InvalidSetting::TooLong { most } => {
            say!(
                language,
                settings.too_long,
                field,
                most = number(language, most)
            )
        }
        InvalidSetting::TooManyLines { most } => {
            say!(
                language,
                settings.too_many_lines,
                field,
                most = number(language, most)
            )
        }
        InvalidSetting::NotATelephone => say!(language, settings.not_a_telephone, field),
        InvalidSetting::NotAnEmail => say!(language, settings.not_an_email, field),
        InvalidSetting::NotAWebAddress => say!(language, settings.not_a_web_address, field),
        InvalidSetting::UnknownZone => say!(language, settings.unknown_zone, field),
        InvalidSetting::UnknownCurrency => say!(language, settings.unknown_currency, field),
        InvalidSetting::NotHours => say!(language, settings.not_hours, field),
        InvalidSetting::TooManySpans => say!(language, settings.too_many_spans, field),
        InvalidSetting::EndsTooEarly => say!(language, settings.ends_too_early, field),
        InvalidSetting::Overlap => say!(language, settings.overlap, field),
        InvalidSetting::NotADate { line } => {
            say!(
                language,
                settings.not_a_date,
                field,
                line = number(language, line)
            )
        }
        InvalidSetting::DateTwice { line } => {
            say!(
                language,
                settings.date_twice,
                field,
                line = number(language, line)
            )
        }
    }
}
