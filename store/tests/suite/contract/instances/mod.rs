//! Behaviour that only several instances on one database have.
//!
//! `starting`: opening a shop; `selling`: races, fairness, locks; `waiting`: reads after waiting
//! for a lock; `clock`: a database host whose clock is set; `hearing`: notifications; `ledger`: the
//! order of movements; `reordering`: the order of locks; `people`: owners who change each other's
//! accounts; `set_up`: the first account;
//! `epochs`: histories of the data; `copied`: what `copy` takes along; `reminders`: one for each order;
//! `attendance` and `tidying`: work that no click waits for.

mod attendance;
mod clock;
mod copied;
mod epochs;
mod hearing;
mod ledger;
mod people;
mod reminders;
mod reordering;
mod selling;
mod set_up;
mod starting;
mod tidying;
mod waiting;

use std::{sync::Arc, time::Duration};

use shop::{Command, Done, Refusal, ShopperId};
use sqlx::{Postgres, Transaction};
use store::{Store, StoreError};
use tokio::time::{sleep, timeout};

use crate::contract::{
    harness::{DROP, Opening, PATIENCE, Premises, add},
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
    let mut transaction = database.pool().await.begin().await.unwrap();
    sqlx::query(
        "select 1 from stock where book_id = (select id from book where slug = $1)
         for no key update",
    )
    .bind(book)
    .execute(&mut *transaction)
    .await
    .unwrap();
    transaction
}

/// Removes a guard: such changes lock all books, and wait until the returned transaction ends.
///
/// `change` is an operation and its table, such as `update on wait`.
pub async fn locking_books(database: &Database, change: &str) -> Transaction<'static, Postgres> {
    let mut transaction = database.pool().await.begin().await.unwrap();
    sqlx::query("select pg_advisory_xact_lock(1)")
        .execute(&mut *transaction)
        .await
        .unwrap();
    let trigger = format!(
        "create function lock_books() returns trigger language plpgsql as $$
         begin
             perform 1 from stock for no key update;
             perform set_config('lock_timeout', '0', true);
             perform pg_advisory_xact_lock(1);
             if tg_op = 'DELETE' then return old; end if;
             return new;
         end $$;
         create trigger lock_books before {change} for each row execute function lock_books()"
    );
    database.prepare(&trigger).await;
    transaction
}

/// Waits until a change of [`locking_books`] holds its locks, and a click waits for them.
pub async fn until_a_click_waits(database: &Database, store: &Arc<dyn Store>) {
    const HAS_LOCKS: &str = "select count(*) >= 1 from pg_locks
        where locktype = 'advisory' and not granted
          and database = (select oid from pg_database where datname = current_database())";
    const BOTH_WAIT: &str = "select count(*) >= 2 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    let pool = database.pool().await;
    let until = async |condition: &'static str| {
        let is_true =
            async || -> bool { sqlx::query_scalar(condition).fetch_one(pool).await.unwrap() };
        let soon = async {
            while !is_true().await {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(PATIENCE, soon).await.expect(condition);
    };
    until(HAS_LOCKS).await;
    let store = Arc::clone(store);
    let click = tokio::spawn(async move { insist(&*store, add(shopper(9, 1), DROP, 1)).await });
    until(BOTH_WAIT).await;
    click.abort();
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
