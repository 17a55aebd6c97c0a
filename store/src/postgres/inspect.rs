//! Read-only access to a shop from another process: the audit and the ledger.

use futures_core::stream::BoxStream;
use shop::{Movement, Slug};
use sqlx::{Connection, PgConnection};

use super::{ConnectError, DatabaseUrl, open};
use crate::{Finding, StoreError, reads, sql};

/// A shop in PostgreSQL, opened for reading only.
#[derive(Debug)]
pub struct Inspection(PgConnection);

impl Inspection {
    /// Opens the shop while its instances run.
    ///
    /// # Errors
    /// [`ConnectError`] if there is no shop, or it is not of this version.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, ConnectError> {
        let mut connection = open::connect(url).await?;
        open::refuse_other_versions(&mut connection, url).await?;
        // The audit of a large shop takes a long time.
        sqlx::query("set statement_timeout = 0")
            .execute(&mut connection)
            .await
            .map_err(|source| ConnectError::of(url, source))?;
        Ok(Self(connection))
    }

    /// Checks every invariant on one snapshot and returns the violations.
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

    /// Streams a book's movements in order.
    pub fn ledger<'a>(&'a mut self, book: &'a Slug) -> BoxStream<'a, Result<Movement, StoreError>> {
        reads::movements(&mut self.0, book)
    }
}
