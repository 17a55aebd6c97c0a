//! Reads and writes the waitlists of a batch's books. A book's lock guards its waitlist too.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use shop::{Changes, Command, Email, ShopperId, World};
use sqlx::{FromRow, PgConnection};

use super::lock::Locked;
use crate::{
    StoreError,
    batch::shoppers,
    rows::{WaitRow, large, millis, shopper, small},
    waits::{add_waits, first_waits, wait_requests},
};

/// Loads the waits that the commands depend on into the world.
pub(super) async fn load(
    connection: &mut PgConnection,
    world: &mut World,
    batch: &[Command],
    locked: &Locked,
) -> Result<(), StoreError> {
    let (mut books, mut most, mut limits, mut all) = (vec![], vec![], vec![], vec![]);
    for wanted in first_waits(world, batch) {
        books.push(locked.id(&wanted.book)?);
        most.push(wanted.max_waits);
        limits.push(i64::from(wanted.max_copies));
        all.push(wanted.even_unreachable);
    }
    let rows: Vec<WaitRow> = sqlx::query_as(
        "with line as (
            select wait.*, (
                select coalesce(sum(quantity), 0)::bigint
                from shop_order join order_line on order_line.order_id = shop_order.id
                where shop_order.shopper = wait.shopper and state = 'placed'
                  and order_line.book_id = wait.book_id) as ordered
            from wait where shopper = any($1) and book_id = any($2)
            union
            select its.*
            from unnest($3::bigint[], $4::bigint[], $5::bigint[], $8::boolean[])
                 as wanted (book, most, copies, everybody)
            cross join lateral (
                select * from (
                    select wait.*, (
                        select coalesce(sum(quantity), 0)::bigint
                        from shop_order join order_line on order_line.order_id = shop_order.id
                        where shop_order.shopper = wait.shopper and state = 'placed'
                          and order_line.book_id = wait.book_id) as ordered
                    from wait
                    where book_id = wanted.book
                      and (wanted.everybody or (ends_at > $6
                           and (reachable_until > $6 or ($7 and email is not null))))) as told
                where ordered < wanted.copies
                order by place limit wanted.most) as its
         )
         select slug, shopper, place, since, ends_at, reachable_until, email, language, ordered
         from line join book on book.id = book_id",
    )
    .bind(id_bytes(&shoppers(batch)))
    .bind(locked.book_ids())
    .bind(books)
    .bind(most)
    .bind(limits)
    .bind(millis(world.now))
    .bind(world.terms.mail)
    .bind(all)
    .fetch_all(&mut *connection)
    .await?;
    add_waits(world, rows)?;
    count(connection, world, batch, locked).await
}

/// Counts the waits of shoppers who want to join a waitlist, and reads the last place on each such
/// list.
async fn count(
    connection: &mut PgConnection,
    world: &mut World,
    batch: &[Command],
    locked: &Locked,
) -> Result<(), StoreError> {
    #[derive(FromRow)]
    struct Counted {
        shoppers: Vec<Vec<u8>>,
        waits: Vec<i64>,
        books: Vec<i64>,
        places: Vec<i64>,
    }
    let asking: BTreeSet<ShopperId> = wait_requests(batch).map(|(shopper, _)| shopper).collect();
    if asking.is_empty() {
        return Ok(());
    }
    let books: BTreeSet<i64> = wait_requests(batch)
        .filter_map(|(_, book)| locked.ids.get(book).copied())
        .collect();
    let counted: Counted = sqlx::query_as(
        "with waits as (select shopper, count(*) as waits from wait
                       where shopper = any($1) and ends_at > $3 group by shopper),
         lines as (select book_id, max(place) as place from wait where book_id = any($2) group by book_id)
         select array(select shopper from waits order by shopper) as shoppers,
                array(select waits from waits order by shopper) as waits,
                array(select book_id from lines order by book_id) as books,
                array(select place from lines order by book_id) as places",
    )
    .bind(id_bytes(&asking))
    .bind(Vec::from_iter(books))
    .bind(millis(world.now))
    .fetch_one(connection)
    .await?;
    for (bits, waits) in counted.shoppers.iter().zip(counted.waits) {
        world.waits_of.insert(shopper(bits)?, small(waits)?);
    }
    let places = counted.books.into_iter().zip(counted.places);
    let places = places.map(|(book, place)| Ok((locked.name(book)?, large(place)?)));
    world.last_places = places.collect::<Result<BTreeMap<_, _>, StoreError>>()?;
    Ok(())
}

/// Writes changed waits and terms of sale.
pub(super) async fn save(
    connection: &mut PgConnection,
    changes: &Changes,
    locked: &Locked,
) -> Result<(), StoreError> {
    let mut before = Vec::new();
    let mut waits = Vec::new();
    let mut sales = Vec::new();
    for ((book, shopper), wait) in &changes.waits {
        let (book, shopper) = (locked.id(book)?, shopper.to_string());
        // Changed waits are deleted first, too, because a shopper who rejoins goes to the end.
        before.push(json!({"book": book, "shopper": shopper}));
        if let Some(wait) = wait {
            waits.push(json!({
                "book": book,
                "shopper": shopper,
                "place": wait.place,
                "since": wait.since,
                "ends_at": wait.ends_at,
                "until": wait.reachable_until,
                "email": wait.email.as_ref().map(Email::as_str),
                "language": wait.email.as_ref().map(|email| email.language().tag()),
            }));
        }
    }
    for (book, sale) in &changes.sales {
        let (book, limit) = (locked.id(book)?, sale.limit);
        sales.push(json!({"book": book, "opens_at": sale.opens_at, "most": limit}));
    }
    for (rows, statement) in [
        (
            before,
            "delete from wait using json_to_recordset($1::text::json) as before (book bigint, shopper text)
             where wait.book_id = before.book and wait.shopper = decode(before.shopper, 'hex')",
        ),
        (
            waits,
            "insert into wait (book_id, place, shopper, since, ends_at, reachable_until, email, language)
             select book, place, decode(shopper, 'hex'), since, ends_at, until, email, language
             from json_to_recordset($1::text::json) as new
                  (book bigint, place bigint, shopper text, since bigint, ends_at bigint,
                   until bigint, email text, language text)",
        ),
        (
            sales,
            "update book set opens_at = new.opens_at, limit_per_shopper = new.most
             from json_to_recordset($1::text::json) as new (book bigint, opens_at bigint, most bigint)
             where book.id = new.book",
        ),
    ] {
        if !rows.is_empty() {
            sqlx::query(statement)
                .bind(serde_json::Value::from(rows).to_string())
                .execute(&mut *connection)
                .await?;
        }
    }
    Ok(())
}

fn id_bytes<'a>(shoppers: impl IntoIterator<Item = &'a ShopperId>) -> Vec<Vec<u8>> {
    let bits = shoppers.into_iter();
    bits.map(|shopper| shopper.as_bytes().to_vec()).collect()
}
