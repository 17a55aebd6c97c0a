//! The tables of the sales figures as files.

use std::borrow::Cow;

use app::{
    desk::figures::{
        DAY, FALLING_DAYS, IDLE_DAYS,
        query::{FiguresQuery, InvalidFiguresQuery},
        steps::{fill, step_of},
    },
    say,
};
use axum::{
    extract::{RawQuery, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use shop::{Currency, ShopProfile, Slug, Timestamp};
use store::{
    FallingStock, IdleBook, LowStock, Period, SoldBook, SoldInStep, Store, StoreError,
    UncollectedBook,
};

use super::{spreadsheet::escape_formula, state::DeskState};
use crate::http::refusal::refuse;

/// Why writing a row cannot fail.
const FITS: &str = "memory does not fill up, and all rows have the same number of cells";

/// A table, by its name in addresses.
#[derive(Clone, Copy)]
enum Table {
    Time,
    Books,
    Uncollected,
    RunningOut,
    ToReorder,
    Idle,
}

/// `GET /desk/figures/export`: all rows of a table as CSV.
pub(super) async fn export(State(desk): State<DeskState>, RawQuery(query): RawQuery) -> Response {
    let query = query.unwrap_or_default();
    let parts = form_urlencoded::parse(query.as_bytes());
    let parts: Vec<(Cow<'_, str>, Cow<'_, str>)> = parts.collect();
    let named = parts.iter().find(|(name, _)| name == "table");
    let Some(table) = named.and_then(|(_, value)| Table::named(value)) else {
        return refuse(StatusCode::BAD_REQUEST, |language| {
            say!(language, figures.bad_table)
        })
        .into_response();
    };
    let settings = desk.shop.0.store.owner_settings().current();
    let profile = &settings.profile;
    let query = match FiguresQuery::parse(parts, profile.zone()) {
        Ok(query) => query,
        Err(wrong) => return bad_query(wrong),
    };
    let store = &*desk.shop.0.store;
    let now = match store.desk_reads().now().await {
        Ok(now) => now,
        Err(error) => return unreadable(&error),
    };
    let period = match query.period(now, profile.zone()) {
        Ok(period) => period,
        Err(wrong) => return bad_query(wrong),
    };
    match rows(store, table, &query, period, now, profile).await {
        Ok(rows) => file(table, rows),
        Err(error) => unreadable(&error),
    }
}

fn file(table: Table, rows: Vec<Vec<String>>) -> Response {
    let name = table.name();
    let headers = [
        (
            header::CONTENT_TYPE,
            "text/csv; charset=utf-8; header=present".to_owned(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"figures-{name}.csv\""),
        ),
    ];
    (headers, csv(table.columns(), &rows)).into_response()
}

fn bad_query(wrong: InvalidFiguresQuery) -> Response {
    let sentence = move |language| wrong.sentence(language);
    refuse(StatusCode::BAD_REQUEST, sentence).into_response()
}

fn unreadable(error: &StoreError) -> Response {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, "cannot read the sales figures");
    refuse(StatusCode::SERVICE_UNAVAILABLE, |language| {
        say!(language, page.cannot_read)
    })
    .into_response()
}

impl Table {
    const ALL: [Self; 6] = [
        Self::Time,
        Self::Books,
        Self::Uncollected,
        Self::RunningOut,
        Self::ToReorder,
        Self::Idle,
    ];

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Books => "books",
            Self::Uncollected => "uncollected",
            Self::RunningOut => "running-out",
            Self::ToReorder => "to-reorder",
            Self::Idle => "idle",
        }
    }

    const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Time => &["from", "copies", "sales"],
            Self::Books => &["book", "title", "copies", "sales"],
            Self::Uncollected => &["book", "title", "orders", "overdue", "cancelled"],
            Self::RunningOut => &["book", "title", "available", "fewer", "days_left"],
            Self::ToReorder => &["book", "title", "available", "reorder_point"],
            Self::Idle => &["book", "title", "on_hand", "last_sold"],
        }
    }
}

/// All rows of a table. It has at most one for each book, so it fits into memory.
async fn rows(
    store: &dyn Store,
    table: Table,
    query: &FiguresQuery,
    period: Period,
    now: Timestamp,
    profile: &ShopProfile,
) -> Result<Vec<Vec<String>>, StoreError> {
    let figures = store.sales_figures();
    let (zone, currency) = (profile.zone(), profile.currency());
    let money = |minor: i64| net(currency, minor);
    Ok(match table {
        Table::Time => {
            let step = step_of(query.step, period);
            let sold = figures.sold_over_time(period, step, zone).await?;
            let steps = fill(sold, period, step, now, zone).into_iter();
            let row = |one: SoldInStep| {
                vec![
                    zone.date(one.start),
                    one.copies.to_string(),
                    money(one.cents),
                ]
            };
            steps.map(row).collect()
        }
        Table::Books => {
            let sold = figures.sold_by_book(period, query.order, 0, u32::MAX);
            let books = sold.await?.books.into_iter();
            let row = |one: SoldBook| {
                let cells = [one.copies.to_string(), money(one.cents)];
                of_book(&one.book, &one.title, cells)
            };
            books.map(row).collect()
        }
        Table::Uncollected => {
            let books = figures.uncollected(period, u32::MAX).await?.into_iter();
            let row = |one: UncollectedBook| {
                let cells = [one.orders, one.overdue, one.cancelled];
                of_book(&one.book, &one.title, cells.map(|count| count.to_string()))
            };
            books.map(row).collect()
        }
        Table::RunningOut => {
            let since = now - FALLING_DAYS * DAY;
            let falling = store.desk_reads().falling(since, usize::MAX);
            let row = |one: FallingStock| {
                let days = one.lasts() * f64::from(FALLING_DAYS);
                let (available, fewer) = (one.available.to_string(), one.fewer.to_string());
                let cells = [available, fewer, format!("{days:.1}")];
                of_book(&one.book, &one.title, cells)
            };
            falling.await?.into_iter().map(row).collect()
        }
        Table::ToReorder => {
            let low = store.book_desk().low_stock(u32::MAX);
            let row = |one: LowStock| {
                let cells = [one.available, one.reorder_point];
                of_book(&one.book, &one.title, cells.map(|count| count.to_string()))
            };
            low.await?.into_iter().map(row).collect()
        }
        Table::Idle => {
            let idle = figures.idle(now - IDLE_DAYS * DAY, u32::MAX);
            let row = |one: IdleBook| {
                let last_sold = one.last_sold.map(|at| zone.date(at));
                let last_sold = last_sold.unwrap_or_default();
                of_book(&one.book, &one.title, [one.on_hand.to_string(), last_sold])
            };
            idle.await?.into_iter().map(row).collect()
        }
    })
}

/// An amount as a plain number: less than nothing if more came back than was sold.
fn net(currency: Currency, minor: i64) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    format!("{sign}{}", currency.plain(minor.unsigned_abs()))
}

/// A row that begins with a book.
fn of_book<const CELLS: usize>(book: &Slug, title: &str, cells: [String; CELLS]) -> Vec<String> {
    let book = [escape_formula(book.as_str()), escape_formula(title)];
    book.into_iter().chain(cells).collect()
}

/// A header and rows as CSV lines (RFC 4180).
fn csv(columns: &[&str], rows: &[Vec<String>]) -> Vec<u8> {
    let mut builder = csv::WriterBuilder::new();
    let mut lines = builder
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    lines.write_record(columns).expect(FITS);
    for row in rows {
        lines.write_record(row).expect(FITS);
    }
    lines.into_inner().expect(FITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_below_nothing_has_one_minus_sign() {
        let written = [-1_205, -5, 0, 5].map(|minor| net(Currency::USD, minor));
        assert_eq!(written, ["-12.05", "-0.05", "0.00", "0.05"]);
    }

    #[test]
    fn a_title_that_is_a_formula_is_escaped_and_numbers_are_not() {
        let book = "-odd-".parse().unwrap();
        let title = "=HYPERLINK(\"x\"), and more";
        let row = of_book(&book, title, ["7".to_owned(), "12.05".to_owned()]);
        let lines = csv(Table::Books.columns(), &[row]);
        assert_eq!(
            String::from_utf8(lines).unwrap(),
            "book,title,copies,sales\r\n'-odd-,\"'=HYPERLINK(\"\"x\"\"), and more\",7,12.05\r\n"
        );
    }
}
