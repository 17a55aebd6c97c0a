//! Reads and writes the waitlists of a batch's books.

use serde_json::{Value, json};
use shop::{Changes, Command, Email, ShopperId, Slug, Wait, World};
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

use super::save::execute;
use crate::{
    StoreError,
    batch::{shopper_ids_json, shoppers},
    rows::{WaitRow, millis},
    waits::{FirstWaits, add_waits, first_waits, wait_requests},
};

/// Whether any shopper is on a waitlist.
pub(super) async fn anybody_waits(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("select exists (select 1 from wait)")
        .fetch_one(connection)
        .await?)
}

/// Loads the waits that the commands depend on into the world.
pub(super) async fn load(
    connection: &mut SqliteConnection,
    world: &mut World,
    batch: &[Command],
) -> Result<(), StoreError> {
    let mut rows: Vec<WaitRow> = sqlx::query_as(
        "select slug, wait.shopper, place, since, ends_at, reachable_until, email, language,
                (select coalesce(sum(quantity), 0)
                 from shop_order join order_line on order_line.order_id = shop_order.id
                 where shop_order.shopper = wait.shopper and state = 'placed'
                   and order_line.book_id = wait.book_id) as ordered
         from json_each(?1) as wanted
         cross join wait on wait.shopper = unhex(wanted.value)
         cross join book on book.id = wait.book_id
         where slug in (select value from json_each(?2))",
    )
    .bind(shopper_ids_json(&shoppers(batch)))
    .bind(Value::from_iter(world.books.keys().map(Slug::as_str)).to_string())
    .fetch_all(&mut *connection)
    .await?;
    for wanted in first_waits(world, batch) {
        rows.extend(first_in_line(connection, world, wanted).await?);
    }
    let joining: BTreeSet<ShopperId> = wait_requests(batch).map(|(shopper, _)| shopper).collect();
    for shopper in joining {
        let waits: u32 =
            sqlx::query_scalar("select count(*) from wait where shopper = ? and ends_at > ?")
                .bind(shopper.as_bytes().as_slice())
                .bind(millis(world.now))
                .fetch_one(&mut *connection)
                .await?;
        world.waits_of.insert(shopper, waits);
    }
    let joined: BTreeSet<&Slug> = wait_requests(batch).map(|(_, book)| book).collect();
    for book in joined {
        let last: u64 = sqlx::query_scalar(
            "select coalesce(max(place), 0) from wait where book_id = (select id from book where slug = ?)",
        )
        .bind(book.as_str())
        .fetch_one(&mut *connection)
        .await?;
        world.last_places.insert(book.clone(), last);
    }
    add_waits(world, rows)
}

/// Reads the first waits for a book, which a batch may end.
async fn first_in_line(
    connection: &mut SqliteConnection,
    world: &World,
    wanted: FirstWaits,
) -> Result<Vec<WaitRow>, StoreError> {
    Ok(sqlx::query_as(
        "select ?1 as slug, * from (
            select shopper, place, since, ends_at, reachable_until, email, language,
                   (select coalesce(sum(quantity), 0)
                    from shop_order join order_line on order_line.order_id = shop_order.id
                    where shop_order.shopper = wait.shopper and state = 'placed'
                      and order_line.book_id = wait.book_id) as ordered
            from wait
            where book_id = (select id from book where slug = ?1)
              and (?6 or (ends_at > ?2 and (reachable_until > ?2 or (?3 and email is not null)))))
         where ordered < ?4
         order by place limit ?5",
    )
    .bind(wanted.book.as_str())
    .bind(millis(world.now))
    .bind(world.terms.mail)
    .bind(wanted.max_copies)
    .bind(wanted.max_waits)
    .bind(wanted.even_unreachable)
    .fetch_all(connection)
    .await?)
}

/// Writes changed waits and terms of sale.
pub(super) async fn save(
    connection: &mut SqliteConnection,
    changes: &Changes,
) -> Result<(), StoreError> {
    // Changed waits are deleted first, too, because a shopper who rejoins goes to the end.
    let before = changes.waits.keys();
    let before: Vec<Value> = before
        .map(|(book, shopper)| json!([book, shopper.to_string()]))
        .collect();
    if !before.is_empty() {
        execute(
            connection,
            "delete from wait where (book_id, shopper) in (
                select book.id, unhex(before.value ->> 1)
                from json_each(?) as before cross join book on book.slug = before.value ->> 0)",
            before.into(),
        )
        .await?;
    }
    let waits: Vec<Value> = changes.waits.values().flatten().map(row).collect();
    if !waits.is_empty() {
        execute(
            connection,
            "insert into wait (book_id, place, shopper, since, ends_at, reachable_until, email, language)
             select book.id, new.value ->> 1, unhex(new.value ->> 2), new.value ->> 3,
                    new.value ->> 4, new.value ->> 5, new.value ->> 6, new.value ->> 7
             from json_each(?) as new cross join book on book.slug = new.value ->> 0",
            waits.into(),
        )
        .await?;
    }
    for (book, sale) in &changes.sales {
        sqlx::query("update book set opens_at = ?, limit_per_shopper = ? where slug = ?")
            .bind(sale.opens_at.map(millis))
            .bind(sale.limit)
            .bind(book.as_str())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

fn row(wait: &Wait) -> Value {
    json!([
        wait.book,
        wait.place,
        wait.shopper.to_string(),
        wait.since,
        wait.ends_at,
        wait.reachable_until,
        wait.email.as_ref().map(Email::as_str),
        wait.email.as_ref().map(|email| email.language().tag()),
    ])
}
