//! What the owner has said about the shop: at the bottom of every page and on `/about`.

use leptos::prelude::*;
use shop::{Language, OpenOn, ShopProfile, Timestamp};

use crate::i18n::{lang_attribute::lang_attribute, weekday::weekday_name};

/// The lines at the bottom of a page, or nothing if the owner has said nothing.
pub(crate) fn footer_lines(
    language: Language,
    profile: &ShopProfile,
    now: Timestamp,
) -> Option<AnyView> {
    let sentence = profile.footer().map(|words| {
        let lang = lang_attribute(language, words);
        view! { <p dir="auto" lang=lang>{words.to_owned()}</p> }
    });
    let details = profile.has_details().then(|| {
        view! {
            {contact(language, profile)}
            {hours_today(language, profile, now)}
            <p><a href="/about">{say!(language, about.link)}</a></p>
        }
    });
    (sentence.is_some() || details.is_some()).then(|| view! { {sentence}{details} }.into_any())
}

/// The postal address, the telephone number, the e-mail address and the main site.
pub(crate) fn contact(language: Language, profile: &ShopProfile) -> AnyView {
    let place = profile.address().join(say!(language, format.between));
    let place = (!place.is_empty()).then(|| {
        let lang = lang_attribute(language, &place);
        view! { <p dir="auto" lang=lang translate="no">{place.clone()}</p> }
    });
    let telephone = profile.telephone().map(|number| {
        let digits = number.chars().filter(|c| c.is_ascii_digit() || *c == '+');
        let address = format!("tel:{}", digits.collect::<String>());
        // A number is not broken between two lines.
        let words = number.replace(' ', "\u{a0}").replace('-', "\u{2011}");
        view! { <a href=address>{words}</a> " " }
    });
    let email = profile.email().map(|email| {
        let address = format!("mailto:{email}");
        view! { <a href=address>{email.to_owned()}</a> " " }
    });
    let website = profile.website().map(|address| {
        let (_, words) = address.split_once("://").unwrap_or(("", address));
        view! { <a href=address.to_owned()>{words.trim_end_matches('/').to_owned()}</a> }
    });
    let has_ways = telephone.is_some() || email.is_some() || website.is_some();
    let ways = has_ways.then(|| view! { <p translate="no">{telephone}{email}{website}</p> });
    view! { {place}{ways} }.into_any()
}

/// The hours of this day. The sentence names the day, because the reader may be in another one.
fn hours_today(language: Language, profile: &ShopProfile, now: Timestamp) -> Option<AnyView> {
    let day = weekday_name(language, profile.weekday(now));
    let words = match profile.open_on(now) {
        OpenOn::Unknown => return None,
        OpenOn::Hours(hours) => say!(language, about.open_on, day, hours = hours),
        OpenOn::Closed { note: None } => say!(language, about.closed_on, day),
        OpenOn::Closed { note: Some(note) } => say!(language, about.closed_for, day, note),
    };
    Some(view! { <p>{words}</p> }.into_any())
}
