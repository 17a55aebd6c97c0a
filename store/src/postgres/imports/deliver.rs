//! What a delivery touches, read for a batch and written after it.

use serde_json::{Value, json};
use shop::{Book, Changes, Command, Delivery, Landing, Timestamp, World};
use sqlx::PgConnection;

use super::{
    super::lock::Locked,
    statements::{bearing, insert_findings, rehearsed},
};
use crate::{
    StoreError,
    imports::Phase,
    imports::rows::{
        DescribedRow, ImportingRow, deliveries, its_entries, meant, new_books, outcomes, rehearse,
        take_in,
    },
    rows::{millis, slug},
};

/// The lock that deliveries have in common.
const DELIVERIES: i64 = 7_205_759_403_792_795;

/// Of all instances one delivers at a time: two might else find the same number free, or
/// the same name. Nobody else waits for this but who is in the same batch.
pub(in super::super) async fn one_at_a_time(
    connection: &mut PgConnection,
    batch: &[Command],
) -> Result<(), StoreError> {
    if deliveries(batch).next().is_some() {
        sqlx::query("select pg_advisory_xact_lock($1)")
            .bind(DELIVERIES)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Reads into the world the books that deliveries may mean, which are locked, and how far
/// each import is.
pub(in super::super) async fn load(
    connection: &mut PgConnection,
    world: &mut World,
    batch: &[Command],
) -> Result<(), StoreError> {
    let imports: Vec<String> = deliveries(batch)
        .map(|one| one.import.to_string())
        .collect();
    if imports.is_empty() {
        return Ok(());
    }
    take_in(world, described(connection, deliveries(batch)).await?)?;
    // Locked, so that it is not called off between this and the commit.
    let rows: Vec<ImportingRow> = sqlx::query_as(
        "select id, upto, created_at, digest, counts_again
         from import_job where id = any($1) and state = 'applying'
         order by id for no key update",
    )
    .bind(imports)
    .fetch_all(&mut *connection)
    .await?;
    for row in rows {
        let (import, entries) = its_entries(batch, &row)?;
        let importing = bearing(connection, world, import, &entries, row).await?;
        world.imports.insert(import, importing);
    }
    Ok(())
}

/// What would become of a delivery at this moment.
pub(super) async fn rehearsal(
    connection: &mut PgConnection,
    delivery: Delivery,
) -> Result<Vec<Landing>, StoreError> {
    let mut world = World::default();
    let rows = described(connection, [&delivery].into_iter()).await?;
    take_in(&mut world, rows)?;
    let importing = rehearsed(connection, &world, &delivery).await?;
    rehearse(world, delivery, importing)
}

/// The books that deliveries may mean.
async fn described(
    connection: &mut PgConnection,
    deliveries: impl Iterator<Item = &Delivery>,
) -> Result<Vec<DescribedRow>, StoreError> {
    let (names, numbers) = meant(deliveries);
    Ok(sqlx::query_as(
        "select slug, title, author, isbn, description, cover_alt, price_cents as book_price_cents,
                on_hand, held, allocated, version, opens_at, limit_per_shopper,
                withdrawn
         from (select * from book where slug = any($1)
               union
               select * from book where isbn = any($2)) as book
         join stock on stock.book_id = book.id",
    )
    .bind(names)
    .bind(numbers)
    .fetch_all(connection)
    .await?)
}

/// Writes what is new in the catalogue, before all that refers to it. New books are
/// nobody else's until the commit, as if they were locked.
pub(in super::super) async fn save_books(
    connection: &mut PgConnection,
    changes: &Changes,
    locked: &mut Locked,
    now: Timestamp,
) -> Result<(), StoreError> {
    if changes.books.is_empty() {
        return Ok(());
    }
    let revised = changes.books.values();
    let revised: Vec<Value> = revised
        .filter_map(|book| Some(row(book, locked.ids.get(&book.slug).copied()?)))
        .collect();
    if !revised.is_empty() {
        sqlx::query(
            "update book set title = new.title, author = new.author, isbn = new.isbn,
                    description = new.description, cover_alt = new.cover_alt,
                    price_cents = new.price
             from json_to_recordset($1::text::json) as new
                  (id bigint, title text, author text, isbn text, description text,
                   cover_alt text, price bigint)
             where book.id = new.id",
        )
        .bind(Value::from(revised).to_string())
        .execute(&mut *connection)
        .await?;
    }
    let new = new_books(changes);
    let new: Vec<Value> = new
        .filter_map(|book| {
            let stock = changes.stocks.get(&book.slug)?;
            let mut row = row(book, 0);
            row["on_hand"] = stock.on_hand.into();
            row["held"] = stock.held.into();
            row["allocated"] = stock.allocated.into();
            row["version"] = stock.version.into();
            Some(row)
        })
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let named: Vec<(i64, String)> = sqlx::query_as(
        "with new as materialized (
            select *, row_number() over () as place from json_to_recordset($1::text::json) as new
                (slug text, title text, author text, isbn text, description text, cover_alt text,
                 price bigint, on_hand bigint, held bigint, allocated bigint, version bigint)
         ), listed as (
            insert into book (slug, title, author, isbn, description, cover_alt, price_cents)
            select slug, title, author, isbn, description, cover_alt, price from new order by place
            returning id, slug, price_cents
         ), stocked as (
            insert into stock (book_id, on_hand, held, allocated, version)
            select id, on_hand, held, allocated, version from listed join new using (slug)
         ), priced as (
            insert into price (book_id, since, price_cents) select id, $2, price_cents from listed
         )
         select id, slug from listed",
    )
    .bind(Value::from(new).to_string())
    .bind(millis(now))
    .fetch_all(connection)
    .await?;
    for (id, name) in named {
        let name = slug(&name)?;
        locked.ids.insert(name.clone(), id);
        locked.names.insert(id, name);
    }
    Ok(())
}

/// Writes how far each import is.
pub(in super::super) async fn save_progress(
    connection: &mut PgConnection,
    changes: &Changes,
    now: Timestamp,
) -> Result<(), StoreError> {
    for (import, imported) in &changes.imports {
        let (tally, findings) = outcomes(imported);
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        sqlx::query(
            "update import_job set upto = $2, moved_at = $3, tries = 0, was_added = was_added + $4,
                    was_changed = was_changed + $5, was_unchanged = was_unchanged + $6,
                    was_refused = was_refused + $7
             where id = $1",
        )
        .bind(import.to_string())
        .bind(i64::from(imported.upto))
        .bind(millis(now))
        .bind(count(tally.added))
        .bind(count(tally.changed))
        .bind(count(tally.unchanged))
        .bind(count(tally.refused))
        .execute(&mut *connection)
        .await?;
        insert_findings(connection, *import, Phase::Apply, &findings).await?;
    }
    Ok(())
}

fn row(book: &Book, id: i64) -> Value {
    json!({
        "id": id,
        "slug": book.slug,
        "title": book.title,
        "author": book.author,
        "isbn": book.isbn,
        "description": book.description,
        "cover_alt": book.cover_alt,
        "price": book.price,
    })
}
