//! The rows of the catalogue, read from the file.

use shop::Slug;
use sqlx::{FromRow, SqlitePool};

use crate::{
    ShelfBook, StoreError,
    catalogue::{Line, Rows},
    rows::{LineOfCatalogue, ShelfRow, large, named},
};

impl Rows for SqlitePool {
    async fn revision(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("select revision from catalogue")
            .fetch_one(self)
            .await?)
    }

    async fn since(&self, revision: i64) -> Result<Vec<Line>, StoreError> {
        let rows: Vec<LineOfCatalogue> = sqlx::query_as(
            "select id, title, author, isbn, price_cents, withdrawn from book where revision > ? order by id",
        )
        .bind(revision)
        .fetch_all(self)
        .await?;
        Ok(rows.into_iter().map(Line::from).collect())
    }

    async fn available(&self) -> Result<Vec<i64>, StoreError> {
        // In one piece: a row for each of many books takes longer on its way than to be found.
        let ids: Option<String> = sqlx::query_scalar(
            "select group_concat(book_id) from stock where on_hand - held - allocated > 0",
        )
        .fetch_one(self)
        .await?;
        let ids = ids.unwrap_or_default();
        let ids = ids.split(',').filter(|id| !id.is_empty()).map(str::parse);
        ids.collect::<Result<_, _>>()
            .map_err(|_| StoreError::Inconsistent("a book's number".to_owned()))
    }

    async fn books(&self, ids: &[i64]) -> Result<Vec<(i64, ShelfBook)>, StoreError> {
        #[derive(FromRow)]
        struct Row {
            id: i64,
            #[sqlx(flatten)]
            shelf: ShelfRow,
        }
        let ids = ids.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        let rows: Vec<Row> = sqlx::query_as(
            "select id, slug, title, author, isbn, description, cover_alt,
                    price_cents as book_price_cents, opens_at, limit_per_shopper, withdrawn,
                    on_hand, held, allocated, version
             from book join stock on stock.book_id = book.id
             where id in (select value from json_each(?))",
        )
        .bind(format!("[{ids}]"))
        .fetch_all(self)
        .await?;
        let books = rows
            .into_iter()
            .map(|row| Ok((row.id, row.shelf.try_into()?)));
        books.collect()
    }
}

/// The books from a number on, each with its number, at most so many.
pub(super) async fn names(
    reads: &SqlitePool,
    from: u64,
    most: u32,
) -> Result<Vec<(u64, Slug)>, StoreError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "select id, slug from book where id >= ? and withdrawn = 0 order by id limit ?",
    )
    .bind(from.cast_signed())
    .bind(most)
    .fetch_all(reads)
    .await?;
    named(rows)
}

pub(super) async fn last_number(reads: &SqlitePool) -> Result<u64, StoreError> {
    let last: Option<i64> = sqlx::query_scalar("select max(id) from book")
        .fetch_one(reads)
        .await?;
    large(last.unwrap_or(0))
}
