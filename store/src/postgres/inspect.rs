//! Looking into a shop from outside, beside its instances: the audit, the ledger.
//! Nothing here writes to it.

use futures_core::stream::BoxStream;
use shop::{Movement, Slug};
use sqlx::{Connection, PgConnection};

use super::{ConnectError, DatabaseUrl, open};
use crate::{Finding, StoreError, reads, sql};

/// A shop in PostgreSQL, opened for reading only.
#[derive(Debug)]
pub struct Inspection(PgConnection);

impl Inspection {
    /// Opens the shop, beside whatever instances it has.
    ///
    /// # Errors
    /// [`ConnectError`] when there is none, or it is not ours.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, ConnectError> {
        let mut connection = open::connect(url).await?;
        open::refuse_other_versions(&mut connection, url).await?;
        // A large shop's audit takes its time.
        sqlx::query("set statement_timeout = 0")
            .execute(&mut connection)
            .await
            .map_err(|source| ConnectError::of(url, source))?;
        Ok(Self(connection))
    }

    /// Checks every rule on one snapshot and returns what breaks one.
    ///
    /// # Errors
    /// When the data cannot be read.
    pub async fn audit(&mut self) -> Result<Vec<Finding>, StoreError> {
        let mut snapshot = self
            .0
            .begin_with(<PgConnection as sql::Connection>::SNAPSHOT)
            .await?;
        let findings = reads::audit(&mut *snapshot).await?;
        snapshot.rollback().await?;
        Ok(findings)
    }

    /// A book's movements in their order, as they are read.
    pub fn ledger<'a>(&'a mut self, book: &'a Slug) -> BoxStream<'a, Result<Movement, StoreError>> {
        reads::movements(&mut self.0, book)
    }
}
