//! The table of the sold books, sorted by a column, page by page.

use leptos::prelude::*;
use shop::Language;
use store::{SoldBooks, SoldColumn, SoldOrder};

use super::{
    net::{net_amount, net_number, signed},
    query::{FiguresQuery, is_usually_descending, order_pairs},
    tables::book_cell,
};
use crate::{i18n::number, layout::query::to_query};

/// The books on a page.
pub(super) const PAGE: u32 = 50;

/// The table, with the pages before and after.
pub(super) fn sold_books(language: Language, query: &FiguresQuery, sold: SoldBooks) -> AnyView {
    let (titles, all_cents) = (sold.titles, sold.cents);
    let rows: Vec<_> = sold
        .books
        .into_iter()
        .map(|one| {
            view! {
                <tr>
                    {book_cell(language, &one.book, one.title)}
                    <td class="desk-number">{net_number(language, one.copies)}</td>
                    <td class="desk-number">{net_amount(language, one.cents)}</td>
                    <td class="desk-number">{share(language, one.cents, all_cents)}</td>
                </tr>
            }
        })
        .collect();
    let head = |column, words| heading(query, column, words);
    view! {
        <p>{say!(language, figures.titles, count = number(language, titles))}</p>
        <section class="desk-wide" tabindex="0" aria-label=say!(language, figures.by_book)>
            <table>
                <thead>
                    <tr>
                        {head(SoldColumn::Title, say!(language, desk.book))}
                        {head(SoldColumn::Copies, say!(language, figures.copies))}
                        {head(SoldColumn::Money, say!(language, figures.money))}
                        <th scope="col" class="desk-number">{say!(language, figures.share)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
        {pages(language, query, titles)}
    }
    .into_any()
}

/// The head of a column, with a link that sorts by it, or the other way if it is sorted already.
fn heading(query: &FiguresQuery, column: SoldColumn, words: &'static str) -> AnyView {
    let order = query.order;
    let is_sorted = order.column == column;
    let sort = is_sorted.then_some(match order.is_descending {
        true => "descending",
        false => "ascending",
    });
    let is_descending = match is_sorted {
        true => !order.is_descending,
        false => is_usually_descending(column),
    };
    let next = SoldOrder {
        column,
        is_descending,
    };
    let class = (column != SoldColumn::Title).then_some("desk-number");
    let address = address(query, next, 0);
    view! { <th scope="col" class=class aria-sort=sort><a href=address>{words}</a></th> }.into_any()
}

fn pages(language: Language, query: &FiguresQuery, titles: u64) -> Option<AnyView> {
    let before = query.page.checked_sub(1);
    let after = query.page + 1;
    let after = (u64::from(after) * u64::from(PAGE) < titles).then_some(after);
    before.or(after)?;
    let address = |page| address(query, query.order, page);
    let before = before.map(address);
    let after = after.map(address);
    let view = view! {
        <nav class="pages" aria-label=say!(language, shelf.pages)>
            {before.map(|page| view! { <a rel="prev" href=page>{say!(language, desk.before)}</a> })}
            {after.map(|page| view! { <a rel="next" href=page>{say!(language, desk.after)}</a> })}
        </nav>
    };
    Some(view.into_any())
}

/// The address of a page of the table, counted from 0.
fn address(query: &FiguresQuery, order: SoldOrder, page: u32) -> String {
    let mut pairs = query.pairs();
    pairs.extend(order_pairs(order));
    if page > 0 {
        pairs.push(("page", (u64::from(page) + 1).to_string()));
    }
    format!("/desk/figures?{}#by-book", to_query(pairs))
}

/// A part of an amount in per cent, with one decimal place; a dash if the whole is nothing or less.
fn share(language: Language, part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "–".to_owned();
    }
    let (size, whole) = (part.unsigned_abs(), whole.unsigned_abs());
    let tenths = (size * 1_000 + whole / 2) / whole;
    let decimal = say!(language, format.decimal);
    signed(part, format!("{}{decimal}{}%", tenths / 10, tenths % 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_rounded_to_a_tenth_of_a_per_cent() {
        for (part, whole, written) in [
            (1, 3, "33.3%"),
            (2, 3, "66.7%"),
            (5, 5, "100.0%"),
            (0, 5, "0.0%"),
            (0, 0, "–"),
            (5, -5, "–"),
            (-1, 8, "\u{2212}12.5%"),
        ] {
            assert_eq!(share(Language::English, part, whole), written);
        }
    }

    #[test]
    fn a_link_keeps_the_period_and_names_the_page_from_1() {
        let parts = [("from", "2026-11-01"), ("step", "day")];
        let parts = parts.map(|(name, value)| (name.into(), value.into()));
        let query = FiguresQuery::parse(parts, &shop::Zone::default()).unwrap();
        assert_eq!(
            address(&query, query.order, 1),
            "/desk/figures?from=2026-11-01&step=day&sort=copies&way=down&page=2#by-book"
        );
    }
}
