//! Questions to the data that change nothing.

use std::collections::HashMap;

use shop::{News, Order, OrderCode, OrderLine, Refusal, ShopperId, Slug, Stock, Terms};
use sqlx::{FromRow, PgConnection, PgPool};

use super::bulletin;
use crate::{
    Cart, Change, ShelfBook, Standing, StoreError, Topic,
    rows::{
        CartRow, LineRow, OrderRow, ShelfRow, StockRow, large, shopper as shopper_of, slug,
        timestamp,
    },
};

pub(super) async fn book(reads: &PgPool, book: &Slug) -> Result<ShelfBook, StoreError> {
    let row: Option<ShelfRow> = sqlx::query_as(
        "select slug, title, author, isbn, description, cover_alt, price_cents as book_price_cents,
                on_hand, held, allocated, version, opens_at, limit_per_shopper, withdrawn
         from book join stock on stock.book_id = book.id
         where slug = $1",
    )
    .bind(book.as_str())
    .fetch_optional(reads)
    .await?;
    row.ok_or_else(|| Refusal::NoSuchBook(book.clone()))?
        .try_into()
}

pub(super) async fn newest(reads: &PgPool, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
    let mut connection = reads.acquire().await?;
    let mut found: HashMap<Topic, Change> = known(&mut connection, topics)
        .await?
        .into_iter()
        .map(|change| (change.topic(), change))
        .collect();
    topics
        .iter()
        .map(|topic| match (found.remove(topic), topic) {
            (Some(change), _) => Ok(change),
            (None, Topic::Book(book)) => Err(Refusal::NoSuchBook(book.clone()).into()),
            (None, Topic::Order(code)) => Err(Refusal::NoSuchOrder(*code).into()),
            // There is always one, and reading it fails where not.
            (None, Topic::News) => Ok(Change::News(News::default())),
            (None, Topic::Mine(shopper)) => Ok(Change::Mine {
                shopper: *shopper,
                number: 0,
            }),
        })
        .collect()
}

/// Those of the topics that there are, each as it is now: four statements, however many.
pub(super) async fn known(
    reads: &mut PgConnection,
    topics: &[Topic],
) -> Result<Vec<Change>, StoreError> {
    let (mut books, mut shoppers, mut codes) = (Vec::new(), Vec::new(), Vec::new());
    let mut news = false;
    for topic in topics {
        match topic {
            Topic::Book(book) => books.push(book.as_str()),
            Topic::Mine(shopper) => shoppers.push(shopper.as_bytes().as_slice()),
            Topic::Order(code) => codes.push(code.bits().cast_signed()),
            Topic::News => news = true,
        }
    }
    let mut found = levels(&mut *reads, books).await?;
    found.extend(numbers(&mut *reads, shoppers).await?);
    found.extend(order_versions(&mut *reads, codes).await?);
    if news {
        let in_force = bulletin::in_force(reads).await?;
        found.push(Change::News(in_force.news()));
    }
    Ok(found)
}

async fn levels(reads: &mut PgConnection, books: Vec<&str>) -> Result<Vec<Change>, StoreError> {
    #[derive(FromRow)]
    struct Row {
        slug: String,
        #[sqlx(flatten)]
        stock: StockRow,
    }
    if books.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = sqlx::query_as(
        "select slug, on_hand, held, allocated, version
         from book join stock on stock.book_id = book.id
         where slug = any($1)",
    )
    .bind(books)
    .fetch_all(reads)
    .await?;
    rows.into_iter()
        .map(|row| {
            let level = Stock::try_from(row.stock)?.level(slug(&row.slug)?);
            Ok(Change::Level(level))
        })
        .collect()
}

async fn numbers(
    reads: &mut PgConnection,
    shoppers: Vec<&[u8]>,
) -> Result<Vec<Change>, StoreError> {
    if shoppers.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Vec<u8>, i64)> =
        sqlx::query_as("select id, number from shopper where id = any($1)")
            .bind(shoppers)
            .fetch_all(reads)
            .await?;
    rows.into_iter()
        .map(|(bits, number)| {
            Ok(Change::Mine {
                shopper: shopper_of(&bits)?,
                number: large(number)?,
            })
        })
        .collect()
}

async fn order_versions(
    reads: &mut PgConnection,
    codes: Vec<i64>,
) -> Result<Vec<Change>, StoreError> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64, i64)> =
        sqlx::query_as("select code, version from shop_order where code = any($1)")
            .bind(codes)
            .fetch_all(reads)
            .await?;
    rows.into_iter()
        .map(|(code, version)| {
            Ok(Change::Order {
                code: OrderCode::from_bits(code.cast_unsigned()),
                version: large(version)?,
            })
        })
        .collect()
}

pub(super) async fn cart(reads: &PgPool, shopper: ShopperId) -> Result<Cart, StoreError> {
    // One snapshot for all of it.
    let mut snapshot = reads
        .begin_with("begin isolation level repeatable read read only")
        .await?;
    let (number, now, waits): (i64, i64, Vec<String>) = sqlx::query_as(
        "select coalesce((select number from shopper where id = $1), 0), shop_now(),
                array(select slug from wait join book on book.id = wait.book_id
                      where wait.shopper = $1 and ends_at > shop_now() order by slug)",
    )
    .bind(shopper.as_bytes().as_slice())
    .fetch_one(&mut *snapshot)
    .await?;
    let lapsed_for = i64::try_from(Terms::LAPSED_FOR.as_millis()).unwrap_or(i64::MAX);
    let rows: Vec<CartRow> = sqlx::query_as(
        "select slug, title, author, isbn, description, cover_alt, book.price_cents as book_price_cents,
                quantity, hold.price_cents, expires_at, state, offered, taken_back
         from (select * from hold where shopper = $1 and state = 'active' and expires_at > $2
               union all
               select * from hold where shopper = $1 and state = 'lapsed' and expires_at > $2) as hold
         join book on book.id = hold.book_id
         order by created_at, hold.id",
    )
    .bind(shopper.as_bytes().as_slice())
    .bind(now - lapsed_for)
    .fetch_all(&mut *snapshot)
    .await?;
    snapshot.rollback().await?;
    let (number, now) = (large(number)?, timestamp(now)?);
    let lines = rows.into_iter().map(|row| row.line(now));
    let lines = lines.collect::<Result<_, _>>()?;
    let waits = waits.iter().map(|text| slug(text));
    let waits = waits.collect::<Result<_, _>>()?;
    Ok(Cart {
        lines,
        waits,
        now,
        number,
    })
}

pub(super) async fn order(reads: &PgPool, code: OrderCode) -> Result<Order, StoreError> {
    let mut snapshot = reads
        .begin_with("begin isolation level repeatable read read only")
        .await?;
    let row: Option<OrderRow> = sqlx::query_as(
        "select id, code, shopper, name, reach, note, placed_at, collect_by, ready_at, closed_at, state, version
         from shop_order where code = $1",
    )
    .bind(code.bits().cast_signed())
    .fetch_optional(&mut *snapshot)
    .await?;
    let row = row.ok_or(Refusal::NoSuchOrder(code))?;
    let lines: Vec<LineRow> = sqlx::query_as(
        "select slug, quantity, order_line.price_cents
         from order_line join book on book.id = order_line.book_id
         where order_id = $1 order by slug collate \"C\"",
    )
    .bind(row.id)
    .fetch_all(&mut *snapshot)
    .await?;
    snapshot.rollback().await?;
    let lines = lines.into_iter().map(OrderLine::try_from);
    row.with_lines(lines.collect::<Result<_, _>>()?)
}

/// One snapshot for both: what becomes an order is in one of them.
pub(super) async fn standing(reads: &PgPool) -> Result<Standing, StoreError> {
    let (holds, orders): (i64, i64) = sqlx::query_as(
        "select (select count(*) from hold where state = 'active' and expires_at > shop_now()),
                (select count(*) from shop_order where state = 'placed')",
    )
    .fetch_one(reads)
    .await?;
    Ok(Standing {
        holds: large(holds)?,
        orders: large(orders)?,
    })
}

pub(super) async fn cookie_secret(reads: &PgPool) -> Result<Vec<u8>, StoreError> {
    Ok(
        sqlx::query_scalar("select value from setting where name = 'cookie_secret'")
            .fetch_one(reads)
            .await?,
    )
}
