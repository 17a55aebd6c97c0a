//! What is asked of both databases about imports that are checked and taken in.

macro_rules! working {
    ($connection:ty, $begin:literal, $insert_findings:literal) => {
        use std::time::Duration;

        use shop::{ImportId, Timestamp};
        use sqlx::Connection;

        use $crate::{
            StoreError,
            imports::{
                Claim, FoundKind, ImportTrouble, MOST_TRIES, Phase, RowFinding, Tally, Verdict,
                rows::{FindingRow, ImportRow, findings as json_of},
                statements::{columns, told},
            },
            outbox::in_millis,
            rows::millis,
        };

        pub(in super::super) async fn check_again(
            connection: &mut $connection,
            now: Timestamp,
            id: ImportId,
            counts_again: bool,
        ) -> Result<bool, StoreError> {
            let begun = sqlx::query(
                "update import_job set state = 'checking', upto = 0, moved_at = $2,
                        counts_again = $3, tries = 0, reached = 0
                 where id = $1 and state = 'ready'",
            );
            let begun = begun.bind(id.to_string()).bind(millis(now));
            let begun = begun.bind(i64::from(counts_again));
            Ok(begun.execute(connection).await?.rows_affected() == 1)
        }

        pub(in super::super) async fn apply(
            connection: &mut $connection,
            now: Timestamp,
            id: ImportId,
        ) -> Result<bool, StoreError> {
            let begun = sqlx::query(
                "update import_job set state = 'applying', upto = 0, moved_at = $2,
                        tries = 0, reached = 0
                 where id = $1 and state = 'ready'",
            );
            let begun = begun.bind(id.to_string()).bind(millis(now));
            if begun.execute(&mut *connection).await?.rows_affected() == 1 {
                return Ok(true);
            }
            let state: Option<String> =
                sqlx::query_scalar("select state from import_job where id = $1")
                    .bind(id.to_string())
                    .fetch_optional(connection)
                    .await?;
            Ok(matches!(state.as_deref(), Some("applying" | "applied")))
        }

        pub(in super::super) async fn cancel(
            connection: &mut $connection,
            now: Timestamp,
            id: ImportId,
        ) -> Result<bool, StoreError> {
            let ended = sqlx::query(
                "update import_job
                 set state = 'cancelled', sender = null, claimed_until = null, moved_at = $2
                 where id = $1 and state in ('uploading', 'checking', 'ready', 'applying')",
            );
            let ended = ended.bind(id.to_string()).bind(millis(now));
            Ok(ended.execute(connection).await?.rows_affected() == 1)
        }

        pub(in super::super) async fn claim(
            connection: &mut $connection,
            now: Timestamp,
            lease: Duration,
        ) -> Result<Option<Claim>, StoreError> {
            let given_up = sqlx::query(
                "update import_job set state = 'failed', trouble = $2, claimed_until = null, moved_at = $1
                 where state in ('checking', 'applying') and coalesce(claimed_until, 0) <= $1
                   and tries >= $3",
            );
            let given_up = given_up.bind(millis(now)).bind(told(&ImportTrouble::GivenUp));
            given_up
                .bind(i64::from(MOST_TRIES))
                .execute(&mut *connection)
                .await?;
            // Whoever waits for another's claim finds that it was made.
            let row: Option<ImportRow> = sqlx::query_as(concat!(
                "update import_job set claimed_until = $1 + $2, claims = claims + 1, tries = tries + 1
                 where id = (select id from import_job
                             where state in ('checking', 'applying') and coalesce(claimed_until, 0) <= $1
                             order by moved_at, id limit 1)
                   and coalesce(claimed_until, 0) <= $1
                 returning", columns!()
            ))
            .bind(millis(now))
            .bind(in_millis(lease))
            .fetch_optional(connection)
            .await?;
            row.map(Claim::try_from).transpose()
        }

        pub(in super::super) async fn note(
            connection: &mut $connection,
            now: Timestamp,
            claim: Claim,
            lease: Duration,
            upto: u32,
            tally: Tally,
            findings: Vec<RowFinding>,
        ) -> Result<bool, StoreError> {
            let id = claim.import.id.to_string();
            let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            let mut transaction = connection.begin_with($begin).await?;
            let noted = sqlx::query(
                "update import_job set upto = $3, added = $4, changed = $5, unchanged = $6, refused = $7,
                        moved_at = $8, claimed_until = $8 + $9,
                        tries = case when $3 > reached then 0 else tries end,
                        reached = case when $3 > reached then $3 else reached end
                 where id = $1 and claims = $2 and state = 'checking'",
            )
            .bind(&id)
            .bind(claim.number)
            .bind(i64::from(upto))
            .bind(count(tally.added))
            .bind(count(tally.changed))
            .bind(count(tally.unchanged))
            .bind(count(tally.refused))
            .bind(millis(now))
            .bind(in_millis(lease))
            .execute(&mut *transaction)
            .await?;
            if noted.rows_affected() == 0 {
                transaction.rollback().await?;
                return Ok(false);
            }
            if upto == 0 {
                sqlx::query("delete from import_finding where job_id = $1 and phase = 'check'")
                    .bind(&id)
                    .execute(&mut *transaction)
                    .await?;
            }
            insert_findings(&mut transaction, claim.import.id, Phase::Check, &findings).await?;
            transaction.commit().await?;
            Ok(true)
        }

        pub(in super::super) async fn insert_findings(
            connection: &mut $connection,
            id: ImportId,
            phase: Phase,
            findings: &[RowFinding],
        ) -> Result<(), StoreError> {
            if !findings.is_empty() {
                sqlx::query($insert_findings)
                    .bind(id.to_string())
                    .bind(phase.as_str())
                    .bind(json_of(findings))
                    .execute(connection)
                    .await?;
            }
            Ok(())
        }

        pub(in super::super) async fn renew(
            connection: &mut $connection,
            now: Timestamp,
            claim: Claim,
            lease: Duration,
        ) -> Result<bool, StoreError> {
            let renewed = sqlx::query(
                "update import_job set claimed_until = $3 + $4
                 where id = $1 and claims = $2 and state in ('checking', 'applying')",
            );
            let renewed = renewed.bind(claim.import.id.to_string()).bind(claim.number);
            let renewed = renewed.bind(millis(now)).bind(in_millis(lease));
            Ok(renewed.execute(connection).await?.rows_affected() == 1)
        }

        pub(in super::super) async fn pass(
            connection: &mut $connection,
            now: Timestamp,
            claim: Claim,
            upto: u32,
            tally: Tally,
        ) -> Result<bool, StoreError> {
            let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            let passed = sqlx::query(
                "update import_job set upto = $3, moved_at = $4, tries = 0,
                        was_unchanged = was_unchanged + $5, was_refused = was_refused + $6
                 where id = $1 and claims = $2 and state = 'applying' and upto < $3",
            );
            let passed = passed
                .bind(claim.import.id.to_string())
                .bind(claim.number)
                .bind(i64::from(upto))
                .bind(millis(now))
                .bind(count(tally.unchanged))
                .bind(count(tally.refused));
            Ok(passed.execute(connection).await?.rows_affected() == 1)
        }

        pub(in super::super) async fn settle(
            connection: &mut $connection,
            now: Timestamp,
            claim: Claim,
            verdict: Verdict,
        ) -> Result<bool, StoreError> {
            let state = claim.import.state.as_str();
            let (from, to, last_row, trouble) = match &verdict {
                Verdict::Checked { last_row } => ("checking", "ready", Some(*last_row), None),
                Verdict::Applied => ("applying", "applied", None, None),
                Verdict::Failed(trouble) => (state, "failed", None, Some(told(trouble))),
                Verdict::Unfinished => (state, state, None, None),
            };
            let settled = sqlx::query(
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
            Ok(settled.rows_affected() == 1)
        }

        pub(in super::super) async fn findings(
            connection: &mut $connection,
            id: ImportId,
            phase: Phase,
            kind: FoundKind,
            from: u32,
            most: u32,
        ) -> Result<Vec<RowFinding>, StoreError> {
            let rows: Vec<FindingRow> = sqlx::query_as(
                "select row, finding from import_finding
                 where job_id = $1 and phase = $2 and outcome = $3 and row >= $4
                 order by row limit $5",
            )
            .bind(id.to_string())
            .bind(phase.as_str())
            .bind(kind.as_str())
            .bind(i64::from(from))
            .bind(i64::from(most))
            .fetch_all(connection)
            .await?;
            rows.into_iter().map(RowFinding::try_from).collect()
        }
    };
}
pub(crate) use working;
