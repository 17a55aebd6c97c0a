//! A shop of three instances as the contract meets it: each command goes through the
//! next of them, and what is seen is seen through the first.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::future::select_all;
use shop::{
    Announcement, AnnouncementId, Browse, Command, Done, Movement, Order, OrderCode, Price,
    ShopperId, Slug, StaffName,
};
use store::{
    Backroom, Bulletin, Cart, Change, Feed, Found, InForce, Ledger, Mail, NewAnnouncement,
    NotAnnounced, Outbox, Register, Roster, Settled, ShelfBook, Standing, Store, StoreError, Topic,
};
use tokio::sync::Mutex;

use crate::{
    harness::{Opening, Premises},
    postgres::Database,
};

/// The kind of a shop of three instances.
pub fn three(opening: Opening) -> Box<dyn Premises> {
    Box::new(Three(Database::new(opening)))
}

struct Three(Database);

/// Commands wait for each other, as they do in one writer's queue: what is decided
/// depends on their order.
struct InTurn {
    instances: [Arc<dyn Store>; 3],
    turn: Mutex<usize>,
}

#[async_trait]
impl Store for InTurn {
    async fn submit(&self, command: Command) -> Result<Done, StoreError> {
        let mut turn = self.turn.lock().await;
        *turn = (*turn + 1) % self.instances.len();
        self.instances[*turn].submit(command).await
    }

    async fn newest(&self, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        self.instances[0].newest(topics).await
    }

    async fn browse(&self, wish: &Browse) -> Result<Found, StoreError> {
        self.instances[0].browse(wish).await
    }

    async fn names(&self, from: u64, most: u32) -> Result<Vec<(u64, Slug)>, StoreError> {
        self.instances[0].names(from, most).await
    }

    async fn last_number(&self) -> Result<u64, StoreError> {
        self.instances[0].last_number().await
    }

    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError> {
        self.instances[0].book(book).await
    }

    async fn cart(&self, shopper: ShopperId) -> Result<Cart, StoreError> {
        self.instances[0].cart(shopper).await
    }

    async fn order(&self, code: OrderCode) -> Result<Order, StoreError> {
        self.instances[0].order(code).await
    }

    async fn standing(&self) -> Result<Standing, StoreError> {
        self.instances[0].standing().await
    }

    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError> {
        self.instances[0].cookie_secret().await
    }

    fn outbox(&self) -> Option<Arc<dyn Outbox>> {
        let all: Option<Vec<_>> = self.instances.iter().map(|one| one.outbox()).collect();
        Some(Arc::new(OutboxInTurn(all?, AtomicUsize::new(0))))
    }

    fn bulletin(&self) -> Arc<dyn Bulletin> {
        let all = self.instances.iter().map(|one| one.bulletin());
        Arc::new(BulletinInTurn(all.collect(), AtomicUsize::new(0)))
    }

    async fn attend(&self) -> Result<(), StoreError> {
        for instance in &self.instances {
            instance.attend().await?;
        }
        Ok(())
    }

    fn backroom(&self) -> &Arc<dyn Backroom> {
        self.instances[0].backroom()
    }

    fn ledger(&self) -> &Arc<dyn Ledger> {
        self.instances[0].ledger()
    }

    fn roster(&self) -> &Arc<dyn Roster> {
        self.instances[0].roster()
    }

    fn feed(&self) -> &Arc<Feed> {
        self.instances[0].feed()
    }

    async fn failed(&self) {
        self.instances[0].failed().await;
    }

    async fn close(&self) {
        for instance in &self.instances {
            instance.close().await;
        }
    }
}

/// Whatever is asked of the outbox, the next instance does it.
struct OutboxInTurn(Vec<Arc<dyn Outbox>>, AtomicUsize);

impl OutboxInTurn {
    fn next(&self) -> &Arc<dyn Outbox> {
        &self.0[self.1.fetch_add(1, Relaxed) % self.0.len()]
    }
}

#[async_trait]
impl Outbox for OutboxInTurn {
    async fn claim(&self, lease: Duration) -> Result<Option<Mail>, StoreError> {
        self.next().claim(lease).await
    }

    async fn settle(&self, mail: &Mail, settled: Settled) -> Result<(), StoreError> {
        self.next().settle(mail, settled).await
    }

    async fn waiting(&self) -> Result<u64, StoreError> {
        self.next().waiting().await
    }

    async fn rung(&self) {
        select_all(self.0.iter().map(|one| one.rung())).await;
    }
}

/// Likewise.
struct BulletinInTurn(Vec<Arc<dyn Bulletin>>, AtomicUsize);

impl BulletinInTurn {
    fn next(&self) -> &Arc<dyn Bulletin> {
        &self.0[self.1.fetch_add(1, Relaxed) % self.0.len()]
    }
}

#[async_trait]
impl Bulletin for BulletinInTurn {
    async fn announce(&self, new: NewAnnouncement) -> Result<Announcement, NotAnnounced> {
        self.next().announce(new).await
    }

    async fn withdraw(&self, id: AnnouncementId, by: &StaffName) -> Result<bool, StoreError> {
        self.next().withdraw(id, by).await
    }

    async fn in_force(&self) -> Result<InForce, StoreError> {
        self.next().in_force().await
    }
}

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

    async fn pass(&self, time: Duration) {
        self.0.pass(time).await;
    }

    async fn audit(&self) -> Vec<String> {
        self.0.audit().await
    }

    async fn ledger(&self, book: &Slug) -> Vec<Movement> {
        self.0.ledger(book).await
    }

    async fn register(&self) -> Box<dyn Register> {
        self.0.register().await
    }

    async fn set_price(&self, book: &Slug, price: Price) {
        self.0.set_price(book, price).await;
    }

    async fn prices(&self, book: &Slug) -> Vec<Price> {
        self.0.prices(book).await
    }
}
