//! SQL for the desk's queries.

use std::collections::HashMap;

use async_trait::async_trait;
use futures_util::TryStreamExt;
use shop::{Isbn, Order, OrderLine, Receipt, ReceiptCode, Slug, Stock, Timestamp};
use sqlx::FromRow;

use super::{
    Commitments, DeskReads, FallingStock, OrderFilter, OrderSearch, UpcomingSale,
    commitments::commitments,
};
use crate::{
    StoreError,
    catalogue::fold,
    receipts,
    rows::{LineRow, OrderRow, StockRow, millis, slug, small, timestamp},
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

    async fn book_with_isbn(&self, isbn: &Isbn) -> Result<Option<Slug>, StoreError> {
        let reading = async {
            let found: Option<String> =
                query("select slug from book where isbn = $1 order by id limit 1")
                    .bind(isbn.as_str())
                    .fetch_optional_scalar(&mut *self.0.reader().await?)
                    .await?;
            found.as_deref().map(slug).transpose()
        };
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

/// The statement that selects orders. The condition is a literal, so that an index can be used. An
/// order whose contact was erased is not found by its contact.
macro_rules! select_orders {
    ($condition:literal, $order:literal) => {
        concat!(
            "select id, code, shopper, name, reach, note, language, placed_at, collect_by, ready_at,
                    closed_at, state, version, mail_failed
             from shop_order where ",
            $condition,
            " and ($2 = 0 or name is not null) order by ",
            $order,
            " limit $1"
        )
    };
}

async fn orders<C: Connection>(
    connection: &mut C,
    search: &OrderSearch,
) -> Result<Vec<Order>, StoreError> {
    let statement = match search.filter {
        OrderFilter::Open => {
            select_orders!("state = 'placed'", "collect_by, placed_at desc, id desc")
        }
        OrderFilter::Since(_) => select_orders!(
            "(placed_at >= $3 or closed_at >= $3)",
            "placed_at desc, id desc"
        ),
        OrderFilter::Overdue => select_orders!("state = 'overdue'", "placed_at desc, id desc"),
        OrderFilter::All => select_orders!("true", "placed_at desc, id desc"),
    };
    // The databases lower-case differently, so contacts are compared here.
    let limit = match search.contact {
        None => i64::from(search.limit),
        Some(_) => i64::MAX,
    };
    let mut query = query(statement).bind(limit).bind(search.contact.is_some());
    if let OrderFilter::Since(since) = search.filter {
        query = query.bind(millis(since));
    }
    let mut rows: Vec<OrderRow> = Vec::new();
    let mut found = query.fetch(connection);
    while rows.len() < search.limit as usize
        && let Some(row) = found.try_next().await?
    {
        let contact = search.contact.as_deref();
        if contact.is_none_or(|part| contact_contains(&row, part)) {
            rows.push(row);
        }
    }
    drop(found);
    let mut lines = lines(connection, &rows).await?;
    rows.into_iter()
        .map(|row| {
            let lines = lines.remove(&row.id).unwrap_or_default();
            row.with_lines(lines)
        })
        .collect()
}

/// Whether an order's name or contact contains a text, regardless of case and accents.
fn contact_contains(order: &OrderRow, part: &str) -> bool {
    let part = fold(part.trim());
    let contact = [&order.name, &order.reach].into_iter().flatten();
    contact.into_iter().any(|text| fold(text).contains(&part))
}

/// The lines of these orders, by order id.
async fn lines<C: Connection>(
    connection: &mut C,
    orders: &[OrderRow],
) -> Result<HashMap<i64, Vec<OrderLine>>, StoreError> {
    #[derive(FromRow)]
    struct Row {
        order_id: i64,
        #[sqlx(flatten)]
        line: LineRow,
    }
    let ids: Vec<i64> = orders.iter().map(|order| order.id).collect();
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "select order_id, slug, quantity, order_line.price_cents
             from json_each($1) as wanted
             cross join order_line on order_id = wanted.value
             cross join book on book.id = order_line.book_id
             order by order_id, slug"
        }
        Dialect::Postgres => {
            "select order_id, slug, quantity, order_line.price_cents
             from order_line join book on book.id = order_line.book_id
             where order_id = any($1)
             order by order_id, slug"
        }
    };
    let rows: Vec<Row> = query(statement).bind(ids).fetch_all(connection).await?;
    let mut lines: HashMap<i64, Vec<OrderLine>> = HashMap::new();
    for row in rows {
        let of_order = lines.entry(row.order_id).or_default();
        of_order.push(row.line.try_into()?);
    }
    Ok(lines)
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
