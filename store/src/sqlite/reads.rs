//! Questions to the data that change nothing. None waits for a write.

use shop::{Book, Level, Price, ShopperId, Slug, Stock};
use sqlx::{FromRow, SqliteExecutor, SqlitePool};

use crate::{ShelfBook, StoreError};

#[derive(FromRow)]
struct BookRow {
    slug: String,
    title: String,
    author: String,
    description: String,
    cover_alt: String,
    price_cents: u32,
    #[sqlx(flatten)]
    stock: StockRow,
}

/// The columns of `stock` that make a [`Stock`].
#[derive(FromRow)]
pub(super) struct StockRow {
    on_hand: u32,
    held: u32,
    version: u64,
}

impl From<StockRow> for Stock {
    fn from(row: StockRow) -> Self {
        Self {
            on_hand: row.on_hand,
            held: row.held,
            version: row.version,
        }
    }
}

impl TryFrom<BookRow> for ShelfBook {
    type Error = StoreError;

    fn try_from(row: BookRow) -> Result<Self, StoreError> {
        let slug = slug(&row.slug)?;
        Ok(Self {
            level: Stock::from(row.stock).level(slug.clone()),
            book: Book {
                slug,
                title: row.title,
                author: row.author,
                description: row.description,
                cover_alt: row.cover_alt,
                price: Price::from_cents(row.price_cents),
            },
        })
    }
}

pub(super) async fn shelf(reads: &SqlitePool) -> Result<Vec<ShelfBook>, StoreError> {
    let rows: Vec<BookRow> = sqlx::query_as(
        "select slug, title, author, description, cover_alt, price_cents, on_hand, held, version
         from book join stock on stock.book_id = book.id
         order by book.id",
    )
    .fetch_all(reads)
    .await?;
    rows.into_iter().map(ShelfBook::try_from).collect()
}

pub(super) async fn book(reads: &SqlitePool, book: &Slug) -> Result<ShelfBook, StoreError> {
    let row: Option<BookRow> = sqlx::query_as(
        "select slug, title, author, description, cover_alt, price_cents, on_hand, held, version
         from book join stock on stock.book_id = book.id
         where slug = ?",
    )
    .bind(book.as_str())
    .fetch_optional(reads)
    .await?;
    row.ok_or_else(|| StoreError::NoSuchBook(book.clone()))?
        .try_into()
}

pub(super) async fn levels(reads: &SqlitePool, books: &[Slug]) -> Result<Vec<Level>, StoreError> {
    // One snapshot for all of them.
    let mut snapshot = reads.begin().await?;
    let mut levels = Vec::with_capacity(books.len());
    for book in books {
        let (_, stock) = stock(&mut *snapshot, book).await?;
        levels.push(stock.level(book.clone()));
    }
    Ok(levels)
}

/// A book's row id and its stock. Also the writer's way to read what it changes.
pub(super) async fn stock(
    executor: impl SqliteExecutor<'_>,
    book: &Slug,
) -> Result<(i64, Stock), StoreError> {
    #[derive(FromRow)]
    struct Row {
        book_id: i64,
        #[sqlx(flatten)]
        stock: StockRow,
    }
    let row: Option<Row> = sqlx::query_as(
        "select book_id, on_hand, held, version
         from book join stock on stock.book_id = book.id
         where slug = ?",
    )
    .bind(book.as_str())
    .fetch_optional(executor)
    .await?;
    row.map(|row| (row.book_id, row.stock.into()))
        .ok_or_else(|| StoreError::NoSuchBook(book.clone()))
}

pub(super) async fn cart(reads: &SqlitePool, shopper: ShopperId) -> Result<Vec<Slug>, StoreError> {
    let slugs: Vec<String> = sqlx::query_scalar(
        "select slug from hold join book on book.id = hold.book_id
         where shopper = ? order by held_at, slug",
    )
    .bind(shopper.as_bytes().as_slice())
    .fetch_all(reads)
    .await?;
    slugs.iter().map(|text| slug(text)).collect()
}

pub(super) async fn cookie_secret(reads: &SqlitePool) -> Result<Vec<u8>, StoreError> {
    Ok(
        sqlx::query_scalar("select value from setting where name = 'cookie_secret'")
            .fetch_one(reads)
            .await?,
    )
}

fn slug(text: &str) -> Result<Slug, StoreError> {
    Slug::parse(text).map_err(|error| StoreError::Inconsistent(format!("{text:?}: {error}")))
}
