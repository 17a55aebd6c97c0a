//! The tables of the figures, except that of the sold books.

use leptos::prelude::*;
use shop::{Language, Slug};
use store::{FallingStock, IdleBook, LowStock, SalesStep, SoldInStep, UncollectedBook};

use super::{
    FALLING_DAYS,
    net::{net_amount, net_number},
};
use crate::i18n::{day, lang_attribute::lang_attribute, number};

/// What was sold in each step less what came back, with the total.
pub(super) fn steps_table(
    language: Language,
    title: &'static str,
    step: SalesStep,
    steps: &[SoldInStep],
) -> AnyView {
    let first = match step {
        SalesStep::Day => say!(language, figures.day),
        SalesStep::Week => say!(language, figures.week),
    };
    let row = |name: String, copies: i64, cents: i64| {
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="desk-number">{net_number(language, copies)}</td>
                <td class="desk-number">{net_amount(language, cents)}</td>
            </tr>
        }
    };
    let rows: Vec<_> = steps
        .iter()
        .map(|one| row(day(language, one.start), one.copies, one.cents))
        .collect();
    let total = row(
        say!(language, figures.total).to_owned(),
        steps.iter().map(|one| one.copies).sum(),
        steps.iter().map(|one| one.cents).sum(),
    );
    view! {
        <section class="desk-wide" tabindex="0" aria-label=title>
            <table class="figures-steps">
                <thead>
                    <tr>
                        <th scope="col">{first}</th>
                        <th scope="col" class="desk-number">{say!(language, figures.copies)}</th>
                        <th scope="col" class="desk-number">{say!(language, figures.money)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot>{total}</tfoot>
            </table>
        </section>
    }
    .into_any()
}

/// The books that were reserved and not collected.
pub(super) fn uncollected_table(language: Language, books: Vec<UncollectedBook>) -> AnyView {
    let rows = books.into_iter().map(|one| {
        view! {
            <tr>
                {book_cell(language, &one.book, one.title)}
                {number_cell(language, one.orders)}
                {number_cell(language, one.overdue)}
                {number_cell(language, one.cancelled)}
            </tr>
        }
        .into_any()
    });
    let heads = [
        say!(language, figures.orders).to_owned(),
        say!(language, figures.overdue).to_owned(),
        say!(language, figures.cancelled).to_owned(),
    ];
    let title = say!(language, figures.uncollected);
    books_table(language, title, heads, rows.collect())
}

/// The books that run out, with how long they last.
pub(super) fn falling_table(language: Language, books: Vec<FallingStock>) -> AnyView {
    let rows = books.into_iter().map(|one| {
        let days = (one.lasts() * f64::from(FALLING_DAYS)).round();
        let lasts = match one.available {
            0 => say!(language, buzz.desk_gone).to_owned(),
            _ => say!(language, buzz.desk_days, count = days.max(1.0) as u64),
        };
        view! {
            <tr>
                {book_cell(language, &one.book, one.title)}
                {number_cell(language, one.available)}
                {number_cell(language, one.fewer)}
                <td class="desk-number">{lasts}</td>
            </tr>
        }
        .into_any()
    });
    let heads = [
        say!(language, desk.available).to_owned(),
        say!(language, figures.fewer, days = FALLING_DAYS),
        say!(language, buzz.desk_lasts).to_owned(),
    ];
    let title = say!(language, figures.running_out);
    books_table(language, title, heads, rows.collect())
}

/// The books that are to be ordered again.
pub(super) fn low_table(language: Language, books: Vec<LowStock>) -> AnyView {
    let rows = books.into_iter().map(|one| {
        view! {
            <tr>
                {book_cell(language, &one.book, one.title)}
                {number_cell(language, one.available)}
                {number_cell(language, one.reorder_point)}
            </tr>
        }
        .into_any()
    });
    let heads = [
        say!(language, desk.available).to_owned(),
        say!(language, books.reorder_point).to_owned(),
    ];
    let title = say!(language, books.to_reorder_title);
    books_table(language, title, heads, rows.collect())
}

/// The books of which nothing was sold for long.
pub(super) fn idle_table(language: Language, books: Vec<IdleBook>) -> AnyView {
    let rows = books.into_iter().map(|one| {
        let sold = match one.last_sold {
            Some(at) => day(language, at),
            None => say!(language, buzz.desk_never).to_owned(),
        };
        view! {
            <tr>
                {book_cell(language, &one.book, one.title)}
                {number_cell(language, one.on_hand)}
                <td class="desk-number">{sold}</td>
            </tr>
        }
        .into_any()
    });
    let heads = [
        say!(language, desk.on_hand).to_owned(),
        say!(language, figures.last_sold).to_owned(),
    ];
    let title = say!(language, figures.idle);
    books_table(language, title, heads, rows.collect())
}

/// A table of books, with these columns of numbers.
fn books_table<const COLUMNS: usize>(
    language: Language,
    title: &'static str,
    heads: [String; COLUMNS],
    rows: Vec<AnyView>,
) -> AnyView {
    let heads: Vec<_> = heads
        .into_iter()
        .map(|words| view! { <th scope="col" class="desk-number">{words}</th> })
        .collect();
    view! {
        <section class="desk-wide" tabindex="0" aria-label=title>
            <table>
                <thead><tr><th scope="col">{say!(language, desk.book)}</th>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// A book's title, which leads to its stock.
pub(super) fn book_cell(language: Language, book: &Slug, title: String) -> AnyView {
    let (address, lang) = (
        format!("/desk/stock/{book}"),
        lang_attribute(language, &title),
    );
    view! { <th scope="row"><a href=address lang=lang>{title}</a></th> }.into_any()
}

/// A number, as the language writes it.
pub(super) fn number_cell(language: Language, count: impl Into<u64>) -> AnyView {
    let count = number(language, count).to_string();
    view! { <td class="desk-number">{count}</td> }.into_any()
}
