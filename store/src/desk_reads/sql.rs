//! SQL for the desk's queries.

use std::collections::HashMap;

use async_trait::async_trait;
use shop::{Order, Receipt, ReceiptCode, Slug, Stock, Timestamp};
use sqlx::FromRow;

use super::{
    BookName, Commitments, DeskReads, FallingStock, OpenOffer, OrderCounts, OrderSearch, ShortBook,
    UpcomingSale,
    commitments::commitments,
    day::{offers, order_counts, short_books},
    orders::orders,
};
use crate::{
    StoreError, receipts,
    rows::{StockRow, isbn, millis, slug, small, timestamp},
    sql::{Backend, Connection, Dialect, query},
};

/// The desk's queries, for both databases.
pub(crate) struct SqlDeskReads<B>(pub(crate) B);

#[async_trait]
impl<B: Backend> DeskReads for SqlDeskReads<B> {
    async fn orders(&self, search: &OrderSearch) -> Result<Vec<Order>, StoreError> {
        let reading = async { orders(&mut *self.0.snapshot().await?, search).await };
        self.0.in_time(reading).await
    }

    async fn order_counts(&self, ending_before: Timestamp) -> Result<OrderCounts, StoreError> {
        let reading = async { order_counts(&mut *self.0.reader().await?, ending_before).await };
        self.0.in_time(reading).await
    }

    async fn offers(&self, limit: u32) -> Result<Vec<OpenOffer>, StoreError> {
        let reading = async {
            let connection = &mut *self.0.reader().await?;
            let now = self.0.now(connection).await?;
            offers(connection, now, limit).await
        };
        self.0.in_time(reading).await
    }

    async fn short_books(
        &self,
        since: Timestamp,
        few: u32,
        limit: u32,
    ) -> Result<Vec<ShortBook>, StoreError> {
        let reading = async {
            let connection = &mut *self.0.reader().await?;
            let now = self.0.now(connection).await?;
            short_books(connection, since, now, few, limit).await
        };
        self.0.in_time(reading).await
    }

    async fn names(&self, books: &[Slug]) -> Result<HashMap<Slug, BookName>, StoreError> {
        let reading = async { names(&mut *self.0.reader().await?, books).await };
        self.0.in_time(reading).await
    }

    async fn stocks(&self, books: &[Slug]) -> Result<Vec<(Slug, Stock)>, StoreError> {
        let reading = async { stocks(&mut *self.0.reader().await?, books).await };
        self.0.in_time(reading).await
    }

    async fn commitments(&self, book: &Slug, limit: u32) -> Result<Commitments, StoreError> {
        let reading = async {
            let snapshot = &mut *self.0.snapshot().await?;
            let now = self.0.now(snapshot).await?;
            commitments(snapshot, book, limit, now).await
        };
        self.0.in_time(reading).await
    }

    async fn withdrawn(&self, limit: u32) -> Result<Vec<(Slug, String)>, StoreError> {
        let reading = async { withdrawn(&mut *self.0.reader().await?, limit).await };
        self.0.in_time(reading).await
    }

    async fn upcoming_sales(&self, limit: u32) -> Result<Vec<UpcomingSale>, StoreError> {
        let reading = async {
            let connection = &mut *self.0.reader().await?;
            let now = self.0.now(connection).await?;
            upcoming_sales(connection, now, limit).await
        };
        self.0.in_time(reading).await
    }

    async fn falling(
        &self,
        since: Timestamp,
        limit: usize,
    ) -> Result<Vec<FallingStock>, StoreError> {
        let reading = async { falling(&mut *self.0.reader().await?, since, limit).await };
        self.0.in_time(reading).await
    }

    async fn receipt(&self, code: ReceiptCode) -> Result<Option<Receipt>, StoreError> {
        let reading = async { receipts::read(&mut *self.0.reader().await?, code).await };
        self.0.in_time(reading).await
    }

    async fn now(&self) -> Result<Timestamp, StoreError> {
        let reading = async { self.0.now(&mut *self.0.reader().await?).await };
        self.0.in_time(reading).await
    }
}

async fn names<C: Connection>(
    connection: &mut C,
    books: &[Slug],
) -> Result<HashMap<Slug, BookName>, StoreError> {
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "select slug, title, author, isbn
             from json_each($1) as wanted cross join book on book.slug = wanted.value"
        }
        Dialect::Postgres => "select slug, title, author, isbn from book where slug = any($1)",
    };
    let wanted: Vec<&str> = books.iter().map(Slug::as_str).collect();
    let rows: Vec<(String, String, String, Option<String>)> =
        query(statement).bind(wanted).fetch_all(connection).await?;
    rows.into_iter()
        .map(|(book, title, author, number)| {
            let name = BookName {
                title,
                author,
                isbn: number.as_deref().map(isbn).transpose()?,
            };
            Ok((slug(&book)?, name))
        })
        .collect()
}

async fn stocks<C: Connection>(
    connection: &mut C,
    books: &[Slug],
) -> Result<Vec<(Slug, Stock)>, StoreError> {
    #[derive(FromRow)]
    struct Row {
        slug: String,
        #[sqlx(flatten)]
        stock: StockRow,
    }
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "select slug, on_hand, held, allocated, version, page
             from json_each($1) as wanted
             cross join book on book.slug = wanted.value
             cross join stock on stock.book_id = book.id"
        }
        Dialect::Postgres => {
            "select slug, on_hand, held, allocated, version, page
             from book join stock on stock.book_id = book.id where slug = any($1)"
        }
    };
    let wanted: Vec<&str> = books.iter().map(Slug::as_str).collect();
    let rows: Vec<Row> = query(statement).bind(wanted).fetch_all(connection).await?;
    rows.into_iter()
        .map(|row| Ok((slug(&row.slug)?, row.stock.try_into()?)))
        .collect()
}

async fn withdrawn<C: Connection>(
    connection: &mut C,
    limit: u32,
) -> Result<Vec<(Slug, String)>, StoreError> {
    let rows: Vec<(String, String)> =
        query("select slug, title from book where withdrawn = 1 order by title, id limit $1")
            .bind(limit)
            .fetch_all(connection)
            .await?;
    rows.into_iter()
        .map(|(book, title)| Ok((slug(&book)?, title)))
        .collect()
}

async fn upcoming_sales<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<UpcomingSale>, StoreError> {
    let rows: Vec<(String, String, i64)> = query(
        "select slug, title, opens_at from book
         where opens_at > $1 and withdrawn = 0 order by opens_at, id limit $2",
    )
    .bind(millis(now))
    .bind(limit)
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(book, title, opens_at)| {
            Ok(UpcomingSale {
                book: slug(&book)?,
                title,
                opens_at: timestamp(opens_at)?,
            })
        })
        .collect()
}

/// Finds the books whose available copies have fallen. Opening stock does not count as a change.
/// All of the ledger since that time is read, so that a title with few movements is found too.
async fn falling<C: Connection>(
    connection: &mut C,
    since: Timestamp,
    limit: usize,
) -> Result<Vec<FallingStock>, StoreError> {
    let rows: Vec<(String, String, i64, i64)> = query(
        "select slug, title, stock.on_hand - stock.held - stock.allocated as available, fewer
         from (select book_id, cast(sum(held + allocated - on_hand) as bigint) as fewer
               from movement where at >= $1 and kind <> 'opened'
               group by book_id having sum(held + allocated - on_hand) > 0) as fallen
         join book on book.id = fallen.book_id and withdrawn = 0
         join stock on stock.book_id = fallen.book_id
         order by (stock.on_hand - stock.held - stock.allocated) * 1.0 / fewer, slug
         limit $2",
    )
    .bind(millis(since))
    .bind(i64::try_from(limit).unwrap_or(i64::MAX))
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|(book, title, available, fewer)| {
            Ok(FallingStock {
                book: slug(&book)?,
                title,
                available: small(available)?,
                fewer: small(fewer)?,
            })
        })
        .collect()
}
