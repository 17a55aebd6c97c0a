//! Writes the books that deliveries or staff have added or changed.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use shop::{Book, Changes, Slug, Timestamp};
use sqlx::SqliteConnection;

use super::save::{execute, stock_row};
use crate::{
    StoreError,
    imports::rows::new_books,
    rows::{facts_json, millis, sources_json},
};

/// Writes new and changed books, before the rows that refer to them.
pub(super) async fn save(
    connection: &mut SqliteConnection,
    changes: &Changes,
    now: Timestamp,
) -> Result<(), StoreError> {
    save_sources(connection, changes).await?;
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
                    price_cents = new.value ->> 6, facts = new.value ->> 7,
                    sources = coalesce(new.value ->> 8, book.sources)
             from json_each(?) as new where book.slug = new.value ->> 0",
            revised.into_iter().map(|book| row(changes, book)).collect(),
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
        .map(|(book, state)| stock_row(book, &state.stock))
        .collect();
    execute(
        connection,
        "insert into book (slug, title, author, isbn, description, cover_alt, price_cents, facts,
                           sources)
         select new.value ->> 0, new.value ->> 1, new.value ->> 2, new.value ->> 3, new.value ->> 4,
                new.value ->> 5, new.value ->> 6, new.value ->> 7, new.value ->> 8
         from json_each(?) as new order by new.key",
        new.iter().map(|book| row(changes, book)).collect(),
    )
    .await?;
    execute(
        connection,
        "insert into stock (book_id, on_hand, held, allocated, version, page)
         select book.id, new.value ->> 1, new.value ->> 2, new.value ->> 3, new.value ->> 4, new.value ->> 5
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

/// Writes the sources of books whose entries have not changed otherwise.
async fn save_sources(
    connection: &mut SqliteConnection,
    changes: &Changes,
) -> Result<(), StoreError> {
    let changed = changes.sources.iter();
    let rows: Vec<Value> = changed
        .filter(|(book, _)| !changes.books.contains_key(*book))
        .map(|(book, sources)| json!([book, sources_json(sources)]))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    execute(
        connection,
        "update book set sources = new.value ->> 1
         from json_each(?) as new where book.slug = new.value ->> 0",
        Value::from(rows),
    )
    .await
}

fn row(changes: &Changes, book: &Book) -> Value {
    json!([
        book.slug,
        book.title,
        book.author,
        book.isbn,
        book.description,
        book.cover_alt,
        book.price,
        facts_json(&book.facts),
        changes.sources.get(&book.slug).map(sources_json),
    ])
}
