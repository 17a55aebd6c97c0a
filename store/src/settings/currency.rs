//! SQL that changes the currency of all prices, as long as nothing was held, ordered or sold.

use shop::{Currency, Level, Movement, Price, Slug, Timestamp};

use super::CurrencyRefusal;
use crate::{
    StoreError,
    rows::{LevelRow, millis, price, slug, small, sources, sources_json},
    sql::{Connection, Dialect, query},
};

/// Gives every price its number in another currency, with a movement of no copies for each book, so
/// that its level is a new one. Returns the number of books.
///
/// Runs in the transaction that saves the new currency.
pub(super) async fn change<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    [before, after]: [Currency; 2],
    keeps_numbers: bool,
) -> Result<Result<u32, CurrencyRefusal>, StoreError> {
    lock(connection).await?;
    if is_true(connection, IN_USE).await? {
        return Ok(Err(CurrencyRefusal::InUse));
    }
    if is_true(connection, IMPORTING).await? {
        return Ok(Err(CurrencyRefusal::Importing));
    }
    let prices: Vec<(String, i64)> = query("select slug, price_cents from book order by slug")
        .fetch_all(connection)
        .await?;
    if !prices.is_empty() && !keeps_numbers {
        return Ok(Err(CurrencyRefusal::Unconfirmed));
    }
    if let Some(book) = first_misfit(&prices, before, after)? {
        return Ok(Err(CurrencyRefusal::DoesNotFit(book)));
    }
    query("update book set price_cents = price_cents * $1 / $2")
        .bind(after.scale())
        .bind(before.scale())
        .execute(connection)
        .await?;
    change_file_prices(connection, before, after).await?;
    query("update stock set version = version + 1")
        .execute(connection)
        .await?;
    query(
        "insert into movement (book_id, version, kind, on_hand, held, allocated, reason, at)
         select book_id, version, 'adjusted', 0, 0, 0, $1, $2 from stock order by book_id",
    )
    .bind(Movement::PRICE)
    .bind(millis(now))
    .execute(connection)
    .await?;
    let books = i64::try_from(prices.len()).unwrap_or(i64::MAX);
    small(books).map(Ok)
}

/// Does the same to the catalogue file's price of each book that has another one from the desk.
async fn change_file_prices<C: Connection>(
    connection: &mut C,
    before: Currency,
    after: Currency,
) -> Result<(), StoreError> {
    let known: Vec<(i64, String)> = query("select id, sources from book where sources is not null")
        .fetch_all(connection)
        .await?;
    for (book, text) in known {
        let mut sources = sources(Some(&text))?;
        if sources.change_currency(before, after) {
            query("update book set sources = $2 where id = $1")
                .bind(book)
                .bind(sources_json(&sources))
                .execute(connection)
                .await?;
        }
    }
    Ok(())
}

/// Whether a copy was ever in a cart or an order. What is gone from those tables is in the ledger.
const IN_USE: &str = "select case when exists (select 1 from hold)
        or exists (select 1 from shop_order)
        or exists (select 1 from movement
                   where kind not in ('opened', 'restocked', 'adjusted'))
    then cast(1 as bigint) else cast(0 as bigint) end";

const IMPORTING: &str =
    "select case when exists (select 1 from import_job where state = 'applying')
    then cast(1 as bigint) else cast(0 as bigint) end";

/// The levels of all books.
pub(super) async fn levels<C: Connection>(connection: &mut C) -> Result<Vec<Level>, StoreError> {
    let rows: Vec<LevelRow> = query(
        "select slug, price_cents, withdrawn, on_hand, held, allocated, version, page
         from stock join book on book.id = stock.book_id",
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Level::try_from).collect()
}

/// Locks all books, in order, so that no instance puts a copy into a cart meanwhile. In SQLite
/// nobody else writes.
async fn lock<C: Connection>(connection: &mut C) -> Result<(), StoreError> {
    if C::DIALECT == Dialect::Postgres {
        query("select book_id from stock order by book_id for no key update")
            .execute(connection)
            .await?;
    }
    Ok(())
}

async fn is_true<C: Connection>(
    connection: &mut C,
    statement: &'static str,
) -> Result<bool, StoreError> {
    let value: i64 = query(statement).fetch_scalar(connection).await?;
    Ok(value == 1)
}

/// The first book whose price cannot keep its number.
fn first_misfit(
    prices: &[(String, i64)],
    before: Currency,
    after: Currency,
) -> Result<Option<Slug>, StoreError> {
    for (book, cents) in prices {
        let known: Price = price(*cents)?;
        if known.with_number_in(before, after).is_none() {
            return slug(book).map(Some);
        }
    }
    Ok(None)
}
