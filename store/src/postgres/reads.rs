//! Reads that are specific to PostgreSQL: many topics at once, and carts.

use std::collections::HashMap;

use shop::{Epoch, News, OrderCode, Refusal, ShopperId};
use sqlx::{PgConnection, PgPool};

use super::backend::now;
use crate::{
    Cart, Change, StoreError, Topic, announcements,
    reads::cart_lines,
    rows::{LevelRow, large, shopper as shopper_of, slug, timestamp},
    sql::{Connection, query},
};

/// The epoch of the data that this connection reaches.
pub(super) async fn epoch(connection: &mut PgConnection) -> Result<Epoch, StoreError> {
    let epoch: String = query("select shop_epoch()")
        .fetch_scalar(connection)
        .await?;
    epoch
        .parse()
        .map_err(|_| StoreError::Inconsistent(format!("an epoch called {epoch:?}")))
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
            // This cannot happen: the announcements always exist, or reading them would have
            // failed.
            (None, Topic::News) => Ok(Change::News(News::default())),
            (None, Topic::Mine(shopper)) => Ok(Change::Mine {
                shopper: *shopper,
                number: 0,
            }),
        })
        .collect()
}

/// The current state of the topics that exist, in at most five statements however many there are.
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
        let now = now(reads).await?;
        let active = announcements::active(reads, now).await?;
        found.push(Change::News(active.news()));
    }
    Ok(found)
}

async fn levels(reads: &mut PgConnection, books: Vec<&str>) -> Result<Vec<Change>, StoreError> {
    if books.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<LevelRow> = sqlx::query_as(
        "select slug, price_cents, withdrawn, on_hand, held, allocated, version, page
         from book join stock on stock.book_id = book.id
         where slug = any($1)",
    )
    .bind(books)
    .fetch_all(reads)
    .await?;
    rows.into_iter()
        .map(|row| Ok(Change::Level(row.try_into()?)))
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
    // One snapshot for both statements.
    let mut snapshot = reads.begin_with(PgConnection::SNAPSHOT).await?;
    let (number, now, waits): (i64, i64, Vec<String>) = sqlx::query_as(
        "select coalesce((select number from shopper where id = $1), 0), shop_now(),
                array(select slug from wait join book on book.id = wait.book_id
                      where wait.shopper = $1 and ends_at > shop_now() order by slug)",
    )
    .bind(shopper.as_bytes().as_slice())
    .fetch_one(&mut *snapshot)
    .await?;
    let now = timestamp(now)?;
    let lines = cart_lines(&mut *snapshot, shopper, now).await?;
    snapshot.rollback().await?;
    let waits = waits.iter().map(|text| slug(text));
    let waits = waits.collect::<Result<_, _>>()?;
    Ok(Cart {
        lines,
        waits,
        now,
        number: large(number)?,
    })
}
