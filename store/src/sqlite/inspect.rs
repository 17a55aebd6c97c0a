//! Looking into a shop's file from outside, beside a running shop or without one:
//! the audit, the ledger, a backup. Nothing here writes to it.

use std::{fs::File, path::Path};

use futures_core::stream::BoxStream;
use shop::{Movement, MovementKind, OrderId, Slug, Timestamp};
use sqlx::{ConnectOptions, Connection, FromRow, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{open, rows};
use crate::{OpenError, StoreError};

/// A shop's file, opened for reading only.
#[derive(Debug)]
pub struct Inspection(SqliteConnection);

/// Something that the audit has found to be wrong.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Finding {
    /// Which book, or which hold or order.
    pub subject: String,
    /// What is wrong with it.
    pub what: String,
}

/// Every rule that the data must keep, each as a question for what breaks it.
const RULES: [&str; 7] = [
    // The level is the sum of the book's movements.
    "select slug as subject,
            format('stock is %d on hand, %d held, %d allocated; its movements say %d, %d, %d',
                   stock.on_hand, stock.held, stock.allocated,
                   coalesce(said.on_hand, 0), coalesce(said.held, 0), coalesce(said.allocated, 0)) as what
     from stock join book on book.id = book_id
     left join (select book_id, sum(on_hand) as on_hand, sum(held) as held, sum(allocated) as allocated
                from movement group by book_id) as said using (book_id)
     where (stock.on_hand, stock.held, stock.allocated)
        is not (coalesce(said.on_hand, 0), coalesce(said.held, 0), coalesce(said.allocated, 0))",
    // Versions are gapless, from 1 to the book's own.
    "select slug as subject,
            format('version is %d; its %d movements go from %d to %d', version, count, first, last) as what
     from stock join book on book.id = book_id
     join (select book_id, count(*) as count, min(version) as first, max(version) as last
           from movement group by book_id) using (book_id)
     where (first, last, count) is not (1, version, version)",
    // Held is the sum of the active holds.
    "select slug as subject, format('%d held, but active holds have %d', held, coalesce(claimed, 0)) as what
     from stock join book on book.id = book_id
     left join (select book_id, sum(quantity) as claimed from hold where state = 'active' group by book_id)
          using (book_id)
     where held is not coalesce(claimed, 0)",
    // Allocated is the sum of the lines of open orders.
    "select slug as subject, format('%d allocated, but open orders have %d', allocated, coalesce(ordered, 0)) as what
     from stock join book on book.id = book_id
     left join (select book_id, sum(quantity) as ordered
                from order_line join shop_order on shop_order.id = order_id and state = 'placed'
                group by book_id) using (book_id)
     where allocated is not coalesce(ordered, 0)",
    // Never less than nothing was available, at any version.
    "select slug as subject, format('at version %d, %d copies were available', version, left) as what
     from (select book_id, version,
                  sum(on_hand - held - allocated) over (partition by book_id order by version) as left
           from movement) join book on book.id = book_id
     where left < 0",
    // A hold's movements add up to what it holds: all of it while active, nothing after.
    "select format('hold %d', hold.id) as subject,
            format('it is %s with %d copies, but its movements hold %d', state, quantity, coalesce(moved, 0)) as what
     from hold
     left join (select hold_id, sum(held) as moved from movement where hold_id is not null group by hold_id) as said
          on said.hold_id = hold.id
     where coalesce(moved, 0) <> case state when 'active' then quantity else 0 end",
    // An order's movements allocate all of it while it is open, nothing after.
    "select format('order %d', shop_order.id) as subject,
            format('it is %s, but its movements allocate %d copies of %d', state, coalesce(moved, 0), ordered) as what
     from shop_order
     join (select order_id, sum(quantity) as ordered from order_line group by order_id) as lines
          on lines.order_id = shop_order.id
     left join (select order_id, sum(allocated) as moved from movement where order_id is not null group by order_id) as said
          on said.order_id = shop_order.id
     where coalesce(moved, 0) <> case state when 'placed' then ordered else 0 end",
];

impl Inspection {
    /// Opens the shop in a directory, beside whoever else has it open.
    ///
    /// # Errors
    /// [`OpenError`] when there is none, or it is not ours.
    pub async fn open(directory: &Path) -> Result<Self, OpenError> {
        let path = directory.join(open::FILE_NAME);
        if let Err(source) = File::open(&path) {
            return Err(OpenError::Directory { path, source });
        }
        let options = SqliteConnectOptions::new().filename(&path).read_only(true);
        open::refuse_foreign_file(&path, &options).await?;
        let connection = options
            .connect()
            .await
            .map_err(|source| OpenError::Database { path, source })?;
        Ok(Self(connection))
    }

    /// Checks every rule on one snapshot and returns what breaks one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn audit(&mut self) -> Result<Vec<Finding>, StoreError> {
        let mut snapshot = self.0.begin().await?;
        let mut findings = Vec::new();
        for rule in RULES {
            findings.extend(
                sqlx::query_as::<_, Finding>(rule)
                    .fetch_all(&mut *snapshot)
                    .await?,
            );
        }
        Ok(findings)
    }

    /// A book's movements in their order, as they are read.
    pub fn ledger<'a>(&'a mut self, book: &'a Slug) -> BoxStream<'a, Result<Movement, StoreError>> {
        let rows = sqlx::query_as::<_, MovementRow>(
            "select slug, version, kind, on_hand, held, allocated, hold_id, order_id, reason, at
             from movement join book on book.id = book_id
             where slug = ? order by version",
        )
        .bind(book.as_str())
        .fetch(&mut self.0);
        Box::pin(futures_util::StreamExt::map(rows, |row| {
            Movement::try_from(row?)
        }))
    }

    /// Makes a consistent copy in a new file, which must not exist yet.
    ///
    /// # Errors
    /// When the file exists or cannot be written, or the shop cannot be read.
    pub async fn backup(&mut self, file: &Path) -> Result<(), StoreError> {
        sqlx::query("vacuum into ?")
            .bind(file.to_string_lossy().into_owned())
            .execute(&mut self.0)
            .await?;
        let synced = File::open(file).and_then(|copy| copy.sync_all());
        synced.map_err(|error| StoreError::from(sqlx::Error::Io(error)))
    }
}

#[derive(FromRow)]
struct MovementRow {
    slug: String,
    version: u64,
    kind: String,
    on_hand: i64,
    held: i64,
    allocated: i64,
    hold_id: Option<u64>,
    order_id: Option<u64>,
    reason: Option<String>,
    at: u64,
}

impl TryFrom<MovementRow> for Movement {
    type Error = StoreError;

    fn try_from(row: MovementRow) -> Result<Self, StoreError> {
        let kind: MovementKind = row
            .kind
            .parse()
            .map_err(|error: shop::UnknownMovementKind| {
                StoreError::Inconsistent(error.to_string())
            })?;
        Ok(Self {
            book: rows::slug(&row.slug)?,
            version: row.version,
            kind,
            on_hand: row.on_hand,
            held: row.held,
            allocated: row.allocated,
            hold: row.hold_id.map(shop::HoldId),
            order: row.order_id.map(OrderId),
            reason: row.reason,
            at: Timestamp::from_millis(row.at),
        })
    }
}
