//! `/books/{slug}`: one book, its count, and the button.

use std::sync::Arc;

use buzz::{Report, SearchTerm};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::hooks::use_params_map;
use shop::{Language, Slug};

use super::{about_book::about_book, page, shop::in_address};
use crate::{
    ShopError,
    buzz::{asked, line},
    catalogue::{self, BookNow, BookView},
    components::{Cover, notice_in_address},
    islands::{self, BookStart},
    language::{of_words, price, spoken},
};

/// The page of the book that the address names.
#[component]
pub(crate) fn BookPage() -> impl IntoView {
    let slug = use_params_map().read_untracked().get("slug");
    let slug = Slug::parse(&slug.unwrap_or_default());
    page(
        async move {
            let slug = slug.map_err(|_| ShopError::NoSuchBook)?;
            catalogue::view_book(slug).await
        },
        one_book,
    )
}

/// How often it is being talked about, where that is known; else where to ask, and a script that
/// does when the page is there. The page waits for nobody.
fn talked_about(here: Language, book: &Slug, title: &str) -> Option<AnyView> {
    let asked = asked()?;
    let term = SearchTerm::parse(title).ok()?;
    let known = asked.buzz.cached(&term);
    let is_fresh = |answer: &Arc<Report>| asked.buzz.is_fresh(answer);
    let ask = (!known.as_ref().is_some_and(is_fresh)).then(|| {
        view! { <script type="module" src="/scripts/buzz.js"></script> }
    });
    let words = match known {
        Some(answer) => line(here, &answer),
        None => say!(here, buzz.on_page_ask).to_owned(),
    };
    let address = format!("/buzz?q={}", in_address(title));
    Some(
        view! {
            <p class="buzz-line"><a id="buzz" href=address rel="nofollow" data-book=book.to_string()>{words}</a></p>
            {ask}
        }
        .into_any(),
    )
}

fn one_book(view: BookView) -> AnyView {
    let about = about_book(&view);
    let now = BookNow::from(&view);
    let BookView {
        book,
        limit,
        waiting,
        withdrawn,
        key,
        mails,
        ..
    } = view;
    let here = spoken();
    let talked_about = talked_about(here, &book.slug, &book.title);
    let notice = notice_in_address().map(Into::into);
    let start = BookStart {
        now,
        key,
        notice,
        mails,
    };
    // Whoever waits is told by script, or by mail.
    let untold = waiting.then(|| {
        view! { <noscript><p class="limit">{say!(here, book.no_script)}</p></noscript> }
    });
    // Whoever has it in the cart still has the button to take it out.
    let alive = match withdrawn && start.now.in_cart == 0 {
        true => {
            view! { <p class="limit" role="status">{say!(here, error.withdrawn)}</p> }.into_any()
        }
        false => islands::live_book(start),
    };
    let limit =
        limit.map(|most| view! { <p class="limit">{say!(here, book.limit, most = most)}</p> });
    view! {
        <Title text=book.title.clone()/>
        <Meta name="description" content=book.description.clone()/>
        {about}
        <article class="book">
            <Cover book=book.slug alt=book.cover_alt eager=true/>
            <div class="book-words">
                <h1 lang=of_words(here, &book.title)>{book.title.clone()}</h1>
                <p class="author">{say!(here, book.by_before)} {book.author} {say!(here, book.by_after)}</p>
                <p class="price">{price(here, book.price)}</p>
                {alive}
                {untold}
                {limit}
                {talked_about}
                <p class="description" lang=of_words(here, &book.description)>{book.description.clone()}</p>
                {book.isbn.map(|isbn| view! { <p class="isbn">"ISBN "{isbn.to_string()}</p> })}
            </div>
        </article>
    }
    .into_any()
}
