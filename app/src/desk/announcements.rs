//! `/desk/news`: the announcements in force, and the form for a new one.

use leptos::prelude::*;
use protocol::ShopError;
use shop::{AnnouncementText, Language};
use store::{InForce, Posted};

use super::frame::{Section, desk_frame, desk_page};
use crate::{
    i18n::{current_language, lang_attribute, moment},
    server::{current_store, new_key, shop_error},
};

/// The form, and what is in force.
#[component]
pub(crate) fn AnnouncementsPage() -> impl IntoView {
    desk_page(Section::Announcements, in_force(), news)
}

async fn in_force() -> Result<InForce, ShopError> {
    let bulletin = current_store().bulletin();
    bulletin.in_force().await.map_err(shop_error)
}

fn news(in_force: InForce) -> AnyView {
    let here = current_language();
    let shown = match in_force.posted.as_slice() {
        [] => view! { <p class="desk-more">{say!(here, news.none)}</p> }.into_any(),
        posted => {
            let posted: Vec<_> = posted.iter().map(|one| shown_now(here, one)).collect();
            view! { <ul class="desk-news">{posted}</ul> }.into_any()
        }
    };
    let content = view! {
        <p class="desk-more">{say!(here, news.more)}</p>
        {form(here)}
        <h2>{say!(here, news.in_force)}</h2>
        {shown}
    };
    desk_frame(
        Section::Announcements,
        say!(here, news.title),
        content.into_any(),
    )
}

fn form(here: Language) -> AnyView {
    let ends = [
        ("10", say!(here, news.ten)),
        ("30", say!(here, news.thirty)),
        ("60", say!(here, news.hour)),
        ("120", say!(here, news.two_hours)),
        ("day", say!(here, news.day)),
    ];
    let ends: Vec<_> = ends
        .into_iter()
        .map(|(value, words)| view! { <option value=value>{words}</option> })
        .collect();
    // Sent twice, it is one announcement.
    let key = new_key().as_str().to_owned();
    let longest = AnnouncementText::LONGEST.to_string();
    view! {
        <form method="post" action="/desk/news" class="desk-form">
            <input type="hidden" name="key" value=key/>
            <label>
                <span>{say!(here, news.text)}</span>
                <input name="text" required=true maxlength=longest autocomplete="off"/>
            </label>
            <label>
                <span>{say!(here, news.end)}</span>
                <select name="end">{ends}</select>
            </label>
            <button class="button">{say!(here, news.announce)}</button>
        </form>
    }
    .into_any()
}

fn shown_now(here: Language, posted: &Posted) -> AnyView {
    let text = posted.announcement.text.as_str().to_owned();
    let (id, name) = (posted.announcement.id.to_string(), posted.by.to_string());
    let until = moment(here, posted.announcement.until);
    let which = say!(here, news.withdraw_this, text = text.clone());
    let lang = lang_attribute(here, &text);
    view! {
        <li>
            <p dir="auto" lang=lang>{text}</p>
            <p class="desk-more">
                {say!(here, news.until, until = until)} ", " {say!(here, news.by, name = name)}
            </p>
            <form method="post" action="/desk/news/withdraw">
                <input type="hidden" name="id" value=id/>
                <button class="button button-small button-quiet" aria-label=which>
                    {say!(here, news.withdraw)}
                </button>
            </form>
        </li>
    }
    .into_any()
}
