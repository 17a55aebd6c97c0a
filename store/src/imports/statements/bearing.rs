//! What is asked of both databases about what bears on the lines of a delivery, beside the
//! books that they mean.

macro_rules! bearing {
    ($connection:ty, $moved_since:literal) => {
        use std::collections::{BTreeMap, BTreeSet};

        use shop::{Copies, Delivery, Entry, ImportId, Importing, Since, Slug, World};

        use $crate::{
            StoreError,
            imports::rows::ImportingRow,
            rows::{millis, slug},
        };

        /// An import, as far as its delivery would be decided by it at this moment.
        pub(in super::super) async fn rehearsed(
            connection: &mut $connection,
            world: &World,
            delivery: &Delivery,
        ) -> Result<Importing, StoreError> {
            let row: Option<ImportingRow> = sqlx::query_as(
                "select id, upto, created_at, digest, counts_again from import_job where id = $1",
            )
            .bind(delivery.import.to_string())
            .fetch_optional(&mut *connection)
            .await?;
            let entries: Vec<&Entry> = delivery.entries.iter().collect();
            match row {
                Some(row) => bearing(connection, world, delivery.import, &entries, row).await,
                None => Ok(Importing::default()),
            }
        }

        /// The same of an import that is being taken in, for these of its lines. The books that
        /// they mean are in the world already.
        pub(in super::super) async fn bearing(
            connection: &mut $connection,
            world: &World,
            import: ImportId,
            entries: &[&Entry],
            row: ImportingRow,
        ) -> Result<Importing, StoreError> {
            let importing = Importing::try_from(row)?;
            let entries = || entries.iter();
            let counted =
                entries().filter(|entry| matches!(entry.copies, Some(Copies::Counted(_))));
            // Each once, where one line has its name and another its number.
            let counted: BTreeSet<Slug> = counted.map(|entry| world.meant_by(entry)).collect();
            let rows = entries().filter(|entry| entry.copies.is_some());
            let rows: BTreeSet<u32> = rows.map(|entry| entry.row).collect();
            Ok(Importing {
                since: since(connection, &importing, &counted).await?,
                repeated: repeated(connection, import, &importing, &rows).await?,
                ..importing
            })
        }

        /// What has become of these books' copies since the import was announced.
        async fn since(
            connection: &mut $connection,
            importing: &Importing,
            books: &BTreeSet<Slug>,
        ) -> Result<BTreeMap<Slug, Since>, StoreError> {
            if books.is_empty() {
                return Ok(BTreeMap::new());
            }
            let announced = millis(importing.announced);
            let rows: Vec<(String, i64, Option<i64>)> = sqlx::query_as($moved_since)
                .bind(serde_json::json!(books).to_string())
                .bind(announced)
                .fetch_all(connection)
                .await?;
            let rows = rows.into_iter().map(|(book, moved, counted_at)| {
                let counted = counted_at.is_some_and(|at| at > announced);
                Ok((slug(&book)?, Since { moved, counted }))
            });
            rows.collect()
        }

        /// Those of these rows that another import of the same file has taken in: it has come
        /// so far, and has not refused them.
        async fn repeated(
            connection: &mut $connection,
            import: ImportId,
            importing: &Importing,
            rows: &BTreeSet<u32>,
        ) -> Result<BTreeSet<u32>, StoreError> {
            let mut repeated = BTreeSet::new();
            let (Some(content), Some(first), Some(last)) =
                (importing.content, rows.first(), rows.last())
            else {
                return Ok(repeated);
            };
            let others: Vec<(String, i64)> = sqlx::query_as(
                "select id, upto from import_job
                 where digest = $1 and id <> $2 and upto >= $3 and forgotten = 0
                   and was_added + was_changed + was_unchanged + was_refused > 0",
            )
            .bind(content.to_vec())
            .bind(import.to_string())
            .bind(i64::from(*first))
            .fetch_all(&mut *connection)
            .await?;
            for (other, upto) in others {
                let refused: Vec<i64> = sqlx::query_scalar(
                    "select row from import_finding
                     where job_id = $1 and outcome = 'refused' and row between $2 and $3",
                )
                .bind(other)
                .bind(i64::from(*first))
                .bind(i64::from(*last))
                .fetch_all(&mut *connection)
                .await?;
                let taken_in = |row: &&u32| {
                    let row = i64::from(**row);
                    row <= upto && !refused.contains(&row)
                };
                repeated.extend(rows.iter().filter(taken_in));
            }
            Ok(repeated)
        }
    };
}
pub(crate) use bearing;
