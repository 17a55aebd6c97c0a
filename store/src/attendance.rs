//! Records which waiting shoppers have a page open, offers them copies, and ends waits for
//! withdrawn books.

use std::time::Duration;

use shop::{Command, ShopperId, Slug, Timestamp, Wait};

use crate::{
    Feed, StoreError,
    rows::{duration_millis, millis, shopper, slug},
    sql::{Backend, Connection, Dialect, query},
    store::ATTEND_EVERY,
    writer::Writer,
};

/// The most shoppers whose presence is written in one transaction. In SQLite this holds up the
/// batch executor, but for less than a millisecond.
const AT_ONCE: usize = 64;
/// The most books in one command.
const BOOKS_AT_ONCE: u16 = 16;
/// The most commands in one call of [`attend`] that end waits for withdrawn books.
const WITHDRAWAL_BATCHES: usize = 64;
/// A recorded presence that ends within this time is renewed.
const RENEW_WITHIN: Duration =
    Duration::from_secs(Wait::PRESENCE_TTL.as_secs() - ATTEND_EVERY.as_secs() / 2);

/// Records which shoppers on a waitlist have a page open on this instance, and offers them the
/// copies that are available. Ends waits for withdrawn books. An error does not stop the rest; the
/// first error is returned.
///
/// Presence is not recorded by a command, because no click may wait for it: it is written outside
/// the batches, without locking any book. Commands then name only the books with a copy to offer or
/// with waits to end. A book that another instance has locked at that moment is left for the next
/// call.
pub(crate) async fn attend<B: Backend>(
    backend: &B,
    feed: &Feed,
    writer: &Writer,
) -> Result<(), StoreError> {
    if !backend.in_time(anybody_waits(backend)).await? {
        return Ok(());
    }
    let mut outcome = end_waits_for_withdrawn_books(backend, writer).await;
    for present in feed.present().chunks(AT_ONCE) {
        outcome = outcome.and(attend_some(backend, writer, present).await);
    }
    outcome
}

/// Ends the waits that did not fit into the batch that withdrew their book. Other commands are
/// executed in between.
async fn end_waits_for_withdrawn_books<B: Backend>(
    backend: &B,
    writer: &Writer,
) -> Result<(), StoreError> {
    for _ in 0..WITHDRAWAL_BATCHES {
        let books = backend.in_time(withdrawn_with_waits(backend)).await?;
        if books.is_empty() {
            break;
        }
        writer.submit(Command::OfferAvailable { books }).await?;
    }
    Ok(())
}

/// Some of the withdrawn books that anybody waits for.
async fn withdrawn_with_waits<B: Backend>(backend: &B) -> Result<Vec<Slug>, StoreError> {
    let rows: Vec<String> = query(
        "select slug from book
         where withdrawn = 1 and exists (select 1 from wait where book_id = book.id)
         limit $1",
    )
    .bind(u32::from(BOOKS_AT_ONCE))
    .fetch_scalars(&mut *backend.reader().await?)
    .await?;
    rows.iter().map(|name| slug(name)).collect()
}

async fn attend_some<B: Backend>(
    backend: &B,
    writer: &Writer,
    present: &[ShopperId],
) -> Result<(), StoreError> {
    let waiting = backend.in_time(to_record(backend, present)).await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let ids = id_bytes(&waiting);
    backend
        .write(move |connection, now| Box::pin(record(connection, ids, now)))
        .await?;
    // The books are read after the presence was recorded: a batch that loads the waitlist from now
    // on offers the copies it frees. Copies freed by a batch that is running now are found by the
    // next call.
    let books = backend.in_time(offerable(backend, &waiting)).await?;
    let mut outcome = Ok(());
    for books in books.chunks(BOOKS_AT_ONCE.into()) {
        let books = books.to_vec();
        let offered = writer.submit(Command::OfferAvailable { books }).await;
        outcome = outcome.and(offered.map(drop));
    }
    outcome
}

async fn anybody_waits<B: Backend>(backend: &B) -> Result<bool, StoreError> {
    query("select exists (select 1 from wait)")
        .fetch_scalar(&mut *backend.reader().await?)
        .await
}

/// The waiting shoppers among these whose recorded presence ends within [`RENEW_WITHIN`].
async fn to_record<B: Backend>(
    backend: &B,
    present: &[ShopperId],
) -> Result<Vec<ShopperId>, StoreError> {
    let statement = match B::Connection::DIALECT {
        Dialect::Sqlite => {
            "select distinct wait.shopper from json_each($1) as wanted
             cross join wait on wait.shopper = unhex(wanted.value)
             where reachable_until < $2 and ends_at > $3"
        }
        Dialect::Postgres => {
            "select distinct shopper from wait
             where shopper = any($1) and reachable_until < $2 and ends_at > $3"
        }
    };
    let connection = &mut *backend.reader().await?;
    let now = backend.now(connection).await?;
    let rows: Vec<Vec<u8>> = query(statement)
        .bind(id_bytes(present))
        .bind(millis(now + RENEW_WITHIN))
        .bind(millis(now))
        .fetch_scalars(connection)
        .await?;
    rows.iter().map(|bits| shopper(bits)).collect()
}

/// Records the presence of these shoppers on every waitlist that they are on.
async fn record<C: Connection>(
    connection: &mut C,
    shoppers: Vec<Vec<u8>>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let statement = match C::DIALECT {
        Dialect::Sqlite => {
            "update wait set reachable_until = $2 + $3
             where shopper in (select unhex(value) from json_each($1)) and reachable_until < $2 + $3"
        }
        // A row that a batch is changing is skipped, so that this statement and the batch never
        // wait for each other.
        Dialect::Postgres => {
            "with present as materialized (
                select book_id, place from wait
                where shopper = any($1) and reachable_until < $2 + $3
                for no key update skip locked
             )
             update wait set reachable_until = $2 + $3
             from present where wait.book_id = present.book_id and wait.place = present.place"
        }
    };
    query(statement)
        .bind(shoppers)
        .bind(millis(now))
        .bind(duration_millis(Wait::PRESENCE_TTL))
        .execute(connection)
        .await?;
    Ok(())
}

/// The books awaited by these shoppers that have an available copy or an expired hold. The batch
/// that ends the hold may have loaded the waitlist before these shoppers were recorded as present.
async fn offerable<B: Backend>(
    backend: &B,
    shoppers: &[ShopperId],
) -> Result<Vec<Slug>, StoreError> {
    let statement = match B::Connection::DIALECT {
        Dialect::Sqlite => {
            "select distinct slug from json_each($1) as wanted
             cross join wait on wait.shopper = unhex(wanted.value)
             join stock on stock.book_id = wait.book_id
             join book on book.id = wait.book_id
             where on_hand - held - allocated > 0
                or wait.book_id in (select book_id from hold
                                    where state = 'active' and expires_at <= $2)"
        }
        Dialect::Postgres => {
            "select distinct slug from wait
             join stock on stock.book_id = wait.book_id
             join book on book.id = wait.book_id
             where wait.shopper = any($1)
               and (on_hand - held - allocated > 0
                    or wait.book_id in (select book_id from hold
                                        where state = 'active' and expires_at <= $2))"
        }
    };
    let connection = &mut *backend.reader().await?;
    let now = backend.now(connection).await?;
    let rows: Vec<String> = query(statement)
        .bind(id_bytes(shoppers))
        .bind(millis(now))
        .fetch_scalars(connection)
        .await?;
    rows.iter().map(|name| slug(name)).collect()
}

fn id_bytes(shoppers: &[ShopperId]) -> Vec<Vec<u8>> {
    let bits = shoppers.iter();
    bits.map(|shopper| shopper.as_bytes().to_vec()).collect()
}
