//! What a delivery touches, read for a batch and written after it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shop::{Book, Changes, Command, Delivery, Landing, Slug, Timestamp, World};
use sqlx::SqliteConnection;

use super::{
    super::save::execute,
    statements::{bearing, insert_findings, rehearsed},
};
use crate::{
    StoreError,
    imports::Phase,
    imports::rows::{
        DescribedRow, ImportingRow, deliveries, its_entries, meant, new_books, outcomes, rehearse,
        take_in,
    },
    rows::millis,
};

/// Reads into the world the books that deliveries may mean, and how far each import is.
pub(in super::super) async fn load(
    connection: &mut SqliteConnection,
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
    let rows: Vec<ImportingRow> = sqlx::query_as(
        "select id, upto, created_at, digest, counts_again from import_job
         where id in (select value from json_each(?)) and state = 'applying'",
    )
    .bind(json!(imports).to_string())
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
    connection: &mut SqliteConnection,
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
    connection: &mut SqliteConnection,
    deliveries: impl Iterator<Item = &Delivery>,
) -> Result<Vec<DescribedRow>, StoreError> {
    let (names, numbers) = meant(deliveries);
    let (names, numbers) = (json!(names).to_string(), json!(numbers).to_string());
    Ok(sqlx::query_as(
        "select slug, title, author, isbn, description, cover_alt, price_cents as book_price_cents,
                on_hand, held, allocated, version, opens_at, limit_per_shopper,
                withdrawn
         from (select book.* from json_each(?1) as wanted cross join book on book.slug = wanted.value
               union
               select book.* from json_each(?2) as wanted cross join book on book.isbn = wanted.value) as book
         cross join stock on stock.book_id = book.id",
    )
    .bind(names)
    .bind(numbers)
    .fetch_all(connection)
    .await?)
}

/// Writes what is new in the catalogue, before all that refers to it, and how far each
/// import is.
pub(in super::super) async fn save(
    connection: &mut SqliteConnection,
    changes: &Changes,
    now: Timestamp,
) -> Result<(), StoreError> {
    save_books(connection, changes, now).await?;
    for (import, imported) in &changes.imports {
        let (tally, findings) = outcomes(imported);
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        sqlx::query(
            "update import_job set upto = ?2, moved_at = ?3, tries = 0, was_added = was_added + ?4,
                    was_changed = was_changed + ?5, was_unchanged = was_unchanged + ?6,
                    was_refused = was_refused + ?7
             where id = ?1",
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

async fn save_books(
    connection: &mut SqliteConnection,
    changes: &Changes,
    now: Timestamp,
) -> Result<(), StoreError> {
    if changes.books.is_empty() {
        return Ok(());
    }
    let new: Vec<&Book> = new_books(changes).collect();
    let names: BTreeSet<&Slug> = new.iter().map(|book| &book.slug).collect();
    let revised = changes.books.values();
    let revised: Vec<&Book> = revised.filter(|book| !names.contains(&book.slug)).collect();
    if !revised.is_empty() {
        execute(
            connection,
            "update book set title = new.value ->> 1, author = new.value ->> 2, isbn = new.value ->> 3,
                    description = new.value ->> 4, cover_alt = new.value ->> 5,
                    price_cents = new.value ->> 6
             from json_each(?) as new where book.slug = new.value ->> 0",
            revised.into_iter().map(row).collect(),
        )
        .await?;
    }
    if new.is_empty() {
        return Ok(());
    }
    let slugs: Vec<&str> = new.iter().map(|book| book.slug.as_str()).collect();
    let stocks: Value = slugs
        .iter()
        .filter_map(|slug| changes.stocks.get_key_value(*slug))
        .map(|(book, stock)| {
            json!([
                book,
                stock.on_hand,
                stock.held,
                stock.allocated,
                stock.version
            ])
        })
        .collect();
    execute(
        connection,
        "insert into book (slug, title, author, isbn, description, cover_alt, price_cents)
         select new.value ->> 0, new.value ->> 1, new.value ->> 2, new.value ->> 3, new.value ->> 4,
                new.value ->> 5, new.value ->> 6
         from json_each(?) as new order by new.key",
        new.iter().copied().map(row).collect(),
    )
    .await?;
    execute(
        connection,
        "insert into stock (book_id, on_hand, held, allocated, version)
         select book.id, new.value ->> 1, new.value ->> 2, new.value ->> 3, new.value ->> 4
         from json_each(?) as new cross join book on book.slug = new.value ->> 0",
        stocks,
    )
    .await?;
    sqlx::query(
        "insert into price (book_id, since, price_cents)
         select book.id, ?2, price_cents
         from json_each(?1) as new cross join book on book.slug = new.value",
    )
    .bind(json!(slugs).to_string())
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(())
}

fn row(book: &Book) -> Value {
    json!([
        book.slug,
        book.title,
        book.author,
        book.isbn,
        book.description,
        book.cover_alt,
        book.price,
    ])
}
