//! Three instances in the contract: they take turns, and the first one is watched.

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
    Announcement, AnnouncementId, Browse, Command, Done, ImportBatch, ImportId, LineResult,
    Movement, Order, OrderCode, Price, ShopperId, Slug, StaffName, Timestamp,
};
use store::{
    ActiveAnnouncements, AnnounceError, Announcements, Cart, CataloguePage, Change, ClockTrouble,
    DeskReads, Feed, Ledger, Mail, NewAnnouncement, OpenCounts, Outbox, SendOutcome, ShelfBook,
    StaffAccounts, StaffDirectory, Store, StoreError, Topic,
    imports::{
        Appended, Called, Claim, CoverImage, FoundKind, Import, Imports, NewCover, NewImport,
        Phase, RowFinding, Tally, Verdict,
    },
};
use tokio::sync::Mutex;

use crate::contract::{
    harness::{Opening, Premises},
    postgres::Database,
};

/// The kind of store that has three instances on one database.
pub fn three(opening: Opening) -> Box<dyn Premises> {
    Box::new(Three(Database::new(opening)))
}

struct Three(Database);

/// Submits commands to the instances in turn, one after another as in one writer's queue, because
/// decisions depend on their order.
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

    fn clock_trouble(&self) -> ClockTrouble {
        self.instances[0].clock_trouble()
    }

    async fn accept_clock(&self) -> Result<(), StoreError> {
        self.instances[1].accept_clock().await
    }

    async fn newest(&self, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        self.instances[0].newest(topics).await
    }

    async fn browse(&self, wish: &Browse) -> Result<CataloguePage, StoreError> {
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

    async fn open_counts(&self) -> Result<OpenCounts, StoreError> {
        self.instances[0].open_counts().await
    }

    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError> {
        self.instances[0].cookie_secret().await
    }

    fn outbox(&self) -> Option<Arc<dyn Outbox>> {
        let all: Option<Vec<_>> = self.instances.iter().map(|one| one.outbox()).collect();
        Some(Arc::new(OutboxInTurn(all?, AtomicUsize::new(0))))
    }

    fn imports(&self) -> Option<Arc<dyn Imports>> {
        let all: Option<Vec<_>> = self.instances.iter().map(|one| one.imports()).collect();
        Some(Arc::new(ImportsInTurn(all?, AtomicUsize::new(0))))
    }

    fn announcements(&self) -> Arc<dyn Announcements> {
        let all = self.instances.iter().map(|one| one.announcements());
        Arc::new(AnnouncementsInTurn(all.collect(), AtomicUsize::new(0)))
    }

    async fn attend(&self) -> Result<(), StoreError> {
        for instance in &self.instances {
            instance.attend().await?;
        }
        Ok(())
    }

    fn desk_reads(&self) -> &Arc<dyn DeskReads> {
        self.instances[0].desk_reads()
    }

    fn ledger(&self) -> &Arc<dyn Ledger> {
        self.instances[0].ledger()
    }

    fn staff_directory(&self) -> &Arc<dyn StaffDirectory> {
        self.instances[0].staff_directory()
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

/// Each call to the outbox goes to the next instance.
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

    async fn settle(&self, mail: &Mail, settled: SendOutcome) -> Result<(), StoreError> {
        self.next().settle(mail, settled).await
    }

    async fn waiting(&self) -> Result<u64, StoreError> {
        self.next().waiting().await
    }

    async fn mail_written(&self) {
        select_all(self.0.iter().map(|one| one.mail_written())).await;
    }
}

/// Each call about announcements goes to the next instance.
struct AnnouncementsInTurn(Vec<Arc<dyn Announcements>>, AtomicUsize);

impl AnnouncementsInTurn {
    fn next(&self) -> &Arc<dyn Announcements> {
        &self.0[self.1.fetch_add(1, Relaxed) % self.0.len()]
    }
}

#[async_trait]
impl Announcements for AnnouncementsInTurn {
    async fn announce(&self, new: NewAnnouncement) -> Result<Announcement, AnnounceError> {
        self.next().announce(new).await
    }

    async fn withdraw(&self, id: AnnouncementId, by: &StaffName) -> Result<bool, StoreError> {
        self.next().withdraw(id, by).await
    }

    async fn active(&self) -> Result<ActiveAnnouncements, StoreError> {
        self.next().active().await
    }
}

/// Each call about imports goes to the next instance.
struct ImportsInTurn(Vec<Arc<dyn Imports>>, AtomicUsize);

impl ImportsInTurn {
    fn next(&self) -> &Arc<dyn Imports> {
        &self.0[self.1.fetch_add(1, Relaxed) % self.0.len()]
    }
}

#[async_trait]
impl Imports for ImportsInTurn {
    async fn begin(&self, new: NewImport) -> Result<Option<Import>, StoreError> {
        self.next().begin(new).await
    }

    async fn import(&self, id: ImportId) -> Result<Option<Import>, StoreError> {
        self.next().import(id).await
    }

    async fn imports(&self, most: u32) -> Result<Vec<Import>, StoreError> {
        self.next().imports(most).await
    }

    async fn applied_before(&self, import: &Import) -> Result<Option<Timestamp>, StoreError> {
        self.next().applied_before(import).await
    }

    async fn take_over(&self, id: ImportId, sender: u32) -> Result<Option<u64>, StoreError> {
        self.next().take_over(id, sender).await
    }

    async fn append(
        &self,
        id: ImportId,
        sender: u32,
        start: u64,
        bytes: Vec<u8>,
    ) -> Result<Appended, StoreError> {
        self.next().append(id, sender, start, bytes).await
    }

    async fn piece(&self, id: ImportId, start: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.next().piece(id, start).await
    }

    async fn received(&self, id: ImportId, digest: [u8; 32]) -> Result<bool, StoreError> {
        self.next().received(id, digest).await
    }

    async fn spoilt(&self, id: ImportId) -> Result<bool, StoreError> {
        self.next().spoilt(id).await
    }

    async fn check_again(&self, id: ImportId, counts_again: bool) -> Result<bool, StoreError> {
        self.next().check_again(id, counts_again).await
    }

    async fn apply(&self, id: ImportId) -> Result<bool, StoreError> {
        self.next().apply(id).await
    }

    async fn cancel(&self, id: ImportId) -> Result<bool, StoreError> {
        self.next().cancel(id).await
    }

    async fn claim(&self, lease: Duration) -> Result<Option<Claim>, StoreError> {
        self.next().claim(lease).await
    }

    async fn note(
        &self,
        claim: &Claim,
        lease: Duration,
        upto: u32,
        tally: Tally,
        findings: Vec<RowFinding>,
    ) -> Result<bool, StoreError> {
        self.next().note(claim, lease, upto, tally, findings).await
    }

    async fn renew(&self, claim: &Claim, lease: Duration) -> Result<bool, StoreError> {
        self.next().renew(claim, lease).await
    }

    async fn settle(&self, claim: &Claim, verdict: Verdict) -> Result<bool, StoreError> {
        self.next().settle(claim, verdict).await
    }

    async fn rehearse(&self, delivery: ImportBatch) -> Result<Vec<LineResult>, StoreError> {
        self.next().rehearse(delivery).await
    }

    async fn findings(
        &self,
        id: ImportId,
        phase: Phase,
        kind: FoundKind,
        from: u32,
        most: u32,
    ) -> Result<Vec<RowFinding>, StoreError> {
        self.next().findings(id, phase, kind, from, most).await
    }

    async fn books_called(&self, names: Vec<String>) -> Result<Vec<Called>, StoreError> {
        self.next().books_called(names).await
    }

    async fn hang(
        &self,
        claim: &Claim,
        upto: u32,
        book: Slug,
        cover: NewCover,
    ) -> Result<bool, StoreError> {
        self.next().hang(claim, upto, book, cover).await
    }

    async fn pass(&self, claim: &Claim, upto: u32, tally: Tally) -> Result<bool, StoreError> {
        self.next().pass(claim, upto, tally).await
    }

    async fn cover(&self, book: &Slug, small: bool) -> Result<Option<CoverImage>, StoreError> {
        self.next().cover(book, small).await
    }

    async fn tidy(&self) -> Result<bool, StoreError> {
        self.next().tidy().await
    }

    async fn work_available(&self) {
        select_all(self.0.iter().map(|one| one.work_available())).await;
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
}
