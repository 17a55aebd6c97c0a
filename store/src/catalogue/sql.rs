//! SQL for the catalogue.

use std::time::Duration;

use shop::Slug;
use sqlx::FromRow;

use super::{IndexedBook, stock::Count};
use crate::{
    ShelfBook, StoreError,
    rows::{ShelfRow, facts, large, named},
    sql::{Backend, Connection, Dialect, query},
};

/// The deadline for reading changed books. An instance first reads the whole catalogue, which takes
/// a while if it is large.
const READ_ALL_WITHIN: Duration = Duration::from_secs(120);

/// The catalogue's revision, which grows with every change.
pub(super) async fn revision<B: Backend>(backend: &B) -> Result<i64, StoreError> {
    let reading = async {
        let connection = &mut *backend.reader().await?;
        query("select revision from catalogue")
            .fetch_scalar(connection)
            .await
    };
    backend.in_time(reading).await
}

/// The books that have changed since a revision; all books for −1.
pub(super) async fn since<B: Backend>(
    backend: &B,
    revision: i64,
) -> Result<Vec<IndexedBook>, StoreError> {
    let reading = async {
        let rows: Vec<IndexedBookRow> = query(
            "select id, title, author, facts, isbn, price_cents, withdrawn from book
             where revision > $1 order by id",
        )
        .bind(revision)
        .fetch_all(&mut *backend.reader().await?)
        .await?;
        rows.into_iter().map(IndexedBook::try_from).collect()
    };
    backend.within(READ_ALL_WITHIN, reading).await
}

/// The books with copies available.
pub(super) async fn available<B: Backend>(backend: &B) -> Result<Vec<i64>, StoreError> {
    let statement = match B::Connection::DIALECT {
        // The ids are one aggregated value, because transferring a row for each book takes longer
        // than finding them.
        Dialect::Sqlite => {
            "select group_concat(book_id) from stock where on_hand - held - allocated > 0"
        }
        Dialect::Postgres => {
            "select string_agg(book_id::text, ',') from stock where on_hand - held - allocated > 0"
        }
    };
    joined_ids(backend, statement).await
}

/// The statement that selects the books on sale in a literal order. The ids are one value, as in
/// [`available`].
macro_rules! select_by_count {
    ($dialect:expr, $order:literal) => {
        match $dialect {
            Dialect::Sqlite => concat!(
                "select group_concat(book_id order by ",
                $order,
                ") from stock join book on book.id = stock.book_id where withdrawn = 0"
            ),
            Dialect::Postgres => concat!(
                "select string_agg(book_id::text, ',' order by ",
                $order,
                ") from stock join book on book.id = stock.book_id where withdrawn = 0"
            ),
        }
    };
}

/// The books on sale, sorted by a count of their copies.
pub(super) async fn by_count<B: Backend>(
    backend: &B,
    count: Count,
    is_descending: bool,
) -> Result<Vec<i64>, StoreError> {
    let dialect = B::Connection::DIALECT;
    let statement = match (count, is_descending) {
        (Count::OnHand, false) => select_by_count!(dialect, "on_hand, book_id"),
        (Count::OnHand, true) => select_by_count!(dialect, "on_hand desc, book_id"),
        (Count::Held, false) => select_by_count!(dialect, "held, book_id"),
        (Count::Held, true) => select_by_count!(dialect, "held desc, book_id"),
        (Count::Allocated, false) => select_by_count!(dialect, "allocated, book_id"),
        (Count::Allocated, true) => select_by_count!(dialect, "allocated desc, book_id"),
        (Count::Available, false) => {
            select_by_count!(dialect, "on_hand - held - allocated, book_id")
        }
        (Count::Available, true) => {
            select_by_count!(dialect, "on_hand - held - allocated desc, book_id")
        }
    };
    joined_ids(backend, statement).await
}

/// The ids that a statement returns as one value, separated by commas.
async fn joined_ids<B: Backend>(
    backend: &B,
    statement: &'static str,
) -> Result<Vec<i64>, StoreError> {
    let reading = async {
        query(statement)
            .fetch_scalar(&mut *backend.reader().await?)
            .await
    };
    let ids: Option<String> = backend.in_time(reading).await?;
    let ids = ids.unwrap_or_default();
    let ids = ids.split(',').filter(|id| !id.is_empty()).map(str::parse);
    ids.collect::<Result<_, _>>()
        .map_err(|_| StoreError::Inconsistent("a book's number".to_owned()))
}

/// Books with their levels, in any order.
pub(super) async fn books<B: Backend>(
    backend: &B,
    ids: Vec<i64>,
) -> Result<Vec<(i64, ShelfBook)>, StoreError> {
    #[derive(FromRow)]
    struct Row {
        id: i64,
        #[sqlx(flatten)]
        shelf: ShelfRow,
    }
    let statement = match B::Connection::DIALECT {
        Dialect::Sqlite => {
            "select id, slug, title, author, isbn, facts, description, cover_alt,
                    price_cents as book_price_cents, opens_at, limit_per_shopper, withdrawn,
                    on_hand, held, allocated, version, page
             from book join stock on stock.book_id = book.id
             where id in (select value from json_each($1))"
        }
        Dialect::Postgres => {
            "select id, slug, title, author, isbn, facts, description, cover_alt,
                    price_cents as book_price_cents, opens_at, limit_per_shopper, withdrawn,
                    on_hand, held, allocated, version, page
             from book join stock on stock.book_id = book.id
             where id = any($1)"
        }
    };
    let reading = async {
        let rows: Vec<Row> = query(statement)
            .bind(ids)
            .fetch_all(&mut *backend.reader().await?)
            .await?;
        let books = rows
            .into_iter()
            .map(|row| Ok((row.id, row.shelf.try_into()?)));
        books.collect()
    };
    backend.in_time(reading).await
}

/// The numbers and slugs of at most `most` books that are not withdrawn, numbered `from` or higher.
pub(crate) async fn numbered_slugs<B: Backend>(
    backend: &B,
    from: u64,
    most: u32,
) -> Result<Vec<(u64, Slug)>, StoreError> {
    let reading = async {
        let rows: Vec<(i64, String)> = query(
            "select id, slug from book where id >= $1 and withdrawn = 0 order by id limit $2",
        )
        .bind(from.cast_signed())
        .bind(most)
        .fetch_all(&mut *backend.reader().await?)
        .await?;
        named(rows)
    };
    backend.in_time(reading).await
}

/// The number of the newest book, or 0 if there is none.
pub(crate) async fn last_book_number<B: Backend>(backend: &B) -> Result<u64, StoreError> {
    let reading = async {
        let last: Option<i64> = query("select max(id) from book")
            .fetch_scalar(&mut *backend.reader().await?)
            .await?;
        large(last.unwrap_or(0))
    };
    backend.in_time(reading).await
}

/// The indexed fields of a book.
#[derive(FromRow)]
struct IndexedBookRow {
    id: i64,
    title: String,
    author: String,
    facts: Option<String>,
    isbn: Option<String>,
    price_cents: i64,
    withdrawn: i64,
}

impl TryFrom<IndexedBookRow> for IndexedBook {
    type Error = StoreError;

    fn try_from(row: IndexedBookRow) -> Result<Self, StoreError> {
        let facts = facts(row.facts.as_deref())?;
        let names = facts.contributors.into_values().flatten();
        let more: Vec<String> = names.chain(facts.subtitle).chain(facts.publisher).collect();
        Ok(Self {
            id: row.id,
            title: row.title,
            author: row.author,
            more: more.join(" "),
            isbn: row.isbn,
            price_cents: row.price_cents,
            withdrawn: row.withdrawn == 1,
        })
    }
}
