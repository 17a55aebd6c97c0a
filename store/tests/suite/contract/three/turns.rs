//! A store whose commands go to the instances in turn.

use std::sync::{Arc, atomic::AtomicUsize};

use async_trait::async_trait;
use shop::{Browse, Command, Done, Order, OrderCode, ShopperId, Slug, StaffName};
use store::{
    Announcements, BookDesk, Cart, CataloguePage, Change, ClockTrouble, DeskReads, Feed, Journal,
    Ledger, LegalPages, OpenCounts, OrderSummary, Outbox, OwnerSettings, SalesFigures, ShelfBook,
    StaffDirectory, StockOrder, Store, StoreError, Topic, imports::Imports,
};
use tokio::sync::Mutex;

use super::{
    announcements::AnnouncementsInTurn, imports::ImportsInTurn, legal::LegalPagesInTurn,
    outbox::OutboxInTurn, settings::SettingsInTurn,
};

/// Submits commands to the instances in turn, one after another as in one writer's queue, because
/// decisions depend on their order.
pub(super) struct InTurn {
    pub(super) instances: [Arc<dyn Store>; 3],
    pub(super) turn: Mutex<usize>,
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

    async fn accept_clock(&self, by: &StaffName) -> Result<(), StoreError> {
        self.instances[1].accept_clock(by).await
    }

    async fn newest(&self, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        self.instances[0].newest(topics).await
    }

    async fn browse(&self, request: &Browse) -> Result<CataloguePage, StoreError> {
        self.instances[0].browse(request).await
    }

    async fn browse_stock(
        &self,
        request: &Browse,
        order: StockOrder,
    ) -> Result<CataloguePage, StoreError> {
        self.instances[0].browse_stock(request, order).await
    }

    async fn numbered_slugs(&self, from: u64, most: u32) -> Result<Vec<(u64, Slug)>, StoreError> {
        self.instances[0].numbered_slugs(from, most).await
    }

    async fn last_book_number(&self) -> Result<u64, StoreError> {
        self.instances[0].last_book_number().await
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

    async fn orders_of(
        &self,
        shopper: ShopperId,
        skip: u32,
        most: u32,
    ) -> Result<Vec<OrderSummary>, StoreError> {
        self.instances[0].orders_of(shopper, skip, most).await
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

    fn owner_settings(&self) -> Arc<dyn OwnerSettings> {
        let all = self.instances.iter().map(|one| one.owner_settings());
        Arc::new(SettingsInTurn(all.collect(), AtomicUsize::new(0)))
    }

    fn legal_pages(&self) -> Arc<dyn LegalPages> {
        let all = self.instances.iter().map(|one| one.legal_pages());
        Arc::new(LegalPagesInTurn(all.collect(), AtomicUsize::new(0)))
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

    fn book_desk(&self) -> &Arc<dyn BookDesk> {
        self.instances[0].book_desk()
    }

    fn journal(&self) -> &Arc<dyn Journal> {
        self.instances[0].journal()
    }

    fn sales_figures(&self) -> &Arc<dyn SalesFigures> {
        self.instances[0].sales_figures()
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
