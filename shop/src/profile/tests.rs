use super::*;

fn full() -> Vec<(SettingField, String)> {
    let text = |field| match field {
        SettingField::Name => "Owl & Daughters",
        SettingField::Address => "1 High Street\r\n\r\nLittle Hay \r\n",
        SettingField::Telephone => "+44 20 7946 0000",
        SettingField::Email => "shop@books.example",
        SettingField::Website => "https://books.example",
        SettingField::TimeZone => "europe/berlin",
        SettingField::Currency => "eur",
        SettingField::PriceLabel => "incl. 7% VAT",
        SettingField::Hours(Weekday::Sunday) => "",
        SettingField::Hours(_) => "09:00-12:30, 13:30-18:00",
        SettingField::ClosedDays => "2026-12-25 Christmas Day",
        SettingField::Footer => "Come in out of the rain.",
    };
    let fields = SettingField::ALL.into_iter();
    fields
        .map(|field| (field, text(field).to_owned()))
        .collect()
}

#[test]
fn a_profile_is_read_from_the_texts_that_it_writes() {
    let profile = ShopProfile::parse(&full()).unwrap();
    assert_eq!(profile.address(), ["1 High Street", "Little Hay"]);
    let written: Vec<(SettingField, String)> = SettingField::ALL
        .into_iter()
        .map(|field| (field, profile.text(field)))
        .collect();
    assert_eq!(ShopProfile::parse(&written), Ok(profile));
    let unset = ShopProfile::default();
    assert_eq!(unset.name(), "Burt’s Books");
    assert!(unset.zone().is_utc());
    assert_eq!(unset.currency().code(), "USD");
    assert_eq!(unset.price_label(), None);
    assert!(!unset.has_details() && !unset.has_hours());
}

#[test]
fn each_invalid_field_is_named_with_the_reason() {
    let long = "x".repeat(201);
    for (field, text, why) in [
        (SettingField::Name, " ", InvalidSetting::Missing),
        (
            SettingField::Name,
            &long,
            InvalidSetting::TooLong { most: 60 },
        ),
        (
            SettingField::Address,
            "a\nb\nc\nd\ne\nf",
            InvalidSetting::TooManyLines { most: 5 },
        ),
        (
            SettingField::Address,
            &long,
            InvalidSetting::TooLong { most: 80 },
        ),
        (
            SettingField::Telephone,
            "12345",
            InvalidSetting::NotATelephone,
        ),
        (
            SettingField::Telephone,
            "call me",
            InvalidSetting::NotATelephone,
        ),
        (SettingField::Email, "shop@host", InvalidSetting::NotAnEmail),
        (
            SettingField::Website,
            "javascript:alert(1)",
            InvalidSetting::NotAWebAddress,
        ),
        (
            SettingField::TimeZone,
            "Berlin",
            InvalidSetting::UnknownZone,
        ),
        (
            SettingField::Currency,
            "Euro",
            InvalidSetting::UnknownCurrency,
        ),
        (
            SettingField::PriceLabel,
            &long,
            InvalidSetting::TooLong { most: 40 },
        ),
        (
            SettingField::Hours(Weekday::Friday),
            "all day",
            InvalidSetting::NotHours,
        ),
        (
            SettingField::ClosedDays,
            "tomorrow",
            InvalidSetting::NotADate { line: 1 },
        ),
        (
            SettingField::Footer,
            &long,
            InvalidSetting::TooLong { most: 200 },
        ),
    ] {
        let mut typed = full();
        for (_, value) in typed.iter_mut().filter(|(one, _)| *one == field) {
            text.clone_into(value);
        }
        assert_eq!(
            ShopProfile::parse(&typed),
            Err(vec![(field, why)]),
            "{text}"
        );
    }
}

#[test]
fn no_field_takes_control_characters_or_marks_of_direction() {
    for odd in [
        "\0", "\u{1b}", "\t", "\u{85}", "\u{61c}", "\u{200e}", "\u{200f}", "\u{202e}", "\u{2028}",
        "\u{2066}",
    ] {
        for (field, text) in full() {
            // Between other characters, because white space around a text is ignored.
            let typed = format!("x{odd}x{text}");
            let refused = ShopProfile::default().set(field, &typed);
            assert_eq!(
                refused,
                Err(InvalidSetting::OddCharacter),
                "{field:?} {odd:?}"
            );
        }
    }
}

#[test]
fn a_closed_day_takes_precedence_over_the_hours_of_its_weekday() {
    let mut profile = ShopProfile::parse(&full()).unwrap();
    profile.set(SettingField::TimeZone, "").unwrap();
    let on = |date: &str| profile.open_on(format!("{date}T12:00:00Z").parse().unwrap());
    let hours = profile.hours(Weekday::Thursday);
    assert_eq!(on("2026-12-24"), OpenOn::Hours(hours));
    let note = Some("Christmas Day");
    assert_eq!(on("2026-12-25"), OpenOn::Closed { note });
    assert_eq!(on("2026-12-27"), OpenOn::Closed { note: None });
    let unset = ShopProfile::default();
    assert_eq!(unset.open_on(Timestamp::default()), OpenOn::Unknown);

    let from = |written: &str| profile.closed_days_from(written.parse().unwrap()).count();
    assert_eq!(from("2026-12-25T23:59:59Z"), 1);
    assert_eq!(from("2026-12-26T00:00:00Z"), 0);
}

#[test]
fn a_day_is_one_of_the_shops_time_zone() {
    let open = |zone: &str, at: &str| {
        let mut profile = ShopProfile::default();
        for (field, text) in [
            (SettingField::TimeZone, zone),
            (SettingField::Hours(Weekday::Saturday), "10:00–12:00"),
            (SettingField::ClosedDays, "2026-11-22 Inventory"),
        ] {
            profile.set(field, text).unwrap();
        }
        let at = at.parse().unwrap();
        match profile.open_on(at) {
            OpenOn::Hours(hours) => hours.to_string(),
            OpenOn::Closed { note } => note.unwrap_or("closed").to_owned(),
            OpenOn::Unknown => "unknown".to_owned(),
        }
    };
    // In UTC, this is Friday evening.
    let evening = "2026-11-20T23:30:00Z";
    assert_eq!(open("", evening), "closed");
    assert_eq!(open("Europe/Berlin", evening), "10:00–12:00");
    assert_eq!(open("Asia/Kolkata", evening), "10:00–12:00");
    assert_eq!(open("Pacific/Honolulu", evening), "closed");
    let noon = "2026-11-21T12:00:00Z";
    assert_eq!(open("Pacific/Auckland", noon), "Inventory");
    assert_eq!(open("Pacific/Honolulu", noon), "10:00–12:00");
}
