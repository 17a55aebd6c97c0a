//! SQL for the books' pages at the desk.

use std::sync::Arc;

use async_trait::async_trait;
use shop::{Act, Isbn, Level, Movement, Refusal, Slug, StaffName, Timestamp};
use sqlx::FromRow;

use super::{BookDesk, DescribedBook, LowStock};
use crate::{
    Change, Feed, StoreError,
    feed::Publish,
    imports::{NewCover, sql::covers},
    journal,
    rows::{BookRow, slug, small, sources},
    sql::{Backend, Connection, Dialect, query},
};

/// The books' pages at the desk, for both databases.
pub(crate) struct SqlBookDesk<B> {
    pub(crate) backend: B,
    pub(crate) feed: Arc<Feed>,
    /// Called with each change after its commit.
    pub(crate) publish: Publish,
}

#[async_trait]
impl<B: Backend> BookDesk for SqlBookDesk<B> {
    async fn described(&self, book: &Slug) -> Result<DescribedBook, StoreError> {
        let reading = async { described(&mut *self.backend.reader().await?, book).await };
        self.backend.in_time(reading).await
    }

    async fn with_isbn(&self, isbn: &Isbn) -> Result<Option<Slug>, StoreError> {
        let reading = async {
            let found: Option<String> =
                query("select slug from book where isbn = $1 order by withdrawn, id limit 1")
                    .bind(isbn.as_str())
                    .fetch_optional_scalar(&mut *self.backend.reader().await?)
                    .await?;
            found.as_deref().map(slug).transpose()
        };
        self.backend.in_time(reading).await
    }

    async fn reorder_points(&self, books: &[Slug]) -> Result<Vec<(Slug, u32)>, StoreError> {
        let reading = async { reorder_points(&mut *self.backend.reader().await?, books).await };
        self.backend.in_time(reading).await
    }

    async fn low_stock(&self, most: u32) -> Result<Vec<LowStock>, StoreError> {
        let reading = async { low_stock(&mut *self.backend.reader().await?, most).await };
        self.backend.in_time(reading).await
    }

    async fn set_reorder_point(
        &self,
        book: &Slug,
        copies: Option<u32>,
        by: &StaffName,
    ) -> Result<(), StoreError> {
        let (book, by) = (book.clone(), by.clone());
        self.backend
            .write(move |connection, now| {
                Box::pin(set_reorder_point(connection, now, book, copies, by))
            })
            .await
    }

    async fn set_cover(
        &self,
        book: &Slug,
        cover: NewCover,
        by: &StaffName,
    ) -> Result<(), StoreError> {
        let (book, by) = (book.clone(), by.clone());
        let (publish, epoch) = (Arc::clone(&self.publish), self.feed.epoch());
        // The job publishes the change itself, because the caller may stop waiting for it.
        self.backend
            .write(move |connection, now| {
                Box::pin(async move {
                    let level = set_cover(connection, now, book, cover, by).await?;
                    if let Some(level) = level {
                        publish(&epoch, Change::Level(level));
                    }
                    Ok(())
                })
            })
            .await
    }
}

async fn described<C: Connection>(
    connection: &mut C,
    book: &Slug,
) -> Result<DescribedBook, StoreError> {
    #[derive(FromRow)]
    struct Row {
        #[sqlx(flatten)]
        book: BookRow,
        sources: Option<String>,
        reorder_point: Option<i64>,
    }
    let row: Option<Row> = query(
        "select slug, title, author, isbn, facts, sources, description, cover_alt,
                price_cents as book_price_cents, reorder_point
         from book where slug = $1",
    )
    .bind(book.as_str())
    .fetch_optional(connection)
    .await?;
    let row = row.ok_or_else(|| Refusal::NoSuchBook(book.clone()))?;
    Ok(DescribedBook {
        book: row.book.try_into()?,
        sources: sources(row.sources.as_deref())?,
        reorder_point: row.reorder_point.map(small).transpose()?,
    })
}

async fn reorder_points<C: Connection>(
    connection: &mut C,
    books: &[Slug],
) -> Result<Vec<(Slug, u32)>, StoreError> {
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "select slug, reorder_point from json_each($1) as wanted
             cross join book on book.slug = wanted.value
             where reorder_point is not null"
        }
        Dialect::Postgres => {
            "select slug, reorder_point from book
             where slug = any($1) and reorder_point is not null"
        }
    };
    let wanted: Vec<&str> = books.iter().map(Slug::as_str).collect();
    let rows: Vec<(String, i64)> = query(statement).bind(wanted).fetch_all(connection).await?;
    rows.into_iter()
        .map(|(book, copies)| Ok((slug(&book)?, small(copies)?)))
        .collect()
}

async fn low_stock<C: Connection>(
    connection: &mut C,
    most: u32,
) -> Result<Vec<LowStock>, StoreError> {
    let rows: Vec<(String, String, i64, i64)> = query(
        "select slug, title, on_hand - held - allocated as available, reorder_point
         from book join stock on stock.book_id = book.id
         where reorder_point is not null and withdrawn = 0
           and on_hand - held - allocated <= reorder_point
         order by on_hand - held - allocated - reorder_point, slug
         limit $1",
    )
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(book, title, available, reorder_point)| {
            Ok(LowStock {
                book: slug(&book)?,
                title,
                available: small(available)?,
                reorder_point: small(reorder_point)?,
            })
        })
        .collect()
}

async fn set_reorder_point<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    book: Slug,
    copies: Option<u32>,
    by: StaffName,
) -> Result<(), StoreError> {
    let mut transaction = connection.begin_write().await?;
    if C::DIALECT == Dialect::Postgres {
        // Of two instances that set it at the same time, the second waits here. The catalogue is
        // locked before the book, as by every change of a book (migration 0005): in another order,
        // two changes could wait for each other.
        query("select revision from catalogue for update")
            .execute(&mut *transaction)
            .await?;
    }
    let before: Option<Option<i64>> = query("select reorder_point from book where slug = $1")
        .bind(book.as_str())
        .fetch_optional_scalar(&mut *transaction)
        .await?;
    let before = before.ok_or_else(|| Refusal::NoSuchBook(book.clone()))?;
    let before = before.map(small).transpose()?;
    if before == copies {
        return Ok(());
    }
    query("update book set reorder_point = $2 where slug = $1")
        .bind(book.as_str())
        .bind(copies.map(i64::from))
        .execute(&mut *transaction)
        .await?;
    let act = Act::ReorderPointSet {
        book,
        before,
        copies,
    };
    journal::write(&mut *transaction, now, Some(&by), act).await?;
    transaction.commit().await?;
    Ok(())
}

/// Returns the book's new level; `None` if this cover was set at the desk already.
async fn set_cover<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    book: Slug,
    cover: NewCover,
    by: StaffName,
) -> Result<Option<Level>, StoreError> {
    let mut transaction = connection.begin_write().await?;
    let known: Option<(Vec<u8>, i64)> =
        query("select source, from_desk from cover join book on book.id = book_id where slug = $1")
            .bind(book.as_str())
            .fetch_optional(&mut *transaction)
            .await?;
    if known.is_some_and(|(source, from_desk)| from_desk == 1 && source == cover.source) {
        return Ok(None);
    }
    let reason = Movement::PAGE.to_owned();
    let level = covers::put(&mut *transaction, now, &book, cover, true, reason).await?;
    let act = Act::CoverSet { book };
    journal::write(&mut *transaction, now, Some(&by), act).await?;
    transaction.commit().await?;
    Ok(level)
}
