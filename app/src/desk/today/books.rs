//! What is wanted: copies kept for waiting shoppers, books in short supply, and sales that open soon.

use std::time::Duration;

use leptos::prelude::*;
use shop::{Language, Slug, Timestamp};
use store::{OpenOffer, ShortBook, Store, StoreError, UpcomingSale};

use super::part::{MOST, ToList, empty_part, part};
use crate::{
    desk::when::when,
    i18n::{lang_attribute::lang_attribute, number},
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// A book that was ordered within this many days is wanted.
const WANTED_DAYS: u32 = 14;
/// So many copies, or fewer, are few.
const FEW: u32 = 3;
/// A sale that opens within this many days opens soon.
const SOON_DAYS: u32 = 7;

/// The books of the day.
pub(super) struct TodaysBooks {
    offers: Vec<OpenOffer>,
    short: Vec<ShortBook>,
    sales: Vec<UpcomingSale>,
}

pub(super) async fn read(store: &dyn Store, now: Timestamp) -> Result<TodaysBooks, StoreError> {
    let reads = store.desk_reads();
    let offers = reads.offers(MOST).await?;
    let short = reads
        .short_books(now - WANTED_DAYS * DAY, FEW, MOST)
        .await?;
    let mut sales = reads.upcoming_sales(MOST).await?;
    sales.retain(|sale| sale.opens_at <= now + SOON_DAYS * DAY);
    Ok(TodaysBooks {
        offers,
        short,
        sales,
    })
}

/// The three parts. While there are no offers or no sales, only their places are on the page.
pub(super) fn book_parts(language: Language, books: TodaysBooks) -> AnyView {
    view! {
        {offers_part(language, books.offers)}
        {short_part(language, books.short)}
        {sales_part(language, books.sales)}
    }
    .into_any()
}

fn offers_part(language: Language, offers: Vec<OpenOffer>) -> AnyView {
    if offers.is_empty() {
        return empty_part("offers");
    }
    let rows = offers
        .into_iter()
        .map(|offer| timed(language, &offer.book, offer.title, offer.until));
    let heading = say!(language, today.offers);
    let table = timed_table(
        language,
        heading,
        say!(language, desk.until),
        rows.collect(),
    );
    part(
        "offers",
        heading.to_owned(),
        String::new(),
        table,
        Vec::new(),
    )
}

fn sales_part(language: Language, sales: Vec<UpcomingSale>) -> AnyView {
    if sales.is_empty() {
        return empty_part("sales");
    }
    let rows = sales
        .into_iter()
        .map(|sale| timed(language, &sale.book, sale.title, sale.opens_at));
    let heading = say!(language, today.sales);
    let table = timed_table(
        language,
        heading,
        say!(language, today.opens),
        rows.collect(),
    );
    part(
        "sales",
        heading.to_owned(),
        String::new(),
        table,
        Vec::new(),
    )
}

/// A book, and a time.
fn timed(language: Language, book: &Slug, title: String, at: Timestamp) -> AnyView {
    view! { <tr>{book_cell(language, book, title)}<td>{when(language, at)}</td></tr> }.into_any()
}

fn timed_table(
    language: Language,
    label: &'static str,
    at: &'static str,
    rows: Vec<AnyView>,
) -> AnyView {
    view! {
        <section class="desk-wide" tabindex="0" aria-label=label>
            <table>
                <thead><tr><th scope="col">{say!(language, desk.book)}</th><th scope="col">{at}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

fn short_part(language: Language, short: Vec<ShortBook>) -> AnyView {
    let heading = say!(language, today.short);
    if short.is_empty() {
        let nothing = view! { <p class="desk-more">{say!(language, today.none_short)}</p> };
        let nothing = nothing.into_any();
        return part(
            "short",
            heading.to_owned(),
            String::new(),
            nothing,
            Vec::new(),
        );
    }
    let rows: Vec<_> = short
        .into_iter()
        .map(|one| {
            view! {
                <tr>
                    {book_cell(language, &one.book, one.title)}
                    <td class="desk-number">{number(language, one.available).to_string()}</td>
                    <td class="desk-number">{number(language, one.ordered).to_string()}</td>
                    <td class="desk-number">{number(language, one.waiting).to_string()}</td>
                </tr>
            }
        })
        .collect();
    let more = say!(language, today.short_more, days = WANTED_DAYS, few = FEW);
    let list = view! {
        <p class="desk-more">{more}</p>
        <section class="desk-wide" tabindex="0" aria-label=heading>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{say!(language, desk.book)}</th>
                        <th scope="col" class="desk-number">{say!(language, desk.available)}</th>
                        <th scope="col" class="desk-number">{say!(language, today.ordered)}</th>
                        <th scope="col" class="desk-number">{say!(language, today.waiting)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    };
    let links = vec![ToList {
        address: "/desk/stock?sort=available&dir=asc".to_owned(),
        words: say!(language, today.all_stock),
    }];
    part(
        "short",
        heading.to_owned(),
        String::new(),
        list.into_any(),
        links,
    )
}

/// The head of a book's row, with a link to its page, where its copies are counted in.
fn book_cell(language: Language, book: &Slug, title: String) -> AnyView {
    let (address, lang) = (
        format!("/desk/stock/{book}"),
        lang_attribute(language, &title),
    );
    view! { <th scope="row"><a href=address lang=lang>{title}</a></th> }.into_any()
}
