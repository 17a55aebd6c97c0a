//! What the store in SQLite answers, once it is open.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{Browse, Command, Done, Order, OrderCode, ShopperId, Slug, StaffName};
use tokio::time::timeout;

use super::{SqliteStore, reads};
use crate::{
    Announcements, BookDesk, Cart, CataloguePage, Change, ClockTrouble, DeskReads, Feed, Journal,
    Ledger, LegalPages, OpenCounts, OrderSummary, Outbox, OwnerSettings, SalesFigures, ShelfBook,
    StaffDirectory, StockOrder, Store, StoreError, Topic, attendance, catalogue, clock_guard,
    imports::Imports, reads as shared_reads, shopper_orders, sql::Backend,
};

/// The time that the readers have to finish when the store closes.
pub(super) const CLOSE_WITHIN: Duration = Duration::from_secs(2);

#[async_trait]
impl Store for SqliteStore {
    async fn browse(&self, request: &Browse) -> Result<CataloguePage, StoreError> {
        self.catalogue
            .page(&self.backend, &self.feed, request)
            .await
    }

    async fn browse_stock(
        &self,
        request: &Browse,
        order: StockOrder,
    ) -> Result<CataloguePage, StoreError> {
        self.catalogue
            .stock_page(&self.backend, &self.feed, request, order)
            .await
    }

    async fn numbered_slugs(&self, from: u64, most: u32) -> Result<Vec<(u64, Slug)>, StoreError> {
        catalogue::numbered_slugs(&self.backend, from, most).await
    }

    async fn last_book_number(&self) -> Result<u64, StoreError> {
        catalogue::last_book_number(&self.backend).await
    }

    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError> {
        shared_reads::book(&self.backend, book).await
    }

    async fn newest(&self, topics: &[Topic]) -> Result<Vec<Change>, StoreError> {
        reads::newest(&self.backend.reads, topics, self.backend.clock.now()).await
    }

    async fn cart(&self, shopper: ShopperId) -> Result<Cart, StoreError> {
        reads::cart(&self.backend.reads, shopper, self.backend.clock.now()).await
    }

    async fn order(&self, code: OrderCode) -> Result<Order, StoreError> {
        shared_reads::order(&self.backend, code).await
    }

    async fn orders_of(
        &self,
        shopper: ShopperId,
        skip: u32,
        most: u32,
    ) -> Result<Vec<OrderSummary>, StoreError> {
        shopper_orders::orders_of(&self.backend, shopper, skip, most).await
    }

    async fn open_counts(&self) -> Result<OpenCounts, StoreError> {
        shared_reads::open_counts(&self.backend).await
    }

    async fn submit(&self, command: Command) -> Result<Done, StoreError> {
        self.writer.submit(command).await
    }

    async fn attend(&self) -> Result<(), StoreError> {
        attendance::attend(&self.backend, &self.feed, &self.writer).await
    }

    fn clock_trouble(&self) -> ClockTrouble {
        self.clock_guard.trouble()
    }

    async fn accept_clock(&self, by: &StaffName) -> Result<(), StoreError> {
        let (guard, by) = (Arc::clone(&self.clock_guard), by.clone());
        // The guard is updated within the job. The executor runs the job, and then finds the orders
        // that are due.
        self.backend
            .write(move |connection, now| {
                Box::pin(async move {
                    guard.update(&clock_guard::accept(connection, now, Some(&by)).await?);
                    Ok(())
                })
            })
            .await
    }

    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError> {
        shared_reads::cookie_secret(&self.backend).await
    }

    fn outbox(&self) -> Option<Arc<dyn Outbox>> {
        self.outbox.clone()
    }

    fn imports(&self) -> Option<Arc<dyn Imports>> {
        Some(Arc::clone(&self.imports))
    }

    fn desk_reads(&self) -> &Arc<dyn DeskReads> {
        &self.desk_reads
    }

    fn book_desk(&self) -> &Arc<dyn BookDesk> {
        &self.book_desk
    }

    fn ledger(&self) -> &Arc<dyn Ledger> {
        &self.ledger
    }

    fn journal(&self) -> &Arc<dyn Journal> {
        &self.journal
    }

    fn sales_figures(&self) -> &Arc<dyn SalesFigures> {
        &self.sales_figures
    }

    fn announcements(&self) -> Arc<dyn Announcements> {
        Arc::clone(&self.announcements)
    }

    fn owner_settings(&self) -> Arc<dyn OwnerSettings> {
        Arc::clone(&self.owner_settings)
    }

    fn legal_pages(&self) -> Arc<dyn LegalPages> {
        Arc::clone(&self.legal_pages)
    }

    fn staff_directory(&self) -> &Arc<dyn StaffDirectory> {
        &self.staff_directory
    }

    fn feed(&self) -> &Arc<Feed> {
        &self.feed
    }

    async fn failed(&self) {
        tokio::select! {
            () = self.writer.failed() => {}
            () = self.background.failed() => {}
        }
    }

    async fn close(&self) {
        self.background.stop();
        // The writer closes last, because only a connection that may write can checkpoint the log.
        // A reader that is stuck only prevents the checkpoint.
        if timeout(CLOSE_WITHIN, self.backend.reads.close())
            .await
            .is_err()
        {
            tracing::warn!("a reader did not finish before closing");
        }
        self.writer.close().await;
    }
}
