//! SQL for checking and applying imports.

use std::time::Duration;

use shop::{Act, ImportId, StaffName, Timestamp};

use super::{columns, trouble_json};
use crate::{
    StoreError,
    imports::{
        Claim, FoundKind, ImportTrouble, MOST_TRIES, Phase, RowFinding, Tally, Verdict,
        rows::{FindingRow, ImportRow, findings as findings_json},
    },
    journal,
    rows::{duration_millis, millis},
    sql::{Connection, Dialect, query},
};

pub(crate) async fn check_again<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    id: ImportId,
    counts_again: bool,
) -> Result<bool, StoreError> {
    let begun = query(
        "update import_job set state = 'checking', upto = 0, moved_at = $2,
                counts_again = $3, tries = 0, reached = 0
         where id = $1 and state = 'ready'",
    )
    .bind(id.to_string())
    .bind(millis(now))
    .bind(counts_again)
    .execute(connection)
    .await?;
    Ok(begun == 1)
}

pub(crate) async fn apply<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    id: ImportId,
    by: StaffName,
) -> Result<bool, StoreError> {
    let mut transaction = connection.begin_write().await?;
    let begun: Option<String> = query(
        "update import_job set state = 'applying', upto = 0, moved_at = $2,
                tries = 0, reached = 0
         where id = $1 and state = 'ready'
         returning name",
    )
    .bind(id.to_string())
    .bind(millis(now))
    .fetch_optional_scalar(&mut *transaction)
    .await?;
    if let Some(name) = begun {
        let act = Act::ImportApplied { import: id, name };
        journal::write(&mut *transaction, now, Some(&by), act).await?;
        transaction.commit().await?;
        return Ok(true);
    }
    let state: Option<String> = query("select state from import_job where id = $1")
        .bind(id.to_string())
        .fetch_optional_scalar(&mut *transaction)
        .await?;
    Ok(matches!(state.as_deref(), Some("applying" | "applied")))
}

pub(crate) async fn cancel<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    id: ImportId,
    by: StaffName,
) -> Result<bool, StoreError> {
    let mut transaction = connection.begin_write().await?;
    let ended: Option<String> = query(
        "update import_job
         set state = 'cancelled', sender = null, claimed_until = null, moved_at = $2
         where id = $1 and state in ('uploading', 'checking', 'ready', 'applying')
         returning name",
    )
    .bind(id.to_string())
    .bind(millis(now))
    .fetch_optional_scalar(&mut *transaction)
    .await?;
    let Some(name) = ended else {
        return Ok(false);
    };
    let act = Act::ImportCancelled { import: id, name };
    journal::write(&mut *transaction, now, Some(&by), act).await?;
    transaction.commit().await?;
    Ok(true)
}

pub(crate) async fn claim<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    lease: Duration,
) -> Result<Option<Claim>, StoreError> {
    query(
        "update import_job set state = 'failed', trouble = $2, claimed_until = null, moved_at = $1
         where state in ('checking', 'applying') and coalesce(claimed_until, 0) <= $1
           and tries >= $3",
    )
    .bind(millis(now))
    .bind(trouble_json(&ImportTrouble::GivenUp))
    .bind(MOST_TRIES)
    .execute(connection)
    .await?;
    // The outer condition is for PostgreSQL, where two instances can select the same import: the
    // second waits for the first, and then sees the claim.
    let row: Option<ImportRow> = query(concat!(
        "update import_job set claimed_until = $1 + $2, claims = claims + 1, tries = tries + 1
         where id = (select id from import_job
                     where state in ('checking', 'applying') and coalesce(claimed_until, 0) <= $1
                     order by moved_at, id limit 1)
           and coalesce(claimed_until, 0) <= $1
         returning",
        columns!()
    ))
    .bind(millis(now))
    .bind(duration_millis(lease))
    .fetch_optional(connection)
    .await?;
    row.map(Claim::try_from).transpose()
}

pub(crate) async fn note<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    claim: Claim,
    lease: Duration,
    upto: u32,
    tally: Tally,
    findings: Vec<RowFinding>,
) -> Result<bool, StoreError> {
    let id = claim.import.id.to_string();
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let mut transaction = connection.begin_write().await?;
    let noted = query(
        "update import_job set upto = $3, added = $4, changed = $5, unchanged = $6, refused = $7,
                moved_at = $8, claimed_until = $8 + $9,
                tries = case when $3 > reached then 0 else tries end,
                reached = case when $3 > reached then $3 else reached end
         where id = $1 and claims = $2 and state = 'checking'",
    )
    .bind(&id)
    .bind(claim.number)
    .bind(upto)
    .bind(count(tally.added))
    .bind(count(tally.changed))
    .bind(count(tally.unchanged))
    .bind(count(tally.refused))
    .bind(millis(now))
    .bind(duration_millis(lease))
    .execute(&mut *transaction)
    .await?;
    if noted == 0 {
        transaction.rollback().await?;
        return Ok(false);
    }
    if upto == 0 {
        query("delete from import_finding where job_id = $1 and phase = 'check'")
            .bind(&id)
            .execute(&mut *transaction)
            .await?;
    }
    insert_findings(&mut *transaction, claim.import.id, Phase::Check, &findings).await?;
    transaction.commit().await?;
    Ok(true)
}

pub(crate) async fn insert_findings<C: Connection>(
    connection: &mut C,
    id: ImportId,
    phase: Phase,
    findings: &[RowFinding],
) -> Result<(), StoreError> {
    if findings.is_empty() {
        return Ok(());
    }
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "insert into import_finding (job_id, phase, row, outcome, finding)
             select $1, $2, new.value ->> 0, new.value ->> 1, new.value ->> 2
             from json_each($3) as new
             where true
             on conflict (job_id, phase, row) do update set
                outcome = excluded.outcome, finding = excluded.finding"
        }
        Dialect::Postgres => {
            "insert into import_finding (job_id, phase, row, outcome, finding)
             select $1, $2, (new ->> 0)::bigint, new ->> 1, new ->> 2
             from json_array_elements($3::text::json) as new
             on conflict (job_id, phase, row) do update set
                outcome = excluded.outcome, finding = excluded.finding"
        }
    };
    query(statement)
        .bind(id.to_string())
        .bind(phase.as_str())
        .bind(findings_json(findings))
        .execute(connection)
        .await?;
    Ok(())
}

pub(crate) async fn renew<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    claim: Claim,
    lease: Duration,
) -> Result<bool, StoreError> {
    let renewed = query(
        "update import_job set claimed_until = $3 + $4
         where id = $1 and claims = $2 and state in ('checking', 'applying')",
    )
    .bind(claim.import.id.to_string())
    .bind(claim.number)
    .bind(millis(now))
    .bind(duration_millis(lease))
    .execute(connection)
    .await?;
    Ok(renewed == 1)
}

pub(crate) async fn pass<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    claim: Claim,
    upto: u32,
    tally: Tally,
) -> Result<bool, StoreError> {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let passed = query(
        "update import_job set upto = $3, moved_at = $4, tries = 0,
                was_unchanged = was_unchanged + $5, was_refused = was_refused + $6
         where id = $1 and claims = $2 and state = 'applying' and upto < $3",
    )
    .bind(claim.import.id.to_string())
    .bind(claim.number)
    .bind(upto)
    .bind(millis(now))
    .bind(count(tally.unchanged))
    .bind(count(tally.refused))
    .execute(connection)
    .await?;
    Ok(passed == 1)
}

pub(crate) async fn settle<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    claim: Claim,
    verdict: Verdict,
) -> Result<bool, StoreError> {
    let state = claim.import.state.as_str();
    let (from, to, last_row, trouble) = match &verdict {
        Verdict::Checked { last_row } => ("checking", "ready", Some(*last_row), None),
        Verdict::Applied => ("applying", "applied", None, None),
        Verdict::Failed(trouble) => (state, "failed", None, Some(trouble_json(trouble))),
        Verdict::Unfinished => (state, state, None, None),
    };
    let settled = query(
        "update import_job set state = $4, claimed_until = null, moved_at = $5,
                last_row = coalesce($6, last_row), trouble = coalesce($7, trouble),
                upto = case when $4 = 'applied' then coalesce(last_row, upto) else upto end,
                tries = case when $3 = $4 and tries > 0 then tries - 1 else tries end
         where id = $1 and claims = $2 and state = $3",
    )
    .bind(claim.import.id.to_string())
    .bind(claim.number)
    .bind(from)
    .bind(to)
    .bind(millis(now))
    .bind(last_row.map(i64::from))
    .bind(trouble)
    .execute(connection)
    .await?;
    Ok(settled == 1)
}

pub(crate) async fn findings<C: Connection>(
    connection: &mut C,
    id: ImportId,
    phase: Phase,
    kind: FoundKind,
    from: u32,
    most: u32,
) -> Result<Vec<RowFinding>, StoreError> {
    let rows: Vec<FindingRow> = query(
        "select row, finding from import_finding
         where job_id = $1 and phase = $2 and outcome = $3 and row >= $4
         order by row limit $5",
    )
    .bind(id.to_string())
    .bind(phase.as_str())
    .bind(kind.as_str())
    .bind(from)
    .bind(most)
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(RowFinding::try_from).collect()
}
