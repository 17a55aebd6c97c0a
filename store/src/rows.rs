//! The rows that SQL returns, and their conversion to values.
//!
//! Both databases store every number as a signed 64-bit integer, so one set of row types serves
//! both.

mod claims;

use std::time::Duration;

use serde::de::DeserializeOwned;
use shop::{
    Book, BookFacts, BookSources, HoldId, Isbn, Level, Movement, MovementKind, OrderId, Price,
    Quantity, ReceiptCode, Sale, ShopperId, Slug, Stock, Timestamp,
};
use sqlx::FromRow;

pub(crate) use self::claims::{CartRow, HoldRow, LineRow, OrderRow, WaitRow};
use crate::{ShelfBook, StoreError};

#[derive(FromRow)]
pub(crate) struct BookRow {
    slug: String,
    title: String,
    author: String,
    isbn: Option<String>,
    facts: Option<String>,
    description: String,
    cover_alt: String,
    /// The book's current price. The row may have a `price_cents` of its own.
    book_price_cents: i64,
}

impl TryFrom<BookRow> for Book {
    type Error = StoreError;

    fn try_from(row: BookRow) -> Result<Self, StoreError> {
        Ok(Self {
            slug: slug(&row.slug)?,
            title: row.title,
            author: row.author,
            isbn: row.isbn.as_deref().map(isbn).transpose()?,
            facts: facts(row.facts.as_deref())?,
            description: row.description,
            cover_alt: row.cover_alt,
            price: price(row.book_price_cents)?,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct StockRow {
    on_hand: i64,
    held: i64,
    allocated: i64,
    version: i64,
    page: i64,
}

/// The columns that make up a book's level.
#[derive(FromRow)]
pub(crate) struct LevelRow {
    slug: String,
    price_cents: i64,
    withdrawn: i64,
    #[sqlx(flatten)]
    stock: StockRow,
}

impl TryFrom<LevelRow> for Level {
    type Error = StoreError;

    fn try_from(row: LevelRow) -> Result<Self, StoreError> {
        let (stock, price) = (Stock::try_from(row.stock)?, price(row.price_cents)?);
        Ok(stock.level(slug(&row.slug)?, price, row.withdrawn == 1))
    }
}

impl TryFrom<StockRow> for Stock {
    type Error = StoreError;

    fn try_from(row: StockRow) -> Result<Self, StoreError> {
        Ok(Self {
            on_hand: small(row.on_hand)?,
            held: small(row.held)?,
            allocated: small(row.allocated)?,
            version: large(row.version)?,
            page: large(row.page)?,
        })
    }
}

/// A book's own terms of sale, and whether it is withdrawn.
#[derive(FromRow)]
pub(crate) struct SaleRow {
    pub(crate) opens_at: Option<i64>,
    pub(crate) limit_per_shopper: Option<i64>,
    pub(crate) withdrawn: i64,
}

impl TryFrom<SaleRow> for Sale {
    type Error = StoreError;

    fn try_from(row: SaleRow) -> Result<Self, StoreError> {
        Ok(Self {
            opens_at: row.opens_at.map(timestamp).transpose()?,
            limit: row.limit_per_shopper.map(small).transpose()?,
        })
    }
}

/// Converts rows to books with their numbers.
pub(crate) fn named(rows: Vec<(i64, String)>) -> Result<Vec<(u64, Slug)>, StoreError> {
    let named = rows.into_iter();
    named
        .map(|(id, name)| Ok((large(id)?, slug(&name)?)))
        .collect()
}

/// A book with its stock.
#[derive(FromRow)]
pub(crate) struct ShelfRow {
    #[sqlx(flatten)]
    book: BookRow,
    #[sqlx(flatten)]
    stock: StockRow,
    #[sqlx(flatten)]
    sale: SaleRow,
}

impl TryFrom<ShelfRow> for ShelfBook {
    type Error = StoreError;

    fn try_from(row: ShelfRow) -> Result<Self, StoreError> {
        let book = Book::try_from(row.book)?;
        let withdrawn = row.sale.withdrawn == 1;
        let stock = Stock::try_from(row.stock)?;
        let level = stock.level(book.slug.clone(), book.price, withdrawn);
        let sale = row.sale.try_into()?;
        Ok(Self {
            book,
            level,
            sale,
            withdrawn,
        })
    }
}

/// A row of the ledger.
#[derive(FromRow)]
pub(crate) struct MovementRow {
    slug: String,
    version: i64,
    kind: String,
    on_hand: i64,
    held: i64,
    allocated: i64,
    hold_id: Option<i64>,
    order_id: Option<i64>,
    reason: Option<String>,
    at: i64,
    counted_at: Option<i64>,
    receipt_id: Option<i64>,
}

impl TryFrom<MovementRow> for Movement {
    type Error = StoreError;

    fn try_from(row: MovementRow) -> Result<Self, StoreError> {
        let kind: MovementKind = row
            .kind
            .parse()
            .map_err(|error: shop::UnknownMovementKind| {
                StoreError::Inconsistent(error.to_string())
            })?;
        Ok(Self {
            book: slug(&row.slug)?,
            version: large(row.version)?,
            kind,
            on_hand: row.on_hand,
            held: row.held,
            allocated: row.allocated,
            hold: row.hold_id.map(large).transpose()?.map(HoldId),
            order: row.order_id.map(large).transpose()?.map(OrderId),
            receipt: row
                .receipt_id
                .map(large)
                .transpose()?
                .map(ReceiptCode::from_bits),
            reason: row.reason,
            at: timestamp(row.at)?,
            counted_at: row.counted_at.map(timestamp).transpose()?,
        })
    }
}

pub(crate) fn slug(text: &str) -> Result<Slug, StoreError> {
    Slug::parse(text).map_err(|error| StoreError::Inconsistent(format!("{text:?}: {error}")))
}

pub(crate) fn isbn(text: &str) -> Result<Isbn, StoreError> {
    Isbn::parse(text).map_err(|error| StoreError::Inconsistent(format!("{text:?}: {error}")))
}

/// The facts about a book, of which there may be none.
pub(crate) fn facts(text: Option<&str>) -> Result<BookFacts, StoreError> {
    json_or_default(text)
}

/// The sources of a book's fields, of which none may be known.
pub(crate) fn sources(text: Option<&str>) -> Result<BookSources, StoreError> {
    json_or_default(text)
}

fn json_or_default<T: DeserializeOwned + Default>(text: Option<&str>) -> Result<T, StoreError> {
    let value = text.map(serde_json::from_str::<T>).transpose();
    let value = value.map_err(|error| StoreError::Inconsistent(error.to_string()))?;
    Ok(value.unwrap_or_default())
}

/// The facts about a book as they are stored; `None` if there are none.
pub(crate) fn facts_json(facts: &BookFacts) -> Option<String> {
    let written = || serde_json::to_string(facts).expect("facts are plain data");
    (!facts.is_empty()).then(written)
}

/// The sources of a book's fields as they are stored.
pub(crate) fn sources_json(sources: &BookSources) -> String {
    serde_json::to_string(sources).expect("sources are plain data")
}

/// Parses a JSON array of slugs.
pub(crate) fn slugs(text: &str) -> Result<Vec<Slug>, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Inconsistent(error.to_string()))
}

pub(crate) fn shopper(bits: &[u8]) -> Result<ShopperId, StoreError> {
    let bits = bits
        .try_into()
        .map_err(|_| StoreError::Inconsistent("a shopper's id".to_owned()))?;
    Ok(ShopperId::from_bytes(bits))
}

pub(crate) fn quantity(copies: i64) -> Result<Quantity, StoreError> {
    Quantity::new(small(copies)?)
        .map_err(|error| StoreError::Inconsistent(format!("{copies}: {error}")))
}

pub(crate) fn price(cents: i64) -> Result<Price, StoreError> {
    small(cents).map(Price::from_cents)
}

pub(crate) fn timestamp(millis: i64) -> Result<Timestamp, StoreError> {
    large(millis).map(Timestamp::from_millis)
}

/// Converts a count.
pub(crate) fn small(number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| StoreError::Inconsistent(format!("a count of {number}")))
}

/// Converts a version or an id.
pub(crate) fn large(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Inconsistent(format!("a number {number}")))
}

/// A time as SQL stores it. It overflows in the year 292,278,994.
pub(crate) fn millis(at: Timestamp) -> i64 {
    i64::try_from(at.millis()).unwrap_or(i64::MAX)
}

/// A duration as SQL stores it, small enough to be added to a time.
pub(crate) fn duration_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 2)
}
