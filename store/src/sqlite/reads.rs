//! Reads that are specific to the embedded store: topics one by one, and carts.

use shop::{Level, Refusal, ShopperId, Slug, Timestamp};
use sqlx::{SqliteConnection, SqlitePool};

use crate::{
    Cart, Change, StoreError, Topic, announcements,
    reads::cart_lines,
    rows::{LevelRow, millis, slugs},
};

pub(super) async fn newest(
    reads: &SqlitePool,
    topics: &[Topic],
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    // One snapshot for all topics.
    let mut snapshot = reads.begin().await?;
    let mut newest = Vec::with_capacity(topics.len());
    for topic in topics {
        newest.push(newest_of(&mut snapshot, topic, now).await?);
    }
    Ok(newest)
}

/// The current state of one topic.
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
            let active = announcements::active(connection, now).await?;
            Ok(Change::News(active.news()))
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
    let row: Option<LevelRow> = sqlx::query_as(
        "select slug, price_cents, withdrawn, on_hand, held, allocated, version, page
         from book join stock on stock.book_id = book.id
         where slug = ?",
    )
    .bind(book.as_str())
    .fetch_optional(connection)
    .await?;
    row.ok_or_else(|| Refusal::NoSuchBook(book.clone()))?
        .try_into()
}

pub(super) async fn cart(
    reads: &SqlitePool,
    shopper: ShopperId,
    now: Timestamp,
) -> Result<Cart, StoreError> {
    if !is_known(reads, shopper).await? {
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
    let lines = cart_lines(&mut *snapshot, shopper, now).await?;
    let waits = slugs(&waits)?;
    Ok(Cart {
        lines,
        waits,
        now,
        number,
    })
}

/// Whether there is any data about this shopper. For most visitors there is none, and then this
/// statement replaces a snapshot with two statements.
async fn is_known(reads: &SqlitePool, shopper: ShopperId) -> Result<bool, StoreError> {
    let known = sqlx::query_scalar(
        "select exists (select 1 from shopper where id = ?1)
             or exists (select 1 from wait where shopper = ?1)
             or exists (select 1 from hold where shopper = ?1 and state = 'active')
             or exists (select 1 from hold where shopper = ?1 and state = 'lapsed')",
    );
    let known = known.bind(shopper.as_bytes().as_slice());
    Ok(known.fetch_one(reads).await?)
}
