//! Writes the books that deliveries or staff have added or changed.

use serde_json::{Value, json};
use shop::{Book, Changes, Command, Timestamp};
use sqlx::PgConnection;

use super::lock::Locked;
use crate::{
    StoreError,
    imports::rows::{names_books, new_books},
    rows::{facts_json, millis, slug, sources_json},
    sql::NAMES_LOCK,
};

/// Lets one instance at a time give books ISBNs and slugs, because two could find the same one
/// unused. Only batches that do so wait for this.
pub(super) async fn lock_names(
    connection: &mut PgConnection,
    batch: &[Command],
) -> Result<(), StoreError> {
    if names_books(batch) {
        sqlx::query("select pg_advisory_xact_lock($1)")
            .bind(NAMES_LOCK)
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// Writes new and changed books, before the rows that refer to them. New books are invisible to
/// others before the commit, so they count as locked.
pub(super) async fn save(
    connection: &mut PgConnection,
    changes: &Changes,
    locked: &mut Locked,
    now: Timestamp,
) -> Result<(), StoreError> {
    save_sources(connection, changes).await?;
    if changes.books.is_empty() {
        return Ok(());
    }
    let revised = changes.books.values();
    let revised: Vec<Value> = revised
        .filter_map(|book| Some(row(changes, book, locked.ids.get(&book.slug).copied()?)))
        .collect();
    if !revised.is_empty() {
        sqlx::query(
            "update book set title = new.title, author = new.author, isbn = new.isbn,
                    facts = new.facts, sources = coalesce(new.sources, book.sources),
                    description = new.description, cover_alt = new.cover_alt,
                    price_cents = new.price
             from json_to_recordset($1::text::json) as new
                  (id bigint, title text, author text, isbn text, facts text, sources text,
                   description text, cover_alt text, price bigint)
             where book.id = new.id",
        )
        .bind(Value::from(revised).to_string())
        .execute(&mut *connection)
        .await?;
    }
    let new = new_books(changes);
    let new: Vec<Value> = new
        .filter_map(|book| {
            let stock = changes.stocks.get(&book.slug)?.stock;
            let mut row = row(changes, book, 0);
            row["on_hand"] = stock.on_hand.into();
            row["held"] = stock.held.into();
            row["allocated"] = stock.allocated.into();
            row["version"] = stock.version.into();
            row["page"] = stock.page.into();
            Some(row)
        })
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let named: Vec<(i64, String)> = sqlx::query_as(
        "with new as materialized (
            select *, row_number() over () as place from json_to_recordset($1::text::json) as new
                (slug text, title text, author text, isbn text, facts text, sources text,
                 description text, cover_alt text, price bigint, on_hand bigint, held bigint,
                 allocated bigint, version bigint, page bigint)
         ), listed as (
            insert into book (slug, title, author, isbn, facts, sources, description, cover_alt,
                              price_cents)
            select slug, title, author, isbn, facts, sources, description, cover_alt, price
            from new order by place
            returning id, slug, price_cents
         ), stocked as (
            insert into stock (book_id, on_hand, held, allocated, version, page)
            select id, on_hand, held, allocated, version, page from listed join new using (slug)
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

/// Writes the sources of books whose entries have not changed otherwise.
async fn save_sources(connection: &mut PgConnection, changes: &Changes) -> Result<(), StoreError> {
    let changed = changes.sources.iter();
    let alone = changed.filter(|(book, _)| !changes.books.contains_key(*book));
    let (books, sources): (Vec<&str>, Vec<String>) = alone
        .map(|(book, sources)| (book.as_str(), sources_json(sources)))
        .unzip();
    if !books.is_empty() {
        sqlx::query(
            "update book set sources = new.sources
             from unnest($1::text[], $2::text[]) as new (book, sources) where slug = new.book",
        )
        .bind(books)
        .bind(sources)
        .execute(connection)
        .await?;
    }
    Ok(())
}

fn row(changes: &Changes, book: &Book, id: i64) -> Value {
    json!({
        "id": id,
        "slug": book.slug,
        "title": book.title,
        "author": book.author,
        "isbn": book.isbn,
        "facts": facts_json(&book.facts),
        "sources": changes.sources.get(&book.slug).map(sources_json),
        "description": book.description,
        "cover_alt": book.cover_alt,
        "price": book.price,
    })
}
