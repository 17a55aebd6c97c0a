//! Deletes old results of submissions, in a sweep through their table.

use std::time::Duration;

use shop::Timestamp;
use sqlx::SqliteConnection;

use crate::{StoreError, rows::millis};

/// How often to begin a sweep. A result may be kept about this much longer than required.
pub(super) const SWEEP_EVERY: Duration = Duration::from_secs(60 * 60);
/// The number of rows that a step examines.
pub(super) const ROWS: u32 = 384;

/// A sweep in progress.
///
/// The table is in the order of its key, which is random, and SQLite writes each changed page
/// twice. Deleting the oldest thousand rows would change a thousand pages, and holds would wait
/// for the disk. A sweep changes each page once, for all rows on it that are due
/// (docs/decisions/0026).
#[derive(Debug, Clone, Default)]
pub(super) struct Sweep {
    /// The key of the last row that was examined.
    shopper: Vec<u8>,
    key: String,
}

impl Sweep {
    /// Examines this many of the next rows, and deletes those that were written before a time.
    /// Returns the rest of the sweep, or `None` at the end of the table.
    pub(super) async fn step(
        self,
        connection: &mut SqliteConnection,
        before: Timestamp,
        rows: u32,
    ) -> Result<Option<Self>, StoreError> {
        let last: Option<(Vec<u8>, String)> = sqlx::query_as(
            "select shopper, key from submission where (shopper, key) > (?, ?)
             order by shopper, key limit 1 offset ?",
        )
        .bind(&self.shopper)
        .bind(&self.key)
        .bind(rows - 1)
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

#[cfg(test)]
mod tests {
    use sqlx::Connection;

    use super::*;
    use crate::sqlite::open::MIGRATIONS;

    #[tokio::test]
    async fn a_step_examines_a_limited_number_of_rows_and_keeps_recent_ones() {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        MIGRATIONS.run(&mut connection).await.unwrap();
        for number in 1..=8_u8 {
            // Every other row is old.
            sqlx::query(
                "insert into submission (shopper, key, fingerprint, answer, at)
                 values (?1, 'key', zeroblob(32), '', ?2 % 2 * 1000)",
            )
            .bind([number; 16].as_slice())
            .bind(number)
            .execute(&mut connection)
            .await
            .unwrap();
        }
        let (mut sweep, mut left) = (Some(Sweep::default()), Vec::new());
        while let Some(from) = sweep {
            let before = Timestamp::from_millis(999);
            sweep = from.step(&mut connection, before, 3).await.unwrap();
            let rows: Vec<u8> =
                sqlx::query_scalar("select hex(substr(shopper, 1, 1)) + 0 from submission")
                    .fetch_all(&mut connection)
                    .await
                    .unwrap();
            left.push(rows);
        }
        let expected = [
            vec![1, 3, 4, 5, 6, 7, 8],
            vec![1, 3, 5, 7, 8],
            vec![1, 3, 5, 7],
        ];
        assert_eq!(left, expected);
    }
}
