//! SQL for uploading a file, and for deleting finished imports.

use shop::{Act, ImportId, Timestamp};

use super::{columns, trouble_json};
use crate::{
    StoreError,
    imports::{
        Appended, Import, ImportTrouble, KEEP_IMPORTS, MOST_IMPORTS, NewImport, STALE_AFTER,
        rows::ImportRow,
    },
    journal,
    rows::{large, millis, timestamp},
    sql::{Connection, query},
};

pub(crate) async fn begin<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    new: NewImport,
) -> Result<Option<Import>, StoreError> {
    let size = i64::try_from(new.size).unwrap_or(i64::MAX);
    let mut transaction = connection.begin_write().await?;
    let same: Option<ImportRow> = query(concat!(
        "select",
        columns!(),
        "from import_job
         where state = 'uploading' and who = $1 and name = $2 and size = $3 and kind = $4
         order by created_at desc limit 1"
    ))
    .bind(new.who.as_str())
    .bind(&new.name)
    .bind(size)
    .bind(new.kind.as_str())
    .fetch_optional(&mut *transaction)
    .await?;
    if let Some(same) = same {
        return same.try_into().map(Some);
    }
    let row: Option<ImportRow> = query(concat!(
        "insert into import_job (id, kind, name, size, who, created_at, moved_at, state, received,
            upto, added, changed, unchanged, refused,
            was_added, was_changed, was_unchanged, was_refused, claims)
         select $1, $2, $3, $4, $5, $6, $6, 'uploading', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
         where (select count(*) from import_job
                where state in ('uploading', 'checking', 'ready', 'applying')) < $7
         returning",
        columns!()
    ))
    .bind(new.id.to_string())
    .bind(new.kind.as_str())
    .bind(&new.name)
    .bind(size)
    .bind(new.who.as_str())
    .bind(millis(now))
    .bind(MOST_IMPORTS)
    .fetch_optional(&mut *transaction)
    .await?;
    if row.is_some() {
        let act = Act::ImportBegun {
            import: new.id,
            name: new.name,
        };
        journal::write(&mut *transaction, now, Some(&new.who), act).await?;
    }
    transaction.commit().await?;
    row.map(Import::try_from).transpose()
}

pub(crate) async fn import<C: Connection>(
    connection: &mut C,
    id: ImportId,
) -> Result<Option<Import>, StoreError> {
    let row: Option<ImportRow> = query(concat!(
        "select",
        columns!(),
        "from import_job where id = $1"
    ))
    .bind(id.to_string())
    .fetch_optional(connection)
    .await?;
    row.map(Import::try_from).transpose()
}

pub(crate) async fn imports<C: Connection>(
    connection: &mut C,
    most: u32,
) -> Result<Vec<Import>, StoreError> {
    let rows: Vec<ImportRow> = query(concat!(
        "select",
        columns!(),
        "from import_job order by created_at desc, id limit $1"
    ))
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Import::try_from).collect()
}

pub(crate) async fn applied_before<C: Connection>(
    connection: &mut C,
    id: ImportId,
    digest: Option<[u8; 32]>,
) -> Result<Option<Timestamp>, StoreError> {
    let Some(digest) = digest else {
        return Ok(None);
    };
    let at: Option<i64> = query(
        "select max(moved_at) from import_job
         where digest = $1 and id <> $2 and forgotten = 0
           and was_added + was_changed + was_unchanged > 0",
    )
    .bind(digest.to_vec())
    .bind(id.to_string())
    .fetch_scalar(connection)
    .await?;
    at.map(timestamp).transpose()
}

pub(crate) async fn take_over<C: Connection>(
    connection: &mut C,
    id: ImportId,
    sender: u32,
) -> Result<Option<u64>, StoreError> {
    let received: Option<i64> = query(
        "update import_job set sender = $2 where id = $1 and state = 'uploading'
         returning received",
    )
    .bind(id.to_string())
    .bind(sender)
    .fetch_optional_scalar(connection)
    .await?;
    received.map(large).transpose()
}

pub(crate) async fn append<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    id: ImportId,
    sender: u32,
    start: u64,
    bytes: Vec<u8>,
) -> Result<Appended, StoreError> {
    let (id, start) = (id.to_string(), i64::try_from(start).unwrap_or(i64::MAX));
    let mut transaction = connection.begin_write().await?;
    let fits = query(
        "update import_job set received = received + $4, moved_at = $5
         where id = $1 and state = 'uploading' and sender = $2 and received = $3
           and received + $4 <= size",
    )
    .bind(&id)
    .bind(sender)
    .bind(start)
    .bind(i64::try_from(bytes.len()).unwrap_or(i64::MAX))
    .bind(millis(now))
    .execute(&mut *transaction)
    .await?;
    if fits == 1 {
        let end = large(start)? + bytes.len() as u64;
        query("insert into import_chunk (job_id, start, bytes) values ($1, $2, $3)")
            .bind(&id)
            .bind(start)
            .bind(bytes)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        return Ok(Appended::Kept(end));
    }
    let found: Option<(Option<i64>, i64)> =
        query("select sender, received from import_job where id = $1 and state = 'uploading'")
            .bind(&id)
            .fetch_optional(&mut *transaction)
            .await?;
    transaction.rollback().await?;
    match found {
        None => Ok(Appended::Over),
        Some((owner, _)) if owner != Some(i64::from(sender)) => Ok(Appended::TakenOver),
        Some((_, received)) => Ok(Appended::Elsewhere(large(received)?)),
    }
}

pub(crate) async fn piece<C: Connection>(
    connection: &mut C,
    id: ImportId,
    start: u64,
) -> Result<Option<Vec<u8>>, StoreError> {
    query("select bytes from import_chunk where job_id = $1 and start = $2")
        .bind(id.to_string())
        .bind(i64::try_from(start).unwrap_or(i64::MAX))
        .fetch_optional_scalar(connection)
        .await
}

pub(crate) async fn received<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    id: ImportId,
    digest: [u8; 32],
) -> Result<bool, StoreError> {
    let updated = query(
        "update import_job set state = 'checking', digest = $2, sender = null, moved_at = $3
         where id = $1 and state = 'uploading' and received = size",
    )
    .bind(id.to_string())
    .bind(digest.to_vec())
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(updated == 1)
}

pub(crate) async fn spoilt<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    id: ImportId,
) -> Result<bool, StoreError> {
    let updated = query(
        "update import_job set state = 'failed', trouble = $2, sender = null, moved_at = $3
         where id = $1 and state = 'uploading'",
    )
    .bind(id.to_string())
    .bind(trouble_json(&ImportTrouble::Digest))
    .bind(millis(now))
    .execute(connection)
    .await?;
    Ok(updated == 1)
}

/// Cancels stale imports, and deletes old data of finished ones. Each call deletes only a few
/// chunks and findings, to keep the write short.
pub(crate) async fn tidy<C: Connection>(
    connection: &mut C,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (stale, old) = (millis(now - STALE_AFTER), millis(now - KEEP_IMPORTS));
    let mut done = 0;
    for (statement, before) in [
        (
            "update import_job set state = 'cancelled', sender = null
             where state in ('uploading', 'ready') and moved_at <= $1",
            stale,
        ),
        (
            "delete from import_chunk where (job_id, start) in (
                select job_id, start from import_chunk join import_job on id = job_id
                where state in ('applied', 'cancelled', 'failed') and moved_at < $1 limit 4)",
            millis(now) + 1,
        ),
        // Once an import's refused rows are deleted, it is unknown which of its rows were applied.
        (
            "update import_job set forgotten = 1
             where state in ('applied', 'cancelled', 'failed') and moved_at <= $1
               and forgotten = 0",
            old,
        ),
        (
            "delete from import_finding where (job_id, phase, row) in (
                select job_id, phase, row from import_finding join import_job on id = job_id
                where state in ('applied', 'cancelled', 'failed') and moved_at <= $1 limit 500)",
            old,
        ),
        (
            "delete from import_job
             where state in ('applied', 'cancelled', 'failed') and moved_at <= $1
               and not exists (select 1 from import_chunk where job_id = id)
               and not exists (select 1 from import_finding where job_id = id)",
            old,
        ),
    ] {
        done += query(statement).bind(before).execute(connection).await?;
    }
    Ok(done > 0)
}
