//! What is asked of both databases about imports, in SQL that both understand. Each
//! takes a connection and the moment; who may write when is the store's business.

/// The columns of an import.
macro_rules! columns {
    () => {
        " id, kind, name, size, who, created_at, state, received, digest, trouble, last_row, upto,
          added, changed, unchanged, refused,
          was_added, was_changed, was_unchanged, was_refused, claims "
    };
}

/// The same functions for a kind of connection: how its transactions begin, and how it
/// takes findings from a JSON array.
macro_rules! import_statements {
    ($connection:ty, $begin:literal, $insert_findings:literal) => {
        use std::time::Duration;

        use shop::{ImportId, Slug, Timestamp};
        use sqlx::Connection;

        use $crate::{
            StoreError,
            import_rows::{FindingRow, ImportRow, findings as json_of},
            import_statements::columns,
            imports::{
                Appended, Called, Claim, CoverFormat, CoverImage, FoundKind, Import, ImportTrouble,
                KEEP_IMPORTS, MOST_IMPORTS, NewCover, NewImport, Phase, RowFinding, STALE_AFTER, Tally, Verdict,
            },
            outbox::in_millis,
            rows::{large, millis, slug, timestamp},
        };

        pub(super) async fn begin(
            connection: &mut $connection,
            now: Timestamp,
            new: NewImport,
        ) -> Result<Option<Import>, StoreError> {
            let size = i64::try_from(new.size).unwrap_or(i64::MAX);
            let same: Option<ImportRow> = sqlx::query_as(concat!(
                "select", columns!(), "from import_job
                 where state = 'uploading' and who = $1 and name = $2 and size = $3 and kind = $4
                 order by created_at desc limit 1"
            ))
            .bind(&new.who)
            .bind(&new.name)
            .bind(size)
            .bind(new.kind.as_str())
            .fetch_optional(&mut *connection)
            .await?;
            if let Some(same) = same {
                return same.try_into().map(Some);
            }
            let row: Option<ImportRow> = sqlx::query_as(concat!(
                "insert into import_job (id, kind, name, size, who, created_at, moved_at, state, received,
                    upto, added, changed, unchanged, refused,
                    was_added, was_changed, was_unchanged, was_refused, claims)
                 select $1, $2, $3, $4, $5, $6, $6, 'uploading', 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
                 where (select count(*) from import_job
                        where state in ('uploading', 'checking', 'ready', 'applying')) < $7
                 returning", columns!()
            ))
            .bind(new.id.to_string())
            .bind(new.kind.as_str())
            .bind(new.name)
            .bind(size)
            .bind(new.who)
            .bind(millis(now))
            .bind(i64::from(MOST_IMPORTS))
            .fetch_optional(connection)
            .await?;
            row.map(Import::try_from).transpose()
        }

        pub(super) async fn import(
            connection: &mut $connection,
            id: ImportId,
        ) -> Result<Option<Import>, StoreError> {
            let row: Option<ImportRow> = sqlx::query_as(concat!(
                "select", columns!(), "from import_job where id = $1"
            ))
            .bind(id.to_string())
            .fetch_optional(connection)
            .await?;
            row.map(Import::try_from).transpose()
        }

        pub(super) async fn imports(
            connection: &mut $connection,
            most: u32,
        ) -> Result<Vec<Import>, StoreError> {
            let rows: Vec<ImportRow> = sqlx::query_as(concat!(
                "select", columns!(), "from import_job order by created_at desc, id limit $1"
            ))
            .bind(i64::from(most))
            .fetch_all(connection)
            .await?;
            rows.into_iter().map(Import::try_from).collect()
        }

        pub(super) async fn applied_before(
            connection: &mut $connection,
            id: ImportId,
            digest: Option<[u8; 32]>,
        ) -> Result<Option<Timestamp>, StoreError> {
            let Some(digest) = digest else {
                return Ok(None);
            };
            let at: Option<i64> = sqlx::query_scalar(
                "select max(moved_at) from import_job
                 where digest = $1 and state = 'applied' and id <> $2",
            )
            .bind(digest.to_vec())
            .bind(id.to_string())
            .fetch_one(connection)
            .await?;
            at.map(timestamp).transpose()
        }

        pub(super) async fn take_over(
            connection: &mut $connection,
            id: ImportId,
            sender: u32,
        ) -> Result<Option<u64>, StoreError> {
            let received: Option<i64> = sqlx::query_scalar(
                "update import_job set sender = $2 where id = $1 and state = 'uploading'
                 returning received",
            )
            .bind(id.to_string())
            .bind(i64::from(sender))
            .fetch_optional(connection)
            .await?;
            received.map(large).transpose()
        }

        pub(super) async fn append(
            connection: &mut $connection,
            now: Timestamp,
            id: ImportId,
            sender: u32,
            start: u64,
            bytes: Vec<u8>,
        ) -> Result<Appended, StoreError> {
            let (id, start) = (id.to_string(), i64::try_from(start).unwrap_or(i64::MAX));
            let mut transaction = connection.begin_with($begin).await?;
            let fits = sqlx::query(
                "update import_job set received = received + $4, moved_at = $5
                 where id = $1 and state = 'uploading' and sender = $2 and received = $3
                   and received + $4 <= size",
            )
            .bind(&id)
            .bind(i64::from(sender))
            .bind(start)
            .bind(i64::try_from(bytes.len()).unwrap_or(i64::MAX))
            .bind(millis(now))
            .execute(&mut *transaction)
            .await?;
            if fits.rows_affected() == 1 {
                let end = large(start)? + bytes.len() as u64;
                sqlx::query("insert into import_chunk (job_id, start, bytes) values ($1, $2, $3)")
                    .bind(&id)
                    .bind(start)
                    .bind(bytes)
                    .execute(&mut *transaction)
                    .await?;
                transaction.commit().await?;
                return Ok(Appended::Kept(end));
            }
            let found: Option<(Option<i64>, i64)> = sqlx::query_as(
                "select sender, received from import_job where id = $1 and state = 'uploading'",
            )
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

        pub(super) async fn piece(
            connection: &mut $connection,
            id: ImportId,
            start: u64,
        ) -> Result<Option<Vec<u8>>, StoreError> {
            let bytes = sqlx::query_scalar(
                "select bytes from import_chunk where job_id = $1 and start = $2",
            );
            Ok(bytes
                .bind(id.to_string())
                .bind(i64::try_from(start).unwrap_or(i64::MAX))
                .fetch_optional(connection)
                .await?)
        }

        pub(super) async fn received(
            connection: &mut $connection,
            now: Timestamp,
            id: ImportId,
            digest: [u8; 32],
        ) -> Result<bool, StoreError> {
            let whole = sqlx::query(
                "update import_job set state = 'checking', digest = $2, sender = null, moved_at = $3
                 where id = $1 and state = 'uploading' and received = size",
            );
            let whole = whole.bind(id.to_string()).bind(digest.to_vec());
            let whole = whole.bind(millis(now)).execute(connection).await?;
            Ok(whole.rows_affected() == 1)
        }

        pub(super) async fn spoilt(
            connection: &mut $connection,
            now: Timestamp,
            id: ImportId,
        ) -> Result<bool, StoreError> {
            let failed = sqlx::query(
                "update import_job set state = 'failed', trouble = $2, sender = null, moved_at = $3
                 where id = $1 and state = 'uploading'",
            );
            let failed = failed.bind(id.to_string()).bind(told(&ImportTrouble::Digest));
            let failed = failed.bind(millis(now)).execute(connection).await?;
            Ok(failed.rows_affected() == 1)
        }

        pub(super) async fn apply(
            connection: &mut $connection,
            now: Timestamp,
            id: ImportId,
        ) -> Result<bool, StoreError> {
            let begun = sqlx::query(
                "update import_job set state = 'applying', upto = 0, moved_at = $2
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

        pub(super) async fn cancel(
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

        pub(super) async fn claim(
            connection: &mut $connection,
            now: Timestamp,
            lease: Duration,
        ) -> Result<Option<Claim>, StoreError> {
            // Whoever waits for another's claim finds that it was made.
            let row: Option<ImportRow> = sqlx::query_as(concat!(
                "update import_job set claimed_until = $1 + $2, claims = claims + 1
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

        pub(super) async fn note(
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
                        moved_at = $8, claimed_until = $8 + $9
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

        pub(super) async fn insert_findings(
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

        pub(super) async fn renew(
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

        pub(super) async fn settle(
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
                        last_row = coalesce($6, last_row), trouble = coalesce($7, trouble)
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

        pub(super) async fn findings(
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

        pub(super) async fn books_called(
            connection: &mut $connection,
            names: Vec<String>,
        ) -> Result<Vec<Called>, StoreError> {
            let mut called = Vec::with_capacity(names.len());
            for name in names {
                let row: Option<(String, Option<Vec<u8>>)> = sqlx::query_as(
                    "select slug, source from book left join cover on book_id = book.id
                     where slug = $1 or isbn = $1 order by slug = $1 desc limit 1",
                )
                .bind(name)
                .fetch_optional(&mut *connection)
                .await?;
                let found = row.map(|(name, source)| {
                    let source = source.and_then(|source| source.try_into().ok());
                    slug(&name).map(|book| (book, source))
                });
                called.push(found.transpose()?);
            }
            Ok(called)
        }

        pub(super) async fn hang(
            connection: &mut $connection,
            now: Timestamp,
            claim: Claim,
            upto: u32,
            book: Slug,
            cover: NewCover,
        ) -> Result<bool, StoreError> {
            let mut transaction = connection.begin_with($begin).await?;
            let ours = sqlx::query(
                "update import_job set upto = $3, was_changed = was_changed + 1, moved_at = $4
                 where id = $1 and claims = $2 and state = 'applying' and upto < $3",
            )
            .bind(claim.import.id.to_string())
            .bind(claim.number)
            .bind(i64::from(upto))
            .bind(millis(now))
            .execute(&mut *transaction)
            .await?;
            if ours.rows_affected() == 0 {
                transaction.rollback().await?;
                return Ok(false);
            }
            sqlx::query(
                "insert into cover (book_id, source, format, small, large)
                 select id, $2, $3, $4, $5 from book where slug = $1
                 on conflict (book_id) do update set source = excluded.source,
                    format = excluded.format, small = excluded.small, large = excluded.large",
            )
            .bind(book.as_str())
            .bind(cover.source.to_vec())
            .bind(cover.format.as_str())
            .bind(cover.small)
            .bind(cover.large)
            .execute(&mut *transaction)
            .await?;
            transaction.commit().await?;
            Ok(true)
        }

        pub(super) async fn cover(
            connection: &mut $connection,
            book: &Slug,
            small: bool,
        ) -> Result<Option<CoverImage>, StoreError> {
            let row: Option<(Vec<u8>, String, Vec<u8>)> = sqlx::query_as(
                "select source, format, case when $2 = 1 then small else large end
                 from cover join book on book.id = book_id where slug = $1",
            )
            .bind(book.as_str())
            .bind(i64::from(small))
            .fetch_optional(connection)
            .await?;
            let odd = || StoreError::Inconsistent(format!("the cover of {book}"));
            let cover = row.map(|(source, format, bytes)| {
                Ok(CoverImage {
                    source: source.try_into().map_err(|_| odd())?,
                    format: CoverFormat::of(&format).ok_or_else(odd)?,
                    bytes,
                })
            });
            cover.transpose()
        }

        /// Chunks and findings are many: a few at a time, so that nobody waits for it.
        pub(super) async fn tidy(
            connection: &mut $connection,
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
                let turn = sqlx::query(statement).bind(before);
                done += turn.execute(&mut *connection).await?.rows_affected();
            }
            Ok(done > 0)
        }

        fn told(trouble: &ImportTrouble) -> String {
            serde_json::to_string(trouble).expect("a trouble is plain data")
        }
    };
}

pub(crate) use columns;
pub(crate) use import_statements;
