//! What the desk asks of the embedded store.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use sqlx::{SqliteConnection, SqlitePool};

use crate::{Backroom, Claims, Clock};

crate::backroom::backroom!(
    SqliteConnection,
    "select order_id, slug, quantity, order_line.price_cents
     from json_each($1) as wanted
     cross join order_line on order_id = wanted.value
     cross join book on book.id = order_line.book_id
     order by order_id, slug"
);

/// The desk's questions.
pub(super) struct Questions {
    pub(super) reads: SqlitePool,
    pub(super) clock: Arc<dyn Clock>,
}

#[async_trait]
impl Backroom for Questions {
    async fn orders(&self, search: &OrderSearch) -> Result<Vec<Order>, StoreError> {
        orders(&mut *self.reads.begin().await?, search).await
    }

    async fn stocks(&self, books: &[Slug]) -> Result<Vec<(Slug, Stock)>, StoreError> {
        let wanted = Value::from_iter(books.iter().map(Slug::as_str));
        let rows: Vec<StockOfBook> = sqlx::query_as(
            "select slug, on_hand, held, allocated, version
             from json_each($1) as wanted
             cross join book on book.slug = wanted.value
             cross join stock on stock.book_id = book.id",
        )
        .bind(wanted.to_string())
        .fetch_all(&self.reads)
        .await?;
        stocks_of(rows)
    }

    async fn claims(&self, book: &Slug, most: u32) -> Result<Claims, StoreError> {
        claims(
            &mut *self.reads.begin().await?,
            book,
            self.clock.now(),
            most,
        )
        .await
    }

    async fn withdrawn(&self, most: u32) -> Result<Vec<(Slug, String)>, StoreError> {
        withdrawn(&mut *self.reads.acquire().await?, most).await
    }

    async fn falling(&self, since: Timestamp, most: usize) -> Result<Vec<Falling>, StoreError> {
        falling(&mut *self.reads.acquire().await?, since, most).await
    }

    async fn now(&self) -> Result<Timestamp, StoreError> {
        Ok(self.clock.now())
    }
}
