//! A store that counts its reads, and can be made to panic at them.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

use async_trait::async_trait;
use shop::{Browse, Command, Done, Order, OrderCode, ShopperId, Slug};
use store::{
    Announcements, BookDesk, Cart, CataloguePage, Change, DeskReads, Feed, Journal, Ledger,
    LegalPages, OpenCounts, OrderSummary, OwnerSettings, SalesFigures, ShelfBook, StaffDirectory,
    StockOrder, Store, StoreError, Topic,
};

/// The number of reads, and whether they panic.
#[derive(Default)]
pub struct ReadCounter(pub AtomicUsize, pub std::sync::atomic::AtomicBool);

pub struct CountingStore {
    pub inner: Arc<dyn Store>,
    pub by: Arc<ReadCounter>,
}

impl CountingStore {
    fn read(&self) -> &dyn Store {
        self.by.0.fetch_add(1, SeqCst);
        self.store_or_panic()
    }

    fn store_or_panic(&self) -> &dyn Store {
        assert!(!self.by.1.load(SeqCst), "a test wants this panic");
        &*self.inner
    }
}

#[async_trait]
impl Store for CountingStore {
    async fn submit(&self, command: Command) -> Result<Done, StoreError> {
        self.read().submit(command).await
    }

    async fn newest(&self, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        self.read().newest(topics).await
    }

    async fn browse(&self, wish: &Browse) -> Result<CataloguePage, StoreError> {
        // Not counted: a shop reads the catalogue in advance.
        self.store_or_panic().browse(wish).await
    }

    async fn browse_stock(
        &self,
        request: &Browse,
        order: StockOrder,
    ) -> Result<CataloguePage, StoreError> {
        self.store_or_panic().browse_stock(request, order).await
    }

    async fn numbered_slugs(&self, from: u64, most: u32) -> Result<Vec<(u64, Slug)>, StoreError> {
        self.read().numbered_slugs(from, most).await
    }

    async fn last_book_number(&self) -> Result<u64, StoreError> {
        self.read().last_book_number().await
    }

    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError> {
        self.read().book(book).await
    }

    async fn cart(&self, shopper: ShopperId) -> Result<Cart, StoreError> {
        self.read().cart(shopper).await
    }

    async fn order(&self, code: OrderCode) -> Result<Order, StoreError> {
        self.read().order(code).await
    }

    async fn attend(&self) -> Result<(), StoreError> {
        self.inner.attend().await
    }

    async fn orders_of(
        &self,
        shopper: ShopperId,
        skip: u32,
        most: u32,
    ) -> Result<Vec<OrderSummary>, StoreError> {
        self.read().orders_of(shopper, skip, most).await
    }

    async fn open_counts(&self) -> Result<OpenCounts, StoreError> {
        // Not counted: an open shop takes samples by itself.
        self.inner.open_counts().await
    }

    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError> {
        self.inner.cookie_secret().await
    }

    fn desk_reads(&self) -> &Arc<dyn DeskReads> {
        self.inner.desk_reads()
    }

    fn book_desk(&self) -> &Arc<dyn BookDesk> {
        self.inner.book_desk()
    }

    fn journal(&self) -> &Arc<dyn Journal> {
        self.inner.journal()
    }

    fn sales_figures(&self) -> &Arc<dyn SalesFigures> {
        self.inner.sales_figures()
    }

    fn ledger(&self) -> &Arc<dyn Ledger> {
        self.inner.ledger()
    }

    fn announcements(&self) -> Arc<dyn Announcements> {
        self.inner.announcements()
    }

    fn owner_settings(&self) -> Arc<dyn OwnerSettings> {
        self.inner.owner_settings()
    }

    fn legal_pages(&self) -> Arc<dyn LegalPages> {
        self.inner.legal_pages()
    }

    fn staff_directory(&self) -> &Arc<dyn StaffDirectory> {
        self.inner.staff_directory()
    }

    fn feed(&self) -> &Arc<Feed> {
        self.inner.feed()
    }

    async fn failed(&self) {
        self.inner.failed().await;
    }

    async fn close(&self) {
        self.inner.close().await;
    }
}
