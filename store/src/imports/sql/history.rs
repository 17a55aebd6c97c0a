//! Loads what decides a delivery besides its books: stock movements since the upload began, and the
//! rows that another import of the same file has applied.

use std::collections::{BTreeMap, BTreeSet};

use shop::{Copies, Entry, ImportBatch, ImportId, Importing, Slug, StockChangeSince, World};

use crate::{
    StoreError,
    imports::rows::ImportingRow,
    rows::{millis, slug},
    sql::{Connection, Dialect, query},
};

/// Loads the history to rehearse a delivery with. The delivery's books are in the world already.
pub(super) async fn for_rehearsal<C: Connection>(
    connection: &mut C,
    world: &World,
    delivery: &ImportBatch,
) -> Result<Importing, StoreError> {
    let row: Option<ImportingRow> =
        query("select id, upto, created_at, digest, counts_again from import_job where id = $1")
            .bind(delivery.import.to_string())
            .fetch_optional(connection)
            .await?;
    let entries: Vec<&Entry> = delivery.entries.iter().collect();
    match row {
        Some(row) => for_delivery(connection, world, delivery.import, &entries, row).await,
        None => Ok(Importing::default()),
    }
}

/// Loads the history for these lines of an import.
pub(super) async fn for_delivery<C: Connection>(
    connection: &mut C,
    world: &World,
    import: ImportId,
    entries: &[&Entry],
    row: ImportingRow,
) -> Result<Importing, StoreError> {
    let importing = Importing::try_from(row)?;
    let entries = || entries.iter();
    let counted = entries().filter(|entry| matches!(entry.copies, Some(Copies::Counted(_))));
    // A set, because two lines may refer to one book by slug and by ISBN.
    let counted: BTreeSet<Slug> = counted.map(|entry| world.meant_by(entry)).collect();
    let rows = entries().filter(|entry| entry.copies.is_some());
    let rows: BTreeSet<u32> = rows.map(|entry| entry.row).collect();
    Ok(Importing {
        since: since(connection, &importing, &counted).await?,
        repeated: repeated(connection, import, &importing, &rows).await?,
        ..importing
    })
}

/// The stock changes of these books since the upload began.
async fn since<C: Connection>(
    connection: &mut C,
    importing: &Importing,
    books: &BTreeSet<Slug>,
) -> Result<BTreeMap<Slug, StockChangeSince>, StoreError> {
    if books.is_empty() {
        return Ok(BTreeMap::new());
    }
    let announced = millis(importing.announced);
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "select slug, cast(sum(case when counted_at is null then on_hand else 0 end) as integer),
                    max(counted_at)
             from json_each($1) as wanted
             cross join book on book.slug = wanted.value
             cross join movement indexed by movement_of_copies
                        on movement.book_id = book.id and at > $2 and (on_hand <> 0 or counted_at is not null)
             group by slug"
        }
        Dialect::Postgres => {
            "select slug, cast(sum(case when counted_at is null then on_hand else 0 end) as bigint),
                    max(counted_at)
             from book join movement on book_id = book.id and at > $2 and (on_hand <> 0 or counted_at is not null)
             where slug = any($1)
             group by slug"
        }
    };
    let books: Vec<&str> = books.iter().map(Slug::as_str).collect();
    let rows: Vec<(String, i64, Option<i64>)> = query(statement)
        .bind(books)
        .bind(announced)
        .fetch_all(connection)
        .await?;
    let rows = rows.into_iter().map(|(book, moved, counted_at)| {
        let counted = counted_at.is_some_and(|at| at > announced);
        Ok((slug(&book)?, StockChangeSince { moved, counted }))
    });
    rows.collect()
}

/// The rows that another import of the same file has applied: those it has processed and not
/// refused.
async fn repeated<C: Connection>(
    connection: &mut C,
    import: ImportId,
    importing: &Importing,
    rows: &BTreeSet<u32>,
) -> Result<BTreeSet<u32>, StoreError> {
    let mut repeated = BTreeSet::new();
    let (Some(content), Some(first), Some(last)) = (importing.content, rows.first(), rows.last())
    else {
        return Ok(repeated);
    };
    let others: Vec<(String, i64)> = query(
        "select id, upto from import_job
         where digest = $1 and id <> $2 and upto >= $3 and forgotten = 0
           and was_added + was_changed + was_unchanged + was_refused > 0",
    )
    .bind(content.to_vec())
    .bind(import.to_string())
    .bind(*first)
    .fetch_all(connection)
    .await?;
    for (other, upto) in others {
        let refused: Vec<i64> = query(
            "select row from import_finding
             where job_id = $1 and outcome = 'refused' and row between $2 and $3",
        )
        .bind(other)
        .bind(*first)
        .bind(*last)
        .fetch_scalars(connection)
        .await?;
        let taken_in = |row: &&u32| {
            let row = i64::from(**row);
            row <= upto && !refused.contains(&row)
        };
        repeated.extend(rows.iter().filter(taken_in));
    }
    Ok(repeated)
}
