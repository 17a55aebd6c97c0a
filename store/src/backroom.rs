//! What those who work in the shop ask, and shoppers never do: which orders there are, and who
//! has a claim on a book's copies.

use async_trait::async_trait;
use shop::{Hold, Order, OrderCode, Slug, Stock, Timestamp};

use crate::{
    StoreError,
    catalogue::fold,
    rows::{LineRow, OrderRow},
};

/// Which orders somebody wants to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrdersOf {
    /// Those that wait to be collected, the soonest due first.
    #[default]
    Open,
    /// Those that were placed or closed since a moment, the newest first.
    Since(Timestamp),
    /// Those that nobody collected in time, the newest first.
    Overdue,
    /// All, the newest first.
    All,
}

/// Orders that are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderSearch {
    /// Which of them.
    pub of: OrdersOf,
    /// A part of the name or of the address or number that they were given, whatever its case
    /// and accents.
    pub contact: Option<String>,
    /// At most so many.
    pub most: u32,
}

/// Who has a claim on a book's copies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The copies as they are.
    pub stock: Stock,
    /// What is in carts or offered, what ends first first; at most so many as were asked for.
    pub holds: Vec<Hold>,
    /// Open orders with it: the code, how many copies, until when.
    pub orders: Vec<(OrderCode, u32, Timestamp)>,
    /// The moment, by the store's clock.
    pub now: Timestamp,
}

/// A book of which fewer copies are free than a while ago.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Falling {
    /// Which book.
    pub book: Slug,
    /// Its title.
    pub title: String,
    /// How many copies are free now.
    pub available: u32,
    /// How many fewer that is than then.
    pub fewer: u32,
}

/// What the desk asks. Cheap to share as an object, like the store itself.
#[async_trait]
pub trait Backroom: Send + Sync + 'static {
    /// Orders, each with its lines.
    async fn orders(&self, search: &OrderSearch) -> Result<Vec<Order>, StoreError>;

    /// The copies of these books, for those that there are.
    async fn stocks(&self, books: &[Slug]) -> Result<Vec<(Slug, Stock)>, StoreError>;

    /// Who has a claim on a book's copies, at most so many of each kind.
    ///
    /// # Errors
    /// [`shop::Refusal::NoSuchBook`].
    async fn claims(&self, book: &Slug, most: u32) -> Result<Claims, StoreError>;

    /// The books that are withdrawn, by title, at most so many.
    async fn withdrawn(&self, most: u32) -> Result<Vec<(Slug, String)>, StoreError>;

    /// Books that are sold and of which fewer copies are free than at that moment; those that
    /// soonest run out, if it goes on like that, first.
    async fn falling(&self, since: Timestamp, most: usize) -> Result<Vec<Falling>, StoreError>;

    /// The moment, by the store's clock.
    async fn now(&self) -> Result<Timestamp, StoreError>;
}

impl std::fmt::Debug for dyn Backroom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Backroom")
    }
}

impl Falling {
    /// How many times as long as it took to fall so far it takes to run out.
    #[must_use]
    pub fn lasts(&self) -> f64 {
        f64::from(self.available) / f64::from(self.fewer.max(1))
    }
}

/// The questions, in words that both databases understand, for a connection of either kind.
macro_rules! backroom {
    ($connection:ty, $lines_of_orders:literal) => {
        use std::collections::HashMap;

        use futures_util::TryStreamExt;
        use shop::{Hold, Order, OrderCode, OrderLine, Refusal, Slug, Stock, Timestamp};

        use $crate::{
            Falling, OrderSearch, OrdersOf, StoreError,
            backroom::{LineOfOrder, StockOfBook, orders_where, reads},
            rows::{HoldRow, OrderRow, StockRow, millis, slug, small, timestamp},
        };

        pub(super) async fn orders(
            connection: &mut $connection,
            search: &OrderSearch,
        ) -> Result<Vec<Order>, StoreError> {
            let (statement, since) = match search.of {
                OrdersOf::Open => (
                    orders_where!("state = 'placed'", "collect_by, placed_at desc, id desc"),
                    None,
                ),
                OrdersOf::Since(since) => (
                    orders_where!("(placed_at >= $3 or closed_at >= $3)", "placed_at desc, id desc"),
                    Some(millis(since)),
                ),
                OrdersOf::Overdue => (
                    orders_where!("state = 'overdue'", "placed_at desc, id desc"),
                    None,
                ),
                OrdersOf::All => (orders_where!("true", "placed_at desc, id desc"), None),
            };
            // What a name says in lower case the databases do not agree on: it is looked for here.
            let limit = match search.contact {
                None => i64::from(search.most),
                Some(_) => i64::MAX,
            };
            let mut asking = sqlx::query_as::<_, OrderRow>(statement)
                .bind(limit)
                .bind(i64::from(search.contact.is_some()));
            if let Some(since) = since {
                asking = asking.bind(since);
            }
            let mut rows = Vec::new();
            let mut found = asking.fetch(&mut *connection);
            while rows.len() < search.most as usize
                && let Some(row) = found.try_next().await?
            {
                if search.contact.as_deref().is_none_or(|part| reads(&row, part)) {
                    rows.push(row);
                }
            }
            drop(found);
            let mut lines = lines(connection, &rows).await?;
            let orders = rows.into_iter();
            orders
                .map(|row| {
                    let lines = lines.remove(&row.id).unwrap_or_default();
                    row.with_lines(lines)
                })
                .collect()
        }

        /// The lines of all of these orders.
        async fn lines(
            connection: &mut $connection,
            orders: &[OrderRow],
        ) -> Result<HashMap<i64, Vec<OrderLine>>, StoreError> {
            let ids: Vec<i64> = orders.iter().map(|order| order.id).collect();
            let rows: Vec<LineOfOrder> = sqlx::query_as($lines_of_orders)
                .bind(serde_json::json!(ids).to_string())
                .fetch_all(connection)
                .await?;
            let mut lines: HashMap<i64, Vec<OrderLine>> = HashMap::new();
            for row in rows {
                lines.entry(row.order_id).or_default().push(row.line.try_into()?);
            }
            Ok(lines)
        }

        pub(super) async fn stock(
            connection: &mut $connection,
            book: &Slug,
        ) -> Result<Option<Stock>, StoreError> {
            let row: Option<StockRow> = sqlx::query_as(
                "select on_hand, held, allocated, version
                 from book join stock on stock.book_id = book.id where slug = $1",
            )
            .bind(book.as_str())
            .fetch_optional(connection)
            .await?;
            row.map(Stock::try_from).transpose()
        }

        pub(super) async fn holds(
            connection: &mut $connection,
            book: &Slug,
            now: Timestamp,
            most: u32,
        ) -> Result<Vec<Hold>, StoreError> {
            let rows: Vec<HoldRow> = sqlx::query_as(
                "select hold.id, shopper, slug, quantity, hold.price_cents, created_at, expires_at,
                        state, offered, taken_back
                 from hold join book on book.id = hold.book_id
                 where slug = $1 and state = 'active' and expires_at > $2
                 order by expires_at, hold.id limit $3",
            )
            .bind(book.as_str())
            .bind(millis(now))
            .bind(i64::from(most))
            .fetch_all(connection)
            .await?;
            rows.into_iter().map(Hold::try_from).collect()
        }

        pub(super) async fn open_orders(
            connection: &mut $connection,
            book: &Slug,
            most: u32,
        ) -> Result<Vec<(OrderCode, u32, Timestamp)>, StoreError> {
            let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
                "select code, quantity, collect_by
                 from shop_order join order_line on order_id = shop_order.id
                 join book on book.id = order_line.book_id
                 where slug = $1 and state = 'placed' order by collect_by, shop_order.id limit $2",
            )
            .bind(book.as_str())
            .bind(i64::from(most))
            .fetch_all(connection)
            .await?;
            rows.into_iter()
                .map(|(code, copies, until)| {
                    let code = OrderCode::from_bits(code.cast_unsigned());
                    Ok((code, small(copies)?, timestamp(until)?))
                })
                .collect()
        }

        /// The same on one snapshot.
        pub(super) async fn claims(
            snapshot: &mut $connection,
            book: &Slug,
            now: Timestamp,
            most: u32,
        ) -> Result<$crate::Claims, StoreError> {
            let stock = stock(snapshot, book).await?;
            Ok($crate::Claims {
                stock: stock.ok_or_else(|| Refusal::NoSuchBook(book.clone()))?,
                holds: holds(snapshot, book, now, most).await?,
                orders: open_orders(snapshot, book, most).await?,
                now,
            })
        }

        pub(super) async fn withdrawn(
            connection: &mut $connection,
            most: u32,
        ) -> Result<Vec<(Slug, String)>, StoreError> {
            let rows: Vec<(String, String)> = sqlx::query_as(
                "select slug, title from book where withdrawn = 1 order by title, id limit $1",
            )
            .bind(i64::from(most))
            .fetch_all(connection)
            .await?;
            rows.into_iter()
                .map(|(book, title)| Ok((slug(&book)?, title)))
                .collect()
        }

        /// What came onto the shelf as a new book is no change. Of the ledger only what has
        /// happened since is read, and all of it: a title that falls is found among however
        /// many of which there are few.
        pub(super) async fn falling(
            connection: &mut $connection,
            since: Timestamp,
            most: usize,
        ) -> Result<Vec<Falling>, StoreError> {
            let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(
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
            .bind(i64::try_from(most).unwrap_or(i64::MAX))
            .fetch_all(connection)
            .await?;
            let mut falling = Vec::new();
            for (book, title, available, fewer) in rows {
                falling.push(Falling {
                    book: slug(&book)?,
                    title,
                    available: small(available)?,
                    fewer: small(fewer)?,
                });
            }
            Ok(falling)
        }

        fn stocks_of(rows: Vec<StockOfBook>) -> Result<Vec<(Slug, Stock)>, StoreError> {
            let stocks = rows.into_iter();
            stocks
                .map(|row| Ok((slug(&row.slug)?, row.stock.try_into()?)))
                .collect()
        }
    };
}
pub(crate) use backroom;

#[derive(sqlx::FromRow)]
pub(crate) struct StockOfBook {
    pub(crate) slug: String,
    #[sqlx(flatten)]
    pub(crate) stock: crate::rows::StockRow,
}

#[derive(sqlx::FromRow)]
pub(crate) struct LineOfOrder {
    pub(crate) order_id: i64,
    #[sqlx(flatten)]
    pub(crate) line: LineRow,
}

/// The question for orders of one kind, in one order: plain words, so that an index serves it.
/// Of those that have no name any more none is found by one.
macro_rules! orders_where {
    ($so:literal, $order:literal) => {
        concat!(
            "select id, code, shopper, name, reach, note, placed_at, collect_by, ready_at,
                    closed_at, state, version
             from shop_order where ",
            $so,
            " and ($2 = 0 or name is not null) order by ",
            $order,
            " limit $1"
        )
    };
}
pub(crate) use orders_where;

/// Whether an order's name, address or number has such a part, however it is written.
pub(crate) fn reads(order: &OrderRow, part: &str) -> bool {
    let part = fold(part.trim());
    let said = [&order.name, &order.reach].into_iter().flatten();
    said.into_iter().any(|said| fold(said).contains(&part))
}
