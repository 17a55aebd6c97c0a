//! Questions to the data that change nothing. None waits for a write.

use shop::{Level, Order, OrderCode, OrderLine, Refusal, ShopperId, Slug, Stock, Terms, Timestamp};
use sqlx::{SqliteConnection, SqlitePool};

use super::bulletin;
use crate::{
    Cart, Change, ShelfBook, Standing, StoreError, Topic,
    rows::{CartRow, LineRow, OrderRow, ShelfRow, StockRow, large, millis, slugs},
};

pub(super) async fn book(reads: &SqlitePool, book: &Slug) -> Result<ShelfBook, StoreError> {
    let row: Option<ShelfRow> = sqlx::query_as(
        "select slug, title, author, isbn, description, cover_alt, price_cents as book_price_cents,
                on_hand, held, allocated, version, opens_at, limit_per_shopper, withdrawn
         from book join stock on stock.book_id = book.id
         where slug = ?",
    )
    .bind(book.as_str())
    .fetch_optional(reads)
    .await?;
    row.ok_or_else(|| Refusal::NoSuchBook(book.clone()))?
        .try_into()
}

pub(super) async fn newest(
    reads: &SqlitePool,
    topics: &[Topic],
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    // One snapshot for all of them.
    let mut snapshot = reads.begin().await?;
    let mut newest = Vec::with_capacity(topics.len());
    for topic in topics {
        newest.push(newest_of(&mut snapshot, topic, now).await?);
    }
    Ok(newest)
}

/// One topic as it is now, on any connection.
pub(super) async fn newest_of(
    connection: &mut SqliteConnection,
    topic: &Topic,
    now: Timestamp,
) -> Result<Change, StoreError> {
    match topic {
        Topic::Book(book) => level(connection, book).await.map(Change::Level),
        Topic::Mine(shopper) => {
            let (shopper, number) = (*shopper, number(connection, *shopper).await?);
            Ok(Change::Mine { shopper, number })
        }
        Topic::Order(code) => {
            let version: Option<u64> =
                sqlx::query_scalar("select version from shop_order where code = ?")
                    .bind(code.bits().cast_signed())
                    .fetch_optional(connection)
                    .await?;
            let (code, version) = (*code, version.ok_or(Refusal::NoSuchOrder(*code))?);
            Ok(Change::Order { code, version })
        }
        Topic::News => {
            let in_force = bulletin::in_force(connection, now).await?;
            Ok(Change::News(in_force.news()))
        }
    }
}

async fn number(connection: &mut SqliteConnection, shopper: ShopperId) -> Result<u64, StoreError> {
    let number = sqlx::query_scalar("select number from shopper where id = ?")
        .bind(shopper.as_bytes().as_slice())
        .fetch_optional(connection)
        .await?;
    Ok(number.unwrap_or(0))
}

async fn level(connection: &mut SqliteConnection, book: &Slug) -> Result<Level, StoreError> {
    let row: Option<StockRow> = sqlx::query_as(
        "select on_hand, held, allocated, version
         from book join stock on stock.book_id = book.id
         where slug = ?",
    )
    .bind(book.as_str())
    .fetch_optional(connection)
    .await?;
    let row = row.ok_or_else(|| Refusal::NoSuchBook(book.clone()))?;
    Ok(Stock::try_from(row)?.level(book.clone()))
}

pub(super) async fn cart(
    reads: &SqlitePool,
    shopper: ShopperId,
    now: Timestamp,
) -> Result<Cart, StoreError> {
    if !has_been_here(reads, shopper).await? {
        return Ok(Cart {
            lines: Vec::new(),
            waits: Vec::new(),
            now,
            number: 0,
        });
    }
    let mut snapshot = reads.begin().await?;
    let (number, waits): (u64, String) = sqlx::query_as(
        "select coalesce((select number from shopper where id = ?1), 0),
                (select json_group_array(slug) from wait join book on book.id = wait.book_id
                 where wait.shopper = ?1 and ends_at > ?2)",
    )
    .bind(shopper.as_bytes().as_slice())
    .bind(millis(now))
    .fetch_one(&mut *snapshot)
    .await?;
    let rows: Vec<CartRow> = sqlx::query_as(
        "select slug, title, author, isbn, description, cover_alt, book.price_cents as book_price_cents,
                quantity, hold.price_cents, expires_at, state, offered, taken_back
         from (select * from hold where shopper = ?1 and state = 'active' and expires_at > ?2
               union all
               select * from hold where shopper = ?1 and state = 'lapsed' and expires_at > ?2) as hold
         join book on book.id = hold.book_id
         order by hold.id",
    )
    .bind(shopper.as_bytes().as_slice())
    .bind(millis(now - Terms::LAPSED_FOR))
    .fetch_all(&mut *snapshot)
    .await?;
    let lines = rows.into_iter().map(|row| row.line(now));
    let lines = lines.collect::<Result<_, _>>()?;
    let waits = slugs(&waits)?;
    Ok(Cart {
        lines,
        waits,
        now,
        number,
    })
}

/// Whether this shopper has ever had or wanted anything. Most who look at a page have not, and
/// for them one question does instead of a snapshot with two.
async fn has_been_here(reads: &SqlitePool, shopper: ShopperId) -> Result<bool, StoreError> {
    let been = sqlx::query_scalar(
        "select exists (select 1 from shopper where id = ?1)
             or exists (select 1 from wait where shopper = ?1)
             or exists (select 1 from hold where shopper = ?1 and state = 'active')
             or exists (select 1 from hold where shopper = ?1 and state = 'lapsed')",
    );
    let been = been.bind(shopper.as_bytes().as_slice());
    Ok(been.fetch_one(reads).await?)
}

pub(super) async fn order(reads: &SqlitePool, code: OrderCode) -> Result<Order, StoreError> {
    let mut snapshot = reads.begin().await?;
    let row: Option<OrderRow> = sqlx::query_as(
        "select id, code, shopper, name, reach, note, placed_at, collect_by, ready_at, closed_at, state, version
         from shop_order where code = ?",
    )
    .bind(code.bits().cast_signed())
    .fetch_optional(&mut *snapshot)
    .await?;
    let row = row.ok_or(Refusal::NoSuchOrder(code))?;
    let lines = order_lines(&mut snapshot, row.id).await?;
    row.with_lines(lines)
}

pub(super) async fn order_lines(
    connection: &mut SqliteConnection,
    order: i64,
) -> Result<Vec<OrderLine>, StoreError> {
    let rows: Vec<LineRow> = sqlx::query_as(
        "select slug, quantity, order_line.price_cents
         from order_line join book on book.id = order_line.book_id
         where order_id = ? order by slug",
    )
    .bind(order)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(OrderLine::try_from).collect()
}

/// One snapshot for both: what becomes an order is in one of them.
pub(super) async fn standing(reads: &SqlitePool, now: Timestamp) -> Result<Standing, StoreError> {
    let (holds, orders): (i64, i64) = sqlx::query_as(
        "select (select count(*) from hold where state = 'active' and expires_at > ?),
                (select count(*) from shop_order where state = 'placed')",
    )
    .bind(millis(now))
    .fetch_one(reads)
    .await?;
    Ok(Standing {
        holds: large(holds)?,
        orders: large(orders)?,
    })
}

pub(super) async fn cookie_secret(reads: &SqlitePool) -> Result<Vec<u8>, StoreError> {
    Ok(
        sqlx::query_scalar("select value from setting where name = 'cookie_secret'")
            .fetch_one(reads)
            .await?,
    )
}
