//! `/about`: where the shop is and when it is open.

use leptos::prelude::*;
use leptos_meta::{Link, Meta, Title};
use shop::{Language, ShopProfile, Timestamp, Weekday};

use crate::{
    i18n::{
        current_language,
        lang_attribute::lang_attribute,
        shop_name::in_text,
        weekday::{date_with_weekday, weekday_name},
    },
    layout::{not_found::NotFoundPage, shop_details::contact},
    server::{current_settings, shop_url, wall_clock},
};

/// The address, the hours of the week and the closed days to come. There is no such page until the
/// owner has given any of them.
#[component]
pub(crate) fn AboutPage() -> impl IntoView {
    let settings = current_settings();
    let profile = &settings.profile;
    if !profile.has_details() {
        return view! { <NotFoundPage/> }.into_any();
    }
    let language = current_language();
    let name = profile.name().to_owned();
    let lang = lang_attribute(language, &name);
    let description = say!(language, about.description, shop = in_text(language, &name));
    let description = description.trim_start().to_owned();
    view! {
        <Title text=say!(language, about.title)/>
        <Meta name="description" content=description/>
        <Link rel="canonical" href=format!("{}/about", shop_url())/>
        <article>
            <h1 lang=lang translate="no">{name}</h1>
            {contact(language, profile)}
            {week(language, profile)}
            {closed_days(language, profile, wall_clock())}
        </article>
    }
    .into_any()
}

/// The hours of every day of the week.
fn week(language: Language, profile: &ShopProfile) -> Option<AnyView> {
    if !profile.has_hours() {
        return None;
    }
    let days: Vec<_> = Weekday::ALL
        .into_iter()
        .map(|day| {
            let hours = profile.hours(day);
            let day = weekday_name(language, day);
            let words = match hours.is_closed() {
                true => say!(language, about.closed_on, day),
                false => say!(language, about.open_on, day, hours),
            };
            view! { <li>{words}</li> }
        })
        .collect();
    Some(view! { <h2>{say!(language, about.hours)}</h2> <ul>{days}</ul> }.into_any())
}

/// The closed days that are not over.
fn closed_days(language: Language, profile: &ShopProfile, now: Timestamp) -> Option<AnyView> {
    let days: Vec<_> = profile
        .closed_days_from(now)
        .map(|closed| {
            let date = closed.iso_date();
            let note = closed.note.clone().map(|note| {
                let lang = lang_attribute(language, &note);
                view! { " " <span dir="auto" lang=lang>{note.clone()}</span> }
            });
            view! { <li><time datetime=date>{date_with_weekday(language, closed.date)}</time>{note}</li> }
        })
        .collect();
    (!days.is_empty())
        .then(|| view! { <h2>{say!(language, about.closed_days)}</h2> <ul>{days}</ul> }.into_any())
}
