//! `/books/{slug}`: the page of one book.

use std::sync::Arc;

use buzz::{Report, SearchTerm};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_params_map;
use protocol::ShopError;
use shop::{Language, Slug};

use super::{
    BookState, BookView,
    buzz_line::{BuzzLineProps, buzz_line},
    cover::Cover,
    facts::facts,
    island::{BookProps, live_book},
    metadata::about_book,
};
use crate::{
    buzz::{book_page_line, buzz_source},
    i18n::{Slot, around_slot, current_language, lang_attribute::lang_attribute},
    layout::{notice::error_in_address, page::load_page, price_label::price_label, query::encode},
};

/// The page of the book that the address names.
#[component]
pub(crate) fn BookPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug");
    let slug = Slug::parse(&slug.unwrap_or_default());
    load_page(
        async move {
            let slug = slug.map_err(|_| ShopError::NoSuchBook)?;
            super::view_book(slug).await
        },
        book_article,
    )
}

/// The line that says how often the title is mentioned.
///
/// The page does not wait for the provider. Without a fresh cached report, the island asks for one
/// after the page has loaded.
fn buzz_link(language: Language, book: &Slug, title: &str) -> Option<AnyView> {
    let asked = buzz_source()?;
    let term = SearchTerm::parse(title).ok()?;
    let known = asked.buzz.cached(&term);
    let is_fresh = |answer: &Arc<Report>| asked.buzz.is_fresh(answer);
    let asks = !known.as_ref().is_some_and(is_fresh);
    let words = match known {
        Some(answer) => book_page_line(language, &answer),
        None => say!(language, buzz.on_page_ask).to_owned(),
    };
    Some(buzz_line(BuzzLineProps {
        book: book.clone(),
        address: format!("/buzz?q={}", encode(title)),
        words,
        asks,
    }))
}

fn book_article(view: BookView) -> AnyView {
    let about = about_book(&view);
    let now = BookState::from(&view);
    let revision = view.level.page;
    let BookView {
        book,
        limit,
        waiting,
        key,
        mails,
        ..
    } = view;
    let language = current_language();
    let (before_author, after_author) = around_slot(&say!(language, book.by, author = Slot));
    let author_lang = lang_attribute(language, &book.author);
    let buzz_link = buzz_link(language, &book.slug, &book.title);
    let notice = error_in_address().map(Into::into);
    let facts = facts(language, &book);
    let title_lang = lang_attribute(language, &book.title);
    let title = view! { <h1 lang=title_lang translate="no">{book.title.clone()}</h1> };
    let heading = match book.facts.subtitle.clone() {
        None => title.into_any(),
        Some(subtitle) => {
            let lang = lang_attribute(language, &subtitle);
            view! { {title} <p class="author" translate="no" lang=lang>{subtitle}</p> }.into_any()
        }
    };
    let props = BookProps {
        now,
        title: book.title.clone(),
        key,
        notice,
        mails,
    };
    // An offer is announced by script or by mail, so a page without JavaScript shows this hint.
    let no_script_hint = waiting.then(|| {
        view! { <noscript><p class="limit">{say!(language, book.no_script)}</p></noscript> }
    });
    let limit =
        limit.map(|most| view! { <p class="limit">{say!(language, book.limit, count = most)}</p> });
    // Nothing is sent for what the owner has not set.
    let limit = match price_label() {
        Some(label) => Some(view! { {label} {limit} }.into_any()),
        None => limit.map(IntoAny::into_any),
    };
    view! {
        <Title text=book.title.clone()/>
        <Meta name="description" content=book.description.clone()/>
        {about}
        <article class="book">
            // An element with a `data-part` is replaced when it has changed. An island cannot be.
            <div data-part="cover">
                <Cover book=book.slug alt=book.cover_alt revision eager=true/>
            </div>
            <div class="book-words">
                <div data-part="title">
                    {heading}
                    <p class="author">{before_author} <span translate="no" lang=author_lang>{book.author}</span> {after_author}</p>
                </div>
                {live_book(props)}
                {no_script_hint}
                <div data-part="limit">{limit}</div>
                {buzz_link}
                <div data-part="details">
                    <p class="description" lang=lang_attribute(language, &book.description)>{book.description.clone()}</p>
                    {facts}
                </div>
            </div>
        </article>
    }
    .into_any()
}
