//! Moves a shop from its file into a PostgreSQL: every row as it is, in one transaction.
//!
//! Rows travel as JSON objects, a few thousand at a time, so that a shop of any size
//! fits through.

use std::path::Path;

use futures_util::TryStreamExt;
use sqlx::{Connection, PgConnection, SqliteConnection};

use super::{ConnectError, DatabaseUrl, open};
use crate::{OpenError, sqlite};

/// Rows that go in one statement.
const AT_ONCE: usize = 5_000;

/// How far a copy has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// In which table.
    pub table: &'static str,
    /// How many of its rows are over.
    pub rows: u64,
    /// How many it has.
    pub of: u64,
}

/// Why a shop was not copied. The database is as it was.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The shop's file cannot be opened.
    #[error(transparent)]
    From(#[from] OpenError),
    /// The database cannot be opened.
    #[error(transparent)]
    To(#[from] ConnectError),
    /// There is a shop already.
    #[error("the database at {0} has a shop with books in it; an empty one is needed")]
    NotEmpty(DatabaseUrl),
    /// The shop's file could not be read to its end.
    #[error("the shop's file cannot be read")]
    Reading(#[source] sqlx::Error),
    /// The database did not take it.
    #[error("PostgreSQL did not take it")]
    Writing(#[source] sqlx::Error),
    /// Not every row has come over.
    #[error("of {of} rows in {table} only {rows} have come over")]
    Incomplete {
        /// In which table.
        table: &'static str,
        /// How many came.
        rows: u64,
        /// Of how many.
        of: u64,
    },
}

/// A table: its rows as JSON out of SQLite, and into PostgreSQL.
struct Table {
    name: &'static str,
    count: &'static str,
    read: &'static str,
    write: &'static str,
}

/// In an order in which every row finds those that it refers to.
const TABLES: [Table; 15] = [
    Table {
        name: "setting",
        count: "select count(*) from setting",
        read: "select json_object('name', name, 'value', hex(value)) from setting",
        write: "insert into setting (name, value)
                select name, decode(value, 'hex')
                from json_to_recordset($1::text::json) as new (name text, value text)
                on conflict (name) do update set value = excluded.value",
    },
    Table {
        name: "book",
        count: "select count(*) from book",
        read: "select json_object('id', id, 'slug', slug, 'title', title, 'author', author, 'isbn', isbn,
                      'description', description, 'cover_alt', cover_alt, 'price_cents', price_cents,
                      'opens_at', opens_at, 'limit_per_shopper', limit_per_shopper,
                      'withdrawn', withdrawn)
               from book",
        write: "insert into book (id, slug, title, author, isbn, description, cover_alt, price_cents,
                                  opens_at, limit_per_shopper, withdrawn)
                select id, slug, title, author, isbn, description, cover_alt, price_cents,
                       opens_at, limit_per_shopper, withdrawn
                from json_to_recordset($1::text::json) as new
                     (id bigint, slug text, title text, author text, isbn text, description text,
                      cover_alt text, price_cents bigint, opens_at bigint, limit_per_shopper bigint,
                      withdrawn bigint)",
    },
    Table {
        name: "stock",
        count: "select count(*) from stock",
        read: "select json_object('book_id', book_id, 'on_hand', on_hand, 'held', held,
                      'allocated', allocated, 'version', version)
               from stock",
        write: "insert into stock (book_id, on_hand, held, allocated, version)
                select book_id, on_hand, held, allocated, version
                from json_to_recordset($1::text::json) as new
                     (book_id bigint, on_hand bigint, held bigint, allocated bigint, version bigint)",
    },
    Table {
        name: "hold",
        count: "select count(*) from hold",
        read: "select json_object('id', id, 'shopper', hex(shopper), 'book_id', book_id,
                      'quantity', quantity, 'price_cents', price_cents, 'created_at', created_at,
                      'expires_at', expires_at, 'state', state, 'offered', offered, 'taken_back', taken_back)
               from hold",
        write: "insert into hold
                    (id, shopper, book_id, quantity, price_cents, created_at, expires_at, state, offered,
                     taken_back)
                select id, decode(shopper, 'hex'), book_id, quantity, price_cents, created_at, expires_at,
                       state, offered, taken_back
                from json_to_recordset($1::text::json) as new
                     (id bigint, shopper text, book_id bigint, quantity bigint, price_cents bigint,
                      created_at bigint, expires_at bigint, state text, offered bigint, taken_back bigint)",
    },
    Table {
        name: "shop_order",
        count: "select count(*) from shop_order",
        read: "select json_object('id', id, 'code', code, 'shopper', hex(shopper), 'name', name,
                      'reach', reach, 'note', note, 'placed_at', placed_at, 'collect_by', collect_by,
                      'ready_at', ready_at, 'closed_at', closed_at, 'state', state, 'version', version)
               from shop_order",
        write: "insert into shop_order
                    (id, code, shopper, name, reach, note, placed_at, collect_by, ready_at, closed_at,
                     state, version)
                select id, code, decode(shopper, 'hex'), name, reach, note, placed_at, collect_by,
                       ready_at, closed_at, state, version
                from json_to_recordset($1::text::json) as new
                     (id bigint, code bigint, shopper text, name text, reach text, note text,
                      placed_at bigint, collect_by bigint, ready_at bigint, closed_at bigint, state text, version bigint)",
    },
    Table {
        name: "order_line",
        count: "select count(*) from order_line",
        read: "select json_object('order_id', order_id, 'book_id', book_id, 'quantity', quantity,
                      'price_cents', price_cents)
               from order_line",
        write: "insert into order_line (order_id, book_id, quantity, price_cents)
                select order_id, book_id, quantity, price_cents
                from json_to_recordset($1::text::json) as new
                     (order_id bigint, book_id bigint, quantity bigint, price_cents bigint)",
    },
    Table {
        name: "movement",
        count: "select count(*) from movement",
        read: "select json_object('id', id, 'book_id', book_id, 'version', version, 'kind', kind,
                      'on_hand', on_hand, 'held', held, 'allocated', allocated, 'hold_id', hold_id,
                      'order_id', order_id, 'reason', reason, 'at', at)
               from movement order by id",
        write: "insert into movement
                    (id, book_id, version, kind, on_hand, held, allocated, hold_id, order_id, reason, at)
                select id, book_id, version, kind, on_hand, held, allocated, hold_id, order_id, reason, at
                from json_to_recordset($1::text::json) as new
                     (id bigint, book_id bigint, version bigint, kind text, on_hand bigint, held bigint,
                      allocated bigint, hold_id bigint, order_id bigint, reason text, at bigint)",
    },
    Table {
        name: "submission",
        count: "select count(*) from submission",
        read: "select json_object('shopper', hex(shopper), 'key', key, 'fingerprint', hex(fingerprint),
                      'answer', answer, 'at', at)
               from submission",
        write: "insert into submission (shopper, key, fingerprint, answer, at)
                select decode(shopper, 'hex'), key, decode(fingerprint, 'hex'), answer, at
                from json_to_recordset($1::text::json) as new
                     (shopper text, key text, fingerprint text, answer text, at bigint)",
    },
    Table {
        name: "price",
        count: "select count(*) from price",
        read: "select json_object('book_id', book_id, 'since', since, 'price_cents', price_cents)
               from price",
        write: "insert into price (book_id, since, price_cents)
                select book_id, since, price_cents
                from json_to_recordset($1::text::json) as new
                     (book_id bigint, since bigint, price_cents bigint)",
    },
    Table {
        name: "wait",
        count: "select count(*) from wait",
        read: "select json_object('book_id', book_id, 'place', place, 'shopper', hex(shopper),
                      'since', since, 'ends_at', ends_at, 'reachable_until', reachable_until,
                      'email', email, 'language', language)
               from wait",
        write: "insert into wait (book_id, place, shopper, since, ends_at, reachable_until, email, language)
                select book_id, place, decode(shopper, 'hex'), since, ends_at, reachable_until,
                       email, language
                from json_to_recordset($1::text::json) as new
                     (book_id bigint, place bigint, shopper text, since bigint, ends_at bigint,
                      reachable_until bigint, email text, language text)",
    },
    Table {
        name: "shopper",
        count: "select count(*) from shopper",
        read: "select json_object('id', hex(id), 'number', number) from shopper",
        write: "insert into shopper (id, number)
                select decode(id, 'hex'), number
                from json_to_recordset($1::text::json) as new (id text, number bigint)",
    },
    Table {
        name: "mail",
        count: "select count(*) from mail",
        read: "select json_object('id', id, 'token', token, 'recipient', recipient, 'letter', letter,
                      'language', language, 'created_at', created_at, 'due_at', due_at,
                      'tries', tries, 'state', state)
               from mail",
        write: "insert into mail (id, token, recipient, letter, language, created_at, due_at, tries, state)
                select id, token, recipient, letter, language, created_at, due_at, tries, state
                from json_to_recordset($1::text::json) as new
                     (id bigint, token text, recipient text, letter text, language text,
                      created_at bigint, due_at bigint, tries bigint, state text)",
    },
    Table {
        name: "bulletin",
        count: "select count(*) from bulletin",
        read: "select json_object('one', one, 'changes', changes) from bulletin",
        write: "insert into bulletin (one, changes)
                select one, changes
                from json_to_recordset($1::text::json) as new (one bigint, changes bigint)
                on conflict (one) do update set changes = excluded.changes",
    },
    Table {
        name: "announcement",
        count: "select count(*) from announcement",
        read: "select json_object('number', number, 'key', key, 'text', text, 'made_at', made_at,
                      'made_by', made_by, 'ends_at', ends_at, 'withdrawn_at', withdrawn_at,
                      'withdrawn_by', withdrawn_by)
               from announcement",
        write: "insert into announcement
                    (number, key, text, made_at, made_by, ends_at, withdrawn_at, withdrawn_by)
                select number, key, text, made_at, made_by, ends_at, withdrawn_at, withdrawn_by
                from json_to_recordset($1::text::json) as new
                     (number bigint, key text, text text, made_at bigint, made_by text,
                      ends_at bigint, withdrawn_at bigint, withdrawn_by text)",
    },
    // Whoever works here signs in anew: sessions stay behind.
    Table {
        name: "staff",
        count: "select count(*) from staff",
        read: "select json_object('id', id, 'name', name, 'role', role, 'password', password,
                      'created_at', created_at)
               from staff",
        write: "insert into staff (id, name, role, password, created_at)
                select id, name, role, password, created_at
                from json_to_recordset($1::text::json) as new
                     (id bigint, name text, role text, password text, created_at bigint)",
    },
];

/// Moves the shop in a directory, which nobody may have open, into an empty
/// database, and tells how far it is. The directory is left as it was.
///
/// # Errors
/// [`CopyError`], and nothing is in the database but empty tables.
pub async fn copy_shop(
    directory: &Path,
    url: &DatabaseUrl,
    mut tell: impl FnMut(Progress),
) -> Result<(), CopyError> {
    let mut from = sqlite::Source::open(directory).await?;
    let mut connection = open::connect(url).await?;
    open::migrate(&mut connection, url, &[]).await?;
    let mut to = connection.begin().await.map_err(CopyError::Writing)?;
    // Nobody else fills it meanwhile.
    sqlx::query("lock table book in share row exclusive mode")
        .execute(&mut *to)
        .await
        .map_err(CopyError::Writing)?;
    let filled: bool = sqlx::query_scalar("select exists (select from book)")
        .fetch_one(&mut *to)
        .await
        .map_err(CopyError::Writing)?;
    if filled {
        return Err(CopyError::NotEmpty(url.clone()));
    }
    for table in &TABLES {
        copy_table(from.connection(), &mut to, table, &mut tell).await?;
    }
    sqlx::query(
        "select setval(pg_get_serial_sequence('book', 'id'), (select coalesce(max(id), 0) + 1 from book), false),
                setval(pg_get_serial_sequence('movement', 'id'), (select coalesce(max(id), 0) + 1 from movement), false),
                setval(pg_get_serial_sequence('mail', 'id'), (select coalesce(max(id), 0) + 1 from mail), false),
                setval(pg_get_serial_sequence('staff', 'id'), (select coalesce(max(id), 0) + 1 from staff), false),
                setval('hold_number', (select coalesce(max(id), 0) + 1 from hold), false),
                setval('order_number', (select coalesce(max(id), 0) + 1 from shop_order), false)",
    )
    .execute(&mut *to)
    .await
    .map_err(CopyError::Writing)?;
    to.commit().await.map_err(CopyError::Writing)?;
    // So that the first questions are planned for what is there now. If it fails, it is
    // done by itself within the hour.
    let _ = sqlx::query("analyze").execute(&mut connection).await;
    Ok(())
}

async fn copy_table(
    from: &mut SqliteConnection,
    to: &mut PgConnection,
    table: &Table,
    tell: &mut impl FnMut(Progress),
) -> Result<(), CopyError> {
    let count: i64 = sqlx::query_scalar(table.count)
        .fetch_one(&mut *from)
        .await
        .map_err(CopyError::Reading)?;
    let (of, mut rows) = (count.unsigned_abs(), 0);
    let mut objects = sqlx::query_scalar::<_, String>(table.read).fetch(from);
    loop {
        let mut batch = Vec::with_capacity(AT_ONCE);
        while batch.len() < AT_ONCE
            && let Some(object) = objects.try_next().await.map_err(CopyError::Reading)?
        {
            batch.push(object);
        }
        if batch.is_empty() {
            break;
        }
        let written = sqlx::query(table.write)
            .bind(format!("[{}]", batch.join(",")))
            .execute(&mut *to)
            .await
            .map_err(CopyError::Writing)?;
        rows += written.rows_affected();
        let table = table.name;
        tell(Progress { table, rows, of });
    }
    if rows == of {
        Ok(())
    } else {
        let table = table.name;
        Err(CopyError::Incomplete { table, rows, of })
    }
}
