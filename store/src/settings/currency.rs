//! SQL that changes the currency of all prices, as long as nothing is held and nothing was sold.

use serde_json::{Value, json};
use shop::{Currency, InvalidPrice, Level, Movement, Price, PriceConversion, Timestamp};

use super::CurrencyRefusal;
use crate::{
    StoreError,
    rows::{LevelRow, millis, price, slug, small, sources, sources_json},
    sql::{Connection, Dialect, NAMES_LOCK, query},
};

/// The numbers of books with a price in the new currency, and with one that was rounded.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rewritten {
    pub(super) books: u32,
    pub(super) rounded: u32,
}

/// Gives every price its number in another currency, with a movement of no copies for each book, so
/// that its level is a new one.
///
/// Runs in the transaction that saves the new currency.
pub(super) async fn change<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    [before, after]: [Currency; 2],
    conversion: Option<PriceConversion>,
) -> Result<Result<Rewritten, CurrencyRefusal>, StoreError> {
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
    let conversion = match conversion {
        Some(chosen) => chosen,
        None if prices.is_empty() => PriceConversion::Keep,
        None => return Ok(Err(CurrencyRefusal::Unconfirmed)),
    };
    let rounded = match count_rounded(&prices, [before, after], conversion)? {
        Ok(rounded) => rounded,
        Err(misfit) => return Ok(Err(misfit)),
    };
    // As `Price::with_number_in` computes it.
    query("update book set price_cents = (price_cents * $1 + $2 / 2) / $2")
        .bind(after.scale())
        .bind(before.scale())
        .execute(connection)
        .await?;
    change_file_prices(connection, [before, after], conversion).await?;
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
    let books = small(i64::try_from(prices.len()).unwrap_or(i64::MAX))?;
    Ok(Ok(Rewritten { books, rounded }))
}

/// Does the same to the catalogue file's price of each book that has another one from the desk.
async fn change_file_prices<C: Connection>(
    connection: &mut C,
    [before, after]: [Currency; 2],
    conversion: PriceConversion,
) -> Result<(), StoreError> {
    let (known, write) = match C::DIALECT {
        Dialect::Sqlite => (
            "select id, sources from book
             where json_extract(sources, '$.fields.price.desk.file') is not null",
            "update book set sources = new.value ->> 1
             from json_each($1) as new where book.id = new.value ->> 0",
        ),
        Dialect::Postgres => (
            "select id, sources from book
             where sources::json #>> '{fields,price,desk,file}' is not null",
            "update book set sources = new.value ->> 1
             from json_array_elements($1::text::json) as new (value)
             where book.id = (new.value ->> 0)::bigint",
        ),
    };
    let known: Vec<(i64, String)> = query(known).fetch_all(connection).await?;
    let mut changed: Vec<Value> = Vec::new();
    for (book, text) in known {
        let mut sources = sources(Some(&text))?;
        if sources.change_currency(before, after, conversion) {
            changed.push(json!([book, sources_json(&sources)]));
        }
    }
    if !changed.is_empty() {
        query(write)
            .bind(Value::from(changed).to_string())
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Whether a cart shows a copy at its price, or one was ever ordered or sold. What is gone from the
/// tables of orders and receipts is in the ledger.
const IN_USE: &str = "select case when exists (
            select 1 from hold where state in ('active', 'lapsed'))
        or exists (select 1 from shop_order)
        or exists (select 1 from receipt)
        or exists (select 1 from movement where kind in (
            'ordered', 'collected', 'cancelled', 'overdue', 'sold', 'returned'))
    then cast(1 as bigint) else cast(0 as bigint) end";

/// Whether an import of books has read prices that it has not applied yet. In another currency, a
/// price of the file may be none.
const IMPORTING: &str = "select case when exists (select 1 from import_job
        where kind = 'books' and state in ('checking', 'ready', 'applying'))
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

/// Keeps other instances from adding books, and locks all that there are, in order, so that no copy
/// goes into a cart meanwhile. In SQLite nobody else writes.
async fn lock<C: Connection>(connection: &mut C) -> Result<(), StoreError> {
    if C::DIALECT == Dialect::Postgres {
        // One statement may take as long as the whole change.
        query("set local statement_timeout = '60s'")
            .execute(connection)
            .await?;
        // Batches take these locks in the same order.
        query("select pg_advisory_xact_lock($1)")
            .bind(NAMES_LOCK)
            .execute(connection)
            .await?;
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

/// Counts the prices that are rounded, or names the first book whose price the new currency does not
/// have.
fn count_rounded(
    prices: &[(String, i64)],
    [before, after]: [Currency; 2],
    conversion: PriceConversion,
) -> Result<Result<u32, CurrencyRefusal>, StoreError> {
    let mut rounded = 0;
    for (book, cents) in prices {
        let known: Price = price(*cents)?;
        match known.with_number_in(before, after, conversion) {
            Ok(_) => {
                let kept = known.with_number_in(before, after, PriceConversion::Keep);
                rounded += u32::from(kept.is_err());
            }
            Err(InvalidPrice::TooHigh) => return Ok(Err(CurrencyRefusal::TooHigh(slug(book)?))),
            Err(InvalidPrice::TooManyDecimals | InvalidPrice::NotAnAmount) => {
                return Ok(Err(CurrencyRefusal::DoesNotFit(slug(book)?)));
            }
        }
    }
    Ok(Ok(rounded))
}
