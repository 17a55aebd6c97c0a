//! The parts of a book's page at the desk that concern its description, cover, price and reorder
//! point.

use leptos::prelude::*;
use shop::{BookField, Language, Price};
use store::DescribedBook;

use crate::{book::cover::Cover, i18n::price};

/// The link to the form for the description, the cover, and the form for another cover. `seen` is
/// the version of the book that the page shows.
pub(in crate::desk) fn description(
    language: Language,
    known: &DescribedBook,
    revision: u64,
    seen: String,
    action: &impl Fn(&str) -> String,
) -> AnyView {
    let book = known.book.clone();
    view! {
        <p><a href=action("edit")>{say!(language, books.edit)}</a></p>
        <h2>{say!(language, books.cover)}</h2>
        // Only the picture is read again: a file that is chosen stays chosen.
        <div class="desk-cover" id="cover" data-fresh=seen>
            <Cover book=book.slug alt=book.cover_alt revision eager=false/>
        </div>
        <form class="desk-form" method="post" action=action("cover") enctype="multipart/form-data">
            <label>
                <span>{say!(language, books.cover_file)}</span>
                <input type="file" name="file" accept="image/png,image/jpeg,image/webp" required=true/>
            </label>
            <button class="button button-quiet">{say!(language, books.set_cover)}</button>
        </form>
    }
    .into_any()
}

/// Whether the price is that of the catalogue file, or a button that takes that one again.
pub(in crate::desk) fn price_source(
    language: Language,
    known: &DescribedBook,
    action: String,
) -> Option<AnyView> {
    let sources = &known.sources;
    if sources.is_from_file(BookField::Price) {
        let words = say!(language, books.from_file);
        return Some(view! { <p class="desk-more">{words}</p> }.into_any());
    }
    let file = Price::from_minor_text(sources.file_text(BookField::Price)?)?;
    let words = say!(language, books.take_price, price = price(language, file));
    let form = view! {
        <form method="post" action=action>
            <button class="button button-small button-quiet">{words}</button>
        </form>
    };
    Some(form.into_any())
}

/// The form for the reorder point.
pub(in crate::desk) fn reorder_form(
    language: Language,
    copies: Option<u32>,
    action: String,
) -> AnyView {
    let copies = copies.map(|copies| copies.to_string());
    view! {
        <h2>{say!(language, books.reorder_point)}</h2>
        <form class="desk-form" method="post" action=action>
            <label>
                <span>{say!(language, books.reorder_copies)}</span>
                <input
                    name="copies"
                    value=copies.unwrap_or_default()
                    inputmode="numeric"
                    maxlength="9"
                    pattern="[0-9]*"
                    autocomplete="off"
                    aria-describedby="reorder-hint"
                />
            </label>
            <p id="reorder-hint" class="desk-more">{say!(language, books.reorder_hint)}</p>
            <button class="button button-quiet">{say!(language, books.set_reorder_point)}</button>
        </form>
    }
    .into_any()
}

/// The mark of a book with no more copies available than its reorder point.
pub(in crate::desk) fn reorder_mark(
    language: Language,
    available: u32,
    reorder_point: Option<u32>,
) -> Option<AnyView> {
    let is_low = reorder_point.is_some_and(|point| available <= point);
    let mark =
        || view! { " " <strong class="desk-low">{say!(language, books.to_reorder)}</strong> };
    is_low.then(|| mark().into_any())
}

/// The address of the form for a book with this ISBN.
pub(in crate::desk) fn new_book_address(isbn: Option<&str>) -> String {
    match isbn {
        Some(isbn) => format!("/desk/books/new?isbn={isbn}"),
        None => "/desk/books/new".to_owned(),
    }
}
