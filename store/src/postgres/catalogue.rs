//! The rows of the catalogue, read from the database.

use std::time::Duration;

use shop::Slug;
use sqlx::{FromRow, PgPool};

use super::{in_time, within};
use crate::{
    ShelfBook, StoreError,
    catalogue::{Line, Rows},
    rows::{LineOfCatalogue, ShelfRow, large, named},
};

/// A large catalogue takes its time when an instance reads it for the first time.
const ALL_WITHIN: Duration = Duration::from_secs(120);

impl Rows for PgPool {
    async fn revision(&self) -> Result<i64, StoreError> {
        in_time(async {
            Ok(sqlx::query_scalar("select revision from catalogue")
                .fetch_one(self)
                .await?)
        })
        .await
    }

    async fn since(&self, revision: i64) -> Result<Vec<Line>, StoreError> {
        within(ALL_WITHIN, async {
            let rows: Vec<LineOfCatalogue> = sqlx::query_as(
                "select id, title, author, isbn, price_cents, withdrawn from book where revision > $1 order by id",
            )
            .bind(revision)
            .fetch_all(self)
            .await?;
            Ok(rows.into_iter().map(Line::from).collect())
        })
        .await
    }

    async fn available(&self) -> Result<Vec<i64>, StoreError> {
        in_time(async {
            let ids: Option<Vec<i64>> = sqlx::query_scalar(
                "select array_agg(book_id) from stock where on_hand - held - allocated > 0",
            )
            .fetch_one(self)
            .await?;
            Ok(ids.unwrap_or_default())
        })
        .await
    }

    async fn books(&self, ids: &[i64]) -> Result<Vec<(i64, ShelfBook)>, StoreError> {
        #[derive(FromRow)]
        struct Row {
            id: i64,
            #[sqlx(flatten)]
            shelf: ShelfRow,
        }
        in_time(async {
            let rows: Vec<Row> = sqlx::query_as(
                "select id, slug, title, author, isbn, description, cover_alt,
                        price_cents as book_price_cents, opens_at, limit_per_shopper, withdrawn,
                    on_hand, held, allocated, version
                 from book join stock on stock.book_id = book.id
                 where id = any($1)",
            )
            .bind(ids)
            .fetch_all(self)
            .await?;
            let books = rows
                .into_iter()
                .map(|row| Ok((row.id, row.shelf.try_into()?)));
            books.collect()
        })
        .await
    }
}

/// The books from a number on, each with its number, at most so many.
pub(super) async fn names(
    reads: &PgPool,
    from: u64,
    most: u32,
) -> Result<Vec<(u64, Slug)>, StoreError> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "select id, slug from book where id >= $1 and withdrawn = 0 order by id limit $2",
    )
    .bind(from.cast_signed())
    .bind(i64::from(most))
    .fetch_all(reads)
    .await?;
    named(rows)
}

pub(super) async fn last_number(reads: &PgPool) -> Result<u64, StoreError> {
    let last: Option<i64> = sqlx::query_scalar("select max(id) from book")
        .fetch_one(reads)
        .await?;
    large(last.unwrap_or(0))
}
