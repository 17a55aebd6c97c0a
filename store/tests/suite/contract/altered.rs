//! A store that behaves like another, except for one alteration.
//!
//! Tests use it to remove a guard, so that the product needs no switch for tests.

use std::sync::Arc;

use async_trait::async_trait;
use shop::{Browse, Command, Done, Order, OrderCode, ShopperId, Slug};
use store::{
    Announcements, BookDesk, Cart, CataloguePage, Change, DeskReads, Feed, Journal, Ledger,
    LegalPages, OpenCounts, OrderSummary, OwnerSettings, SalesFigures, ShelfBook, StaffDirectory,
    StockOrder, Store, StoreError, Topic,
};

/// The altered behaviour. Methods that are not overridden behave as usual.
#[async_trait]
pub trait Alteration: Send + Sync + 'static {
    async fn submit(&self, store: &dyn Store, command: Command) -> Result<Done, StoreError> {
        store.submit(command).await
    }

    async fn newest(&self, store: &dyn Store, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        store.newest(topics).await
    }

    fn announcements(&self, store: &dyn Store) -> Arc<dyn Announcements> {
        store.announcements()
    }

    fn owner_settings(&self, store: &dyn Store) -> Arc<dyn OwnerSettings> {
        store.owner_settings()
    }

    fn legal_pages(&self, store: &dyn Store) -> Arc<dyn LegalPages> {
        store.legal_pages()
    }

    async fn close(&self, store: &dyn Store) {
        store.close().await;
    }
}

/// A store with an alteration.
pub struct Altered<A> {
    pub inner: Arc<dyn Store>,
    pub by: A,
}

#[async_trait]
impl<A: Alteration> Store for Altered<A> {
    async fn submit(&self, command: Command) -> Result<Done, StoreError> {
        self.by.submit(&*self.inner, command).await
    }

    async fn newest(&self, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        self.by.newest(&*self.inner, topics).await
    }

    async fn browse(&self, request: &Browse) -> Result<CataloguePage, StoreError> {
        self.inner.browse(request).await
    }

    async fn browse_stock(
        &self,
        request: &Browse,
        order: StockOrder,
    ) -> Result<CataloguePage, StoreError> {
        self.inner.browse_stock(request, order).await
    }

    async fn numbered_slugs(&self, from: u64, most: u32) -> Result<Vec<(u64, Slug)>, StoreError> {
        self.inner.numbered_slugs(from, most).await
    }

    async fn last_book_number(&self) -> Result<u64, StoreError> {
        self.inner.last_book_number().await
    }

    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError> {
        self.inner.book(book).await
    }

    async fn cart(&self, shopper: ShopperId) -> Result<Cart, StoreError> {
        self.inner.cart(shopper).await
    }

    async fn order(&self, code: OrderCode) -> Result<Order, StoreError> {
        self.inner.order(code).await
    }

    async fn orders_of(
        &self,
        shopper: ShopperId,
        skip: u32,
        most: u32,
    ) -> Result<Vec<OrderSummary>, StoreError> {
        self.inner.orders_of(shopper, skip, most).await
    }

    async fn open_counts(&self) -> Result<OpenCounts, StoreError> {
        self.inner.open_counts().await
    }

    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError> {
        self.inner.cookie_secret().await
    }

    async fn attend(&self) -> Result<(), StoreError> {
        self.inner.attend().await
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
        self.by.announcements(&*self.inner)
    }

    fn owner_settings(&self) -> Arc<dyn OwnerSettings> {
        self.by.owner_settings(&*self.inner)
    }

    fn legal_pages(&self) -> Arc<dyn LegalPages> {
        self.by.legal_pages(&*self.inner)
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
        self.by.close(&*self.inner).await;
    }
}
