//! Deletes old results of submissions, in a sweep through their table.
//!
//! The table is in the order of its key, which is random, and SQLite writes each changed page twice.
//! Deleted by their time, a thousand rows change a thousand pages, and holds wait for the disk. In a
//! sweep a page is changed once for all rows on it that are due (docs/decisions/0026).

use std::time::Duration;

use shop::Timestamp;
use sqlx::SqliteConnection;

use crate::{StoreError, rows::millis};

/// How often to begin a sweep. A result may be kept for this much longer than it has to be.
pub(super) const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);
/// The rows that a step examines.
const ROWS: u32 = 384;

/// A sweep in progress.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    /// The key of the last row that was examined.
    shopper: Vec<u8>,
    key: String,
}

impl Sweep {
    /// Deletes those of the next rows that were written before a time. Returns the sweep from there
    /// on, or none at the end of the table.
    pub(super) async fn step(
        self,
        connection: &mut SqliteConnection,
        before: Timestamp,
    ) -> Result<Option<Self>, StoreError> {
        let last: Option<(Vec<u8>, String)> = sqlx::query_as(
            "select shopper, key from submission where (shopper, key) > (?, ?)
             order by shopper, key limit 1 offset ?",
        )
        .bind(&self.shopper)
        .bind(&self.key)
        .bind(ROWS - 1)
        .fetch_optional(&mut *connection)
        .await?;
        let delete = match &last {
            Some(_) => {
                "delete from submission where (shopper, key) > (?, ?) and at <= ?
                 and (shopper, key) <= (?, ?)"
            }
            None => "delete from submission where (shopper, key) > (?, ?) and at <= ?",
        };
        let mut delete = sqlx::query(delete)
            .bind(&self.shopper)
            .bind(&self.key)
            .bind(millis(before));
        if let Some((shopper, key)) = &last {
            delete = delete.bind(shopper).bind(key);
        }
        delete.execute(connection).await?;
        Ok(last.map(|(shopper, key)| Self { shopper, key }))
    }
}
