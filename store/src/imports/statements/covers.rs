//! What is asked of both databases about covers.

macro_rules! covers {
    ($connection:ty, $begin:literal) => {
        use shop::{Slug, Timestamp};
        use sqlx::Connection;

        use $crate::{
            StoreError,
            imports::{Called, Claim, CoverFormat, CoverImage, NewCover},
            rows::{millis, slug},
        };

        pub(in super::super) async fn books_called(
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

        pub(in super::super) async fn hang(
            connection: &mut $connection,
            now: Timestamp,
            claim: Claim,
            upto: u32,
            book: Slug,
            cover: NewCover,
        ) -> Result<bool, StoreError> {
            let mut transaction = connection.begin_with($begin).await?;
            let ours = sqlx::query(
                "update import_job set upto = $3, was_changed = was_changed + 1, moved_at = $4, tries = 0
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

        pub(in super::super) async fn cover(
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
    };
}
pub(crate) use covers;
