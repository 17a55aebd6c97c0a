//! The shop in schema.org's words, for search engines that read the front page.

use leptos::prelude::*;
use leptos_meta::Script;
use serde_json::{Value, json};
use shop::{ShopProfile, Weekday};

use crate::{book::metadata::in_a_script, server::current_settings};

/// The element for the head of the front page. Nothing if the owner has said nothing of the shop
/// beyond its name.
pub(super) fn about_shop(shop_url: &str) -> Option<AnyView> {
    let settings = current_settings();
    let profile = &settings.profile;
    profile.has_details().then(|| {
        let shop = in_a_script(&book_store(profile, shop_url));
        view! { <Script type_="application/ld+json">{shop}</Script> }.into_any()
    })
}

/// <https://schema.org/BookStore>, with a specification for each span of the week.
fn book_store(profile: &ShopProfile, shop_url: &str) -> Value {
    let mut about = json!({
        "@context": "https://schema.org",
        "@type": "BookStore",
        "name": profile.name(),
        "url": shop_url,
    });
    if !profile.address().is_empty() {
        about["address"] = json!(profile.address().join(", "));
    }
    for (property, value) in [
        ("telephone", profile.telephone()),
        ("email", profile.email()),
        ("sameAs", profile.website()),
    ] {
        if let Some(value) = value {
            about[property] = json!(value);
        }
    }
    let hours: Vec<Value> = Weekday::ALL
        .into_iter()
        .flat_map(|day| {
            profile
                .hours(day)
                .spans()
                .iter()
                .map(move |span| (day, span))
        })
        .map(|(day, span)| {
            json!({
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": format!("https://schema.org/{}", english(day)),
                "opens": span.opens().to_string(),
                "closes": span.closes().to_string(),
            })
        })
        .collect();
    if !hours.is_empty() {
        about["openingHoursSpecification"] = json!(hours);
    }
    about
}

/// The day as schema.org writes it, as in `Monday`.
const fn english(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

#[cfg(test)]
mod tests {
    use shop::SettingField;

    use super::*;

    #[test]
    fn the_hours_of_each_day_are_specified() {
        let mut profile = ShopProfile::default();
        let sunday = SettingField::Hours(Weekday::Sunday);
        profile.set(sunday, "10:00–12:00, 13:00–14:30").unwrap();
        profile
            .set(SettingField::Address, "1 High Street\nLittle Hay")
            .unwrap();
        let about = book_store(&profile, "https://books.example");
        assert_eq!(about["address"], "1 High Street, Little Hay");
        assert_eq!(about["telephone"], Value::Null);
        let hours = &about["openingHoursSpecification"];
        assert_eq!(hours[1]["dayOfWeek"], "https://schema.org/Sunday");
        assert_eq!(
            (&hours[1]["opens"], &hours[1]["closes"]),
            (&json!("13:00"), &json!("14:30"))
        );
    }
}
