//! SQL for covers.

use shop::{Level, Refusal, Slug, Timestamp};

use crate::{
    StoreError,
    imports::{Called, Claim, CoverFormat, CoverImage, KnownCover, NewCover},
    rows::{LevelRow, millis, slug},
    sql::{Connection, query},
};

/// What has become of a picture of an import.
pub(crate) enum Hung {
    /// Nothing: the claim has ended, or the row was applied before.
    NotOurs,
    /// The book keeps the cover that was set at the desk.
    Kept,
    /// It is the book's cover. This is the book's new level.
    Set(Level),
}

pub(crate) async fn books_called<C: Connection>(
    connection: &mut C,
    names: Vec<String>,
) -> Result<Vec<Called>, StoreError> {
    let mut called = Vec::with_capacity(names.len());
    for name in names {
        let row: Option<(String, Option<Vec<u8>>, Option<i64>)> = query(
            "select slug, source, from_desk from book left join cover on book_id = book.id
             where slug = $1 or isbn = $1 order by slug = $1 desc limit 1",
        )
        .bind(name)
        .fetch_optional(connection)
        .await?;
        let found = row.map(|(name, source, from_desk)| {
            let source = source.and_then(|source| source.try_into().ok());
            let cover = source.map(|source| KnownCover {
                source,
                is_from_desk: from_desk == Some(1),
            });
            slug(&name).map(|book| (book, cover))
        });
        called.push(found.transpose()?);
    }
    Ok(called)
}

pub(crate) async fn hang<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    claim: Claim,
    upto: u32,
    book: Slug,
    cover: NewCover,
) -> Result<Hung, StoreError> {
    let mut transaction = connection.begin_write().await?;
    let ours = query(
        "update import_job set upto = $3, was_changed = was_changed + 1, moved_at = $4, tries = 0
         where id = $1 and claims = $2 and state = 'applying' and upto < $3",
    )
    .bind(claim.import.id.to_string())
    .bind(claim.number)
    .bind(upto)
    .bind(millis(now))
    .execute(&mut *transaction)
    .await?;
    if ours == 0 {
        transaction.rollback().await?;
        return Ok(Hung::NotOurs);
    }
    let reason = format!("import {}", claim.import.id);
    let level = put(&mut *transaction, now, &book, cover, false, reason).await?;
    if level.is_none() {
        query(
            "update import_job set was_changed = was_changed - 1, was_unchanged = was_unchanged + 1
             where id = $1",
        )
        .bind(claim.import.id.to_string())
        .execute(&mut *transaction)
        .await?;
    }
    transaction.commit().await?;
    Ok(level.map_or(Hung::Kept, Hung::Set))
}

/// Gives a book another cover, in the caller's transaction. Returns the book's new level; `None` if
/// the cover is not from the desk and the book keeps one that is.
pub(crate) async fn put<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    book: &Slug,
    cover: NewCover,
    is_from_desk: bool,
    reason: String,
) -> Result<Option<Level>, StoreError> {
    // An import has looked at the cover before, but staff may have set another one since then.
    let put = query(
        "insert into cover (book_id, source, format, small, large, from_desk)
         select id, $2, $3, $4, $5, $6 from book where slug = $1
         on conflict (book_id) do update set source = excluded.source,
            format = excluded.format, small = excluded.small, large = excluded.large,
            from_desk = excluded.from_desk
         where excluded.from_desk = 1 or cover.from_desk = 0",
    )
    .bind(book.as_str())
    .bind(cover.source.to_vec())
    .bind(cover.format.as_str())
    .bind(cover.small)
    .bind(cover.large)
    .bind(is_from_desk)
    .execute(&mut *connection)
    .await?;
    if put == 0 {
        let known: Option<i64> = query("select id from book where slug = $1")
            .bind(book.as_str())
            .fetch_optional_scalar(connection)
            .await?;
        return match known {
            Some(_) => Ok(None),
            None => Err(Refusal::NoSuchBook(book.clone()).into()),
        };
    }
    record_change(connection, now, book, reason).await.map(Some)
}

/// Records that the book's page has changed, as a movement of zero copies. `shop` does the same.
async fn record_change<C: Connection>(
    connection: &mut C,
    now: Timestamp,
    book: &Slug,
    reason: String,
) -> Result<Level, StoreError> {
    query(
        "update stock set version = version + 1, page = version + 1
         where book_id = (select id from book where slug = $1)",
    )
    .bind(book.as_str())
    .execute(&mut *connection)
    .await?;
    query(
        "insert into movement (book_id, version, kind, on_hand, held, allocated, reason, at)
         select book_id, version, 'adjusted', 0, 0, 0, $2, $3
         from stock join book on book.id = book_id where slug = $1",
    )
    .bind(book.as_str())
    .bind(reason)
    .bind(millis(now))
    .execute(&mut *connection)
    .await?;
    let row: LevelRow = query(
        "select slug, price_cents, withdrawn, on_hand, held, allocated, version, page
         from stock join book on book.id = book_id where slug = $1",
    )
    .bind(book.as_str())
    .fetch_one(connection)
    .await?;
    row.try_into()
}

pub(crate) async fn cover<C: Connection>(
    connection: &mut C,
    book: &Slug,
    small: bool,
) -> Result<Option<CoverImage>, StoreError> {
    let row: Option<(Vec<u8>, String, Vec<u8>)> = query(
        "select source, format, case when $2 = 1 then small else large end
         from cover join book on book.id = book_id where slug = $1",
    )
    .bind(book.as_str())
    .bind(small)
    .fetch_optional(connection)
    .await?;
    let inconsistent = || StoreError::Inconsistent(format!("the cover of {book}"));
    let cover = row.map(|(source, format, bytes)| {
        Ok(CoverImage {
            source: source.try_into().map_err(|_| inconsistent())?,
            format: CoverFormat::of(&format).ok_or_else(inconsistent)?,
            bytes,
        })
    });
    cover.transpose()
}
