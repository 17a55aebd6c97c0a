//! `/desk/journal`: what the staff did, newest first.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use protocol::ShopError;
use shop::{Act, Language, Refusal, Slug};
use store::{NumberedEntry, Store, StoreError};

use super::{
    currencies::Currencies,
    filter::filter_form,
    query::{InvalidJournalQuery, JournalQuery},
    words::{act_words_in, limit_words},
};
use crate::{
    desk::frame::{Section, desk_frame, desk_page},
    i18n::{around_slot, current_language, lang_attribute::lang_attribute, moment},
    layout::query::to_query,
    server::{current_settings, current_store, http_status, shop_error},
};

/// The entries on a page.
const PAGE: u32 = 50;

/// A page of the journal, and whether there are older entries.
struct JournalPageView {
    query: JournalQuery,
    wrong: Option<InvalidJournalQuery>,
    entries: Vec<NumberedEntry>,
    titles: HashMap<Slug, String>,
    currencies: Currencies,
    has_older: bool,
}

/// The entries that match the query in the address.
#[component]
pub(crate) fn JournalPage() -> impl IntoView {
    let query = use_query_map().read_untracked().clone();
    let settings = current_settings();
    let parts = query.into_iter().map(|(name, value)| (name, value.into()));
    let query = JournalQuery::parse(parts, settings.profile.zone());
    desk_page(Section::Journal, read(query), journal_content)
}

async fn read(
    query: Result<JournalQuery, InvalidJournalQuery>,
) -> Result<JournalPageView, ShopError> {
    let (query, wrong) = match query {
        Ok(query) => (query, None),
        Err(wrong) => (JournalQuery::default(), Some(wrong)),
    };
    let mut page = JournalPageView {
        query,
        wrong,
        entries: Vec::new(),
        titles: HashMap::new(),
        currencies: Currencies::default(),
        has_older: false,
    };
    if wrong.is_none() {
        let store = current_store();
        let found = store
            .journal()
            .entries(&page.query.filter, page.query.before, PAGE + 1);
        page.entries = found.await.map_err(shop_error)?;
        page.has_older = page.entries.len() > PAGE as usize;
        page.entries.truncate(PAGE as usize);
        page.titles = titles(&*store, &page.entries).await.map_err(shop_error)?;
        page.currencies = Currencies::read(&*store).await.map_err(shop_error)?;
    }
    Ok(page)
}

/// The titles of the books that these entries name.
async fn titles(
    store: &dyn Store,
    entries: &[NumberedEntry],
) -> Result<HashMap<Slug, String>, StoreError> {
    let mut titles = HashMap::new();
    for book in entries.iter().filter_map(|one| one.entry.act.book()) {
        if titles.contains_key(book) {
            continue;
        }
        match store.book(book).await {
            Ok(shelf) => titles.insert(book.clone(), shelf.book.title),
            // Restored data may be older than its journal.
            Err(StoreError::Refused(Refusal::NoSuchBook(_))) => None,
            Err(error) => return Err(error),
        };
    }
    Ok(titles)
}

fn journal_content(page: JournalPageView) -> AnyView {
    let language = current_language();
    let wrong = page.wrong.map(|wrong| {
        http_status::set_bad_request();
        view! { <p class="desk-refused" role="alert">{wrong.sentence(language)}</p> }
    });
    let is_empty = page.wrong.is_none() && page.entries.is_empty();
    let none = is_empty.then(|| view! { <p role="status">{say!(language, journal.none)}</p> });
    let table = (!page.entries.is_empty()).then(|| table(language, &page));
    let content = view! {
        <p class="desk-more">{say!(language, journal.lead)}</p>
        {filter_form(&page.query)}
        {wrong}
        {none}
        {table}
        {pagination(language, &page)}
        {export_link(language, &page.query)}
    };
    desk_frame(
        Section::Journal,
        say!(language, journal.title),
        content.into_any(),
    )
}

fn table(language: Language, page: &JournalPageView) -> AnyView {
    let rows: Vec<_> = page
        .entries
        .iter()
        .map(|one| row(language, one, page))
        .collect();
    view! {
        <section class="desk-wide" tabindex="0" aria-label=say!(language, journal.title)>
            <table class="movements">
                <thead>
                    <tr>
                        <th scope="col">{say!(language, activity.at)}</th>
                        <th scope="col">{say!(language, journal.by)}</th>
                        <th scope="col">{say!(language, journal.act)}</th>
                        <th scope="col">{say!(language, activity.why)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn row(language: Language, one: &NumberedEntry, page: &JournalPageView) -> AnyView {
    let entry = &one.entry;
    let words = act_words_in(language, page.currencies.at(one.number), &entry.act);
    let by = match &entry.by {
        Some(name) => name.to_string(),
        None => say!(language, journal.command_line).to_owned(),
    };
    let reason = entry.reason.as_ref().map(ToString::to_string);
    let reason = reason.unwrap_or_default();
    let at = entry.at.to_string();
    let limit = limit_words(language, &entry.act).map(|words| view! { <br/>{words} });
    let lang = lang_attribute(language, &reason);
    view! {
        <tr>
            <td><time datetime=at>{moment(language, entry.at)}</time></td>
            <td>{by}</td>
            <td dir="auto">{act(language, &entry.act, words, &page.titles)}{limit}</td>
            <td dir="auto" lang=lang>{reason}</td>
        </tr>
    }
    .into_any()
}

/// What was done, with a link to the book, the order or the receipt.
fn act(language: Language, act: &Act, words: String, titles: &HashMap<Slug, String>) -> AnyView {
    let (before, after) = around_slot(&words);
    let link = if let Some(book) = act.book() {
        let title = titles.get(book).cloned();
        let title = title.unwrap_or_else(|| book.to_string());
        let lang = lang_attribute(language, &title);
        let address = format!("/desk/stock/{book}");
        view! { <a href=address lang=lang>{title}</a> }.into_any()
    } else if let Some(order) = act.order() {
        let address = format!("/desk/orders/{order}");
        view! { <a class="order-code" href=address>{order.to_string()}</a> }.into_any()
    } else if let Some(receipt) = act.receipt() {
        let address = format!("/desk/counter/receipts/{receipt}");
        view! { <a class="order-code" href=address>{receipt.to_string()}</a> }.into_any()
    } else {
        return words.into_any();
    };
    view! { {before}{link}{after} }.into_any()
}

fn pagination(language: Language, page: &JournalPageView) -> AnyView {
    let address = |before: Option<u64>| {
        let mut parts = page.query.pairs();
        parts.extend(before.map(|number| ("before", number.to_string())));
        format!("/desk/journal?{}", to_query(parts))
    };
    let newest = page
        .query
        .before
        .map(|_| view! { <a href=address(None)>{say!(language, activity.newest)}</a> });
    let last = page.entries.last().filter(|_| page.has_older);
    let older = last.map(|last| {
        view! { <a rel="next" href=address(Some(last.number))>{say!(language, activity.older)}</a> }
    });
    view! { <p class="movements-ways">{newest}{older}</p> }.into_any()
}

fn export_link(language: Language, query: &JournalQuery) -> AnyView {
    let address = format!("/desk/journal/export?{}", to_query(query.pairs()));
    view! {
        <p class="movements-ways">
            <span>{say!(language, activity.export)}</span>
            <a href=address download="">{say!(language, activity.csv)}</a>
        </p>
    }
    .into_any()
}
