//! Behaviour that only several instances on one database have.
//!
//! `starting`: opening a shop; `selling`: races, fairness, locks; `waiting`: reads after waiting
//! for a lock; `clock`: a database host whose clock is set; `hearing`: notifications; `ledger`: the
//! order of movements; `epochs`: histories of the data; `attendance` and `tidying`: work that no
//! click waits for.

mod attendance;
mod clock;
mod epochs;
mod hearing;
mod ledger;
mod selling;
mod starting;
mod tidying;
mod waiting;

use std::sync::Arc;

use shop::{Command, Done, Refusal, ShopperId};
use sqlx::{Postgres, Transaction};
use store::{Store, StoreError};

use crate::contract::{
    harness::{DROP, Opening, Premises},
    postgres::Database,
};

pub async fn open(copies: u32) -> (Database, [Arc<dyn Store>; 3]) {
    let database = Database::new(Opening::of(&[(DROP, copies), ("rest", copies)]));
    let stores = [
        database.open().await,
        database.open().await,
        database.open().await,
    ];
    (database, stores)
}

/// Locks a book's row, as another instance's batch does, until the transaction is dropped.
pub async fn keep_locked(database: &Database, book: &str) -> Transaction<'static, Postgres> {
    let mut kept = database.pool().await.begin().await.unwrap();
    sqlx::query(
        "select 1 from stock where book_id = (select id from book where slug = $1)
         for no key update",
    )
    .bind(book)
    .execute(&mut *kept)
    .await
    .unwrap();
    kept
}

pub fn shopper(instance: usize, number: usize) -> ShopperId {
    let mut bits = [0; 16];
    bits[0] = u8::try_from(instance).unwrap();
    bits[1..9].copy_from_slice(&number.to_be_bytes());
    ShopperId::from_bytes(bits)
}

/// Submits a command, and repeats it while the store is busy, as a page does.
pub async fn insist(store: &dyn Store, command: Command) -> Result<Done, Refusal> {
    loop {
        match store.submit(command.clone()).await {
            Ok(done) => return Ok(done),
            Err(StoreError::Refused(refusal)) => return Err(refusal),
            Err(StoreError::Busy) => {}
            Err(error) => panic!("{error}: {error:?}"),
        }
    }
}
