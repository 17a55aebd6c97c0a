//! What the desk asks of PostgreSQL.

use async_trait::async_trait;
use sqlx::{PgConnection, PgPool};

use super::in_time;
use crate::{Backroom, Claims};

crate::backroom::backroom!(
    PgConnection,
    "select order_id, slug, quantity, order_line.price_cents
     from order_line join book on book.id = order_line.book_id
     where order_id in (select id::bigint from json_array_elements_text($1::text::json) as wanted (id))
     order by order_id, slug"
);

/// The desk's questions.
pub(super) struct Questions(pub(super) PgPool);

const SNAPSHOT: &str = "begin isolation level repeatable read read only";

#[async_trait]
impl Backroom for Questions {
    async fn orders(&self, search: &OrderSearch) -> Result<Vec<Order>, StoreError> {
        in_time(async { orders(&mut *self.0.begin_with(SNAPSHOT).await?, search).await }).await
    }

    async fn stocks(&self, books: &[Slug]) -> Result<Vec<(Slug, Stock)>, StoreError> {
        let wanted: Vec<&str> = books.iter().map(Slug::as_str).collect();
        let reading = async {
            let rows: Vec<StockOfBook> = sqlx::query_as(
                "select slug, on_hand, held, allocated, version
                 from book join stock on stock.book_id = book.id where slug = any($1)",
            )
            .bind(wanted)
            .fetch_all(&self.0)
            .await?;
            stocks_of(rows)
        };
        in_time(reading).await
    }

    async fn claims(&self, book: &Slug, most: u32) -> Result<Claims, StoreError> {
        let reading = async {
            let mut snapshot = self.0.begin_with(SNAPSHOT).await?;
            let now: i64 = sqlx::query_scalar("select shop_now()")
                .fetch_one(&mut *snapshot)
                .await?;
            claims(&mut snapshot, book, timestamp(now)?, most).await
        };
        in_time(reading).await
    }

    async fn withdrawn(&self, most: u32) -> Result<Vec<(Slug, String)>, StoreError> {
        in_time(async { withdrawn(&mut *self.0.acquire().await?, most).await }).await
    }

    async fn falling(&self, since: Timestamp, most: usize) -> Result<Vec<Falling>, StoreError> {
        in_time(async { falling(&mut *self.0.acquire().await?, since, most).await }).await
    }

    async fn now(&self) -> Result<Timestamp, StoreError> {
        let reading = async {
            let now = sqlx::query_scalar("select shop_now()");
            timestamp(now.fetch_one(&self.0).await?)
        };
        in_time(reading).await
    }
}
