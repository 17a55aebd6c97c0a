//! SQL for deliveries: the imports and books that a batch reads and writes.

use shop::{Changes, Command, ImportBatch, LineResult, Timestamp, World};

use super::{history, work};
use crate::{
    StoreError,
    imports::{
        Phase,
        rows::{
            DescribedRow, ImportingRow, add_books, deliveries, entries_of, outcomes,
            rehearsal_outcomes, slugs_and_isbns, slugs_and_isbns_of_batch,
        },
    },
    rows::millis,
    sql::{Connection, Dialect, query},
};

/// Loads the books whose catalogue entries the batch may read, and each import's progress, into the
/// world. In PostgreSQL the books are already locked.
pub(crate) async fn load<C: Connection>(
    connection: &mut C,
    world: &mut World,
    batch: &[Command],
) -> Result<(), StoreError> {
    let (names, numbers) = slugs_and_isbns_of_batch(batch);
    if !names.is_empty() || !numbers.is_empty() {
        add_books(world, described(connection, names, numbers).await?)?;
    }
    let imports: Vec<String> = deliveries(batch)
        .map(|one| one.import.to_string())
        .collect();
    if imports.is_empty() {
        return Ok(());
    }
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "select id, upto, created_at, digest, counts_again from import_job
             where id in (select value from json_each($1)) and state = 'applying'"
        }
        // Locked, so that the import is not cancelled before the commit.
        Dialect::Postgres => {
            "select id, upto, created_at, digest, counts_again
             from import_job where id = any($1) and state = 'applying'
             order by id for no key update"
        }
    };
    let rows: Vec<ImportingRow> = query(statement).bind(imports).fetch_all(connection).await?;
    for row in rows {
        let (import, entries) = entries_of(batch, &row)?;
        let importing = history::for_delivery(connection, world, import, &entries, row).await?;
        world.imports.insert(import, importing);
    }
    Ok(())
}

/// The outcomes that a delivery would have now.
pub(super) async fn rehearse<C: Connection>(
    connection: &mut C,
    delivery: ImportBatch,
) -> Result<Vec<LineResult>, StoreError> {
    let mut world = World::default();
    let (names, numbers) = slugs_and_isbns([&delivery].into_iter());
    let rows = described(connection, names, numbers).await?;
    add_books(&mut world, rows)?;
    let importing = history::for_rehearsal(connection, &world, &delivery).await?;
    rehearsal_outcomes(world, delivery, importing)
}

/// The books with these slugs or ISBNs.
async fn described<C: Connection>(
    connection: &mut C,
    names: Vec<&str>,
    numbers: Vec<&str>,
) -> Result<Vec<DescribedRow>, StoreError> {
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "select slug, title, author, isbn, facts, sources, description, cover_alt,
                    price_cents as book_price_cents, on_hand, held, allocated, version, page,
                    opens_at, limit_per_shopper, withdrawn
             from (select book.* from json_each($1) as wanted cross join book on book.slug = wanted.value
                   union
                   select book.* from json_each($2) as wanted cross join book on book.isbn = wanted.value) as book
             cross join stock on stock.book_id = book.id"
        }
        Dialect::Postgres => {
            "select slug, title, author, isbn, facts, sources, description, cover_alt,
                    price_cents as book_price_cents, on_hand, held, allocated, version, page,
                    opens_at, limit_per_shopper, withdrawn
             from (select * from book where slug = any($1)
                   union
                   select * from book where isbn = any($2)) as book
             join stock on stock.book_id = book.id"
        }
    };
    query(statement)
        .bind(names)
        .bind(numbers)
        .fetch_all(connection)
        .await
}

/// Writes each import's progress and the outcomes of its rows.
pub(crate) async fn save_progress<C: Connection>(
    connection: &mut C,
    changes: &Changes,
    now: Timestamp,
) -> Result<(), StoreError> {
    for (import, imported) in &changes.imports {
        let (tally, findings) = outcomes(imported);
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        query(
            "update import_job set upto = $2, moved_at = $3, tries = 0, was_added = was_added + $4,
                    was_changed = was_changed + $5, was_unchanged = was_unchanged + $6,
                    was_refused = was_refused + $7
             where id = $1",
        )
        .bind(import.to_string())
        .bind(imported.upto)
        .bind(millis(now))
        .bind(count(tally.added))
        .bind(count(tally.changed))
        .bind(count(tally.unchanged))
        .bind(count(tally.refused))
        .execute(connection)
        .await?;
        work::insert_findings(connection, *import, Phase::Apply, &findings).await?;
    }
    Ok(())
}
