//! Three instances in the contract: they take turns with commands, and the first is read.

mod announcements;
mod imports;
mod legal;
mod outbox;
mod settings;
mod turns;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{Movement, Price, Slug};
use store::{StaffAccounts, Store};
use tokio::sync::Mutex;

use crate::contract::{
    harness::{Opening, Premises},
    postgres::Database,
};
use turns::InTurn;

/// The kind of store that has three instances on one database.
pub fn three(opening: Opening) -> Box<dyn Premises> {
    Box::new(Three(Database::new(opening)))
}

struct Three(Database);

#[async_trait(?Send)]
impl Premises for Three {
    async fn open(&self) -> Arc<dyn Store> {
        let Self(database) = self;
        let instances = [
            database.open().await,
            database.open().await,
            database.open().await,
        ];
        let turn = Mutex::new(0);
        Arc::new(InTurn { instances, turn })
    }

    fn slowness(&self) -> u32 {
        self.0.slowness()
    }

    async fn pass(&self, time: Duration) {
        self.0.pass(time).await;
    }

    async fn audit(&self) -> Vec<String> {
        self.0.audit().await
    }

    async fn ledger(&self, book: &Slug) -> Vec<Movement> {
        self.0.ledger(book).await
    }

    async fn staff_accounts(&self) -> Box<dyn StaffAccounts> {
        self.0.staff_accounts().await
    }

    async fn set_price(&self, book: &Slug, price: Price) {
        self.0.set_price(book, price).await;
    }

    async fn prices(&self, book: &Slug) -> Vec<Price> {
        self.0.prices(book).await
    }

    async fn run_sql(&self, statement: &'static str) -> Result<(), sqlx::Error> {
        self.0.run_sql(statement).await
    }
}
