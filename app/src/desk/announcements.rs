//! `/desk/news`: the announcements in force, and the form for a new one.

use leptos::prelude::*;
use protocol::ShopError;
use shop::{AnnouncementText, Language};
use store::{ActiveAnnouncement, ActiveAnnouncements};

use super::{
    frame::{Section, desk_frame, desk_page},
    keyed_forms::keyed_forms,
};
use crate::{
    browser::NoProps,
    i18n::{current_language, lang_attribute::lang_attribute, moment},
    server::{current_settings, current_store, new_key, shop_error},
};

/// The form for a new announcement, and the announcements in force.
#[component]
pub(crate) fn AnnouncementsPage() -> impl IntoView {
    desk_page(Section::Announcements, active(), announcements_content)
}

async fn active() -> Result<ActiveAnnouncements, ShopError> {
    let announcements = current_store().announcements();
    announcements.active().await.map_err(shop_error)
}

fn announcements_content(active: ActiveAnnouncements) -> AnyView {
    let language = current_language();
    let shown = match active.items.as_slice() {
        [] => view! { <p class="desk-more">{say!(language, announcements.none)}</p> }.into_any(),
        items => {
            let items: Vec<_> = items
                .iter()
                .map(|item| active_item(language, item))
                .collect();
            view! { <ul class="desk-news">{items}</ul> }.into_any()
        }
    };
    let content = view! {
        <p class="desk-more">{say!(language, announcements.more)}</p>
        {announcement_form(language)}
        <h2>{say!(language, announcements.in_force)}</h2>
        {shown}
    };
    desk_frame(
        Section::Announcements,
        say!(language, announcements.title),
        content.into_any(),
    )
}

fn announcement_form(language: Language) -> AnyView {
    let zone = current_settings().profile.zone().name().to_owned();
    let ends = [
        ("10", say!(language, announcements.ten).to_owned()),
        ("30", say!(language, announcements.thirty).to_owned()),
        ("60", say!(language, announcements.hour).to_owned()),
        ("120", say!(language, announcements.two_hours).to_owned()),
        ("day", say!(language, announcements.day, zone = zone)),
    ];
    let ends: Vec<_> = ends
        .into_iter()
        .map(|(value, words)| view! { <option value=value>{words}</option> })
        .collect();
    // With a key, sending the form twice makes one announcement.
    let key = new_key().as_str().to_owned();
    let longest = AnnouncementText::MAX_CHARS.to_string();
    view! {
        <form method="post" action="/desk/news" class="desk-form">
            <input type="hidden" name="key" value=key/>
            <label>
                <span>{say!(language, announcements.text)}</span>
                <input name="text" required=true maxlength=longest autocomplete="off"/>
            </label>
            <label>
                <span>{say!(language, announcements.end)}</span>
                <select name="end">{ends}</select>
            </label>
            <button class="button">{say!(language, announcements.announce)}</button>
        </form>
        {keyed_forms(NoProps)}
    }
    .into_any()
}

fn active_item(language: Language, item: &ActiveAnnouncement) -> AnyView {
    let text = item.announcement.text.as_str().to_owned();
    let (id, name) = (item.announcement.id.to_string(), item.by.to_string());
    let until = moment(language, item.announcement.until);
    let which = say!(language, announcements.withdraw_this, text = text.clone());
    let lang = lang_attribute(language, &text);
    view! {
        <li>
            <p dir="auto" lang=lang>{text}</p>
            <p class="desk-more">
                {say!(language, announcements.until_by, until = until, name = name)}
            </p>
            <form method="post" action="/desk/news/withdraw">
                <input type="hidden" name="id" value=id/>
                <button class="button button-small button-quiet" aria-label=which>
                    {say!(language, announcements.withdraw)}
                </button>
            </form>
        </li>
    }
    .into_any()
}
