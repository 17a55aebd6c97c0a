//! What the store in PostgreSQL answers, once it is open.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{Browse, Command, Done, Epoch, Order, OrderCode, ShopperId, Slug, StaffName};
use tokio::time::timeout;

use super::{PostgresStore, reads};
use crate::{
    Announcements, BookDesk, Cart, CataloguePage, Change, ClockTrouble, DeskReads, Feed, Journal,
    Ledger, LegalPages, OpenCounts, OrderSummary, Outbox, OwnerSettings, SalesFigures, ShelfBook,
    StaffDirectory, StockOrder, Store, StoreError, Topic, attendance, catalogue, clock_guard,
    imports::Imports, reads as shared_reads, shopper_orders, sql::Backend,
};

/// The time that the writer and the readers each have to finish when the shop closes.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

#[async_trait]
impl Store for PostgresStore {
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
        self.backend
            .in_time(reads::newest(&self.backend.0, topics))
            .await
    }

    async fn epoch(&self) -> Result<Epoch, StoreError> {
        let reading = async { reads::epoch(&mut *self.backend.reader().await?).await };
        let epoch = self.backend.in_time(reading).await?;
        self.feed.begin_epoch(epoch.clone());
        Ok(epoch)
    }

    async fn cart(&self, shopper: ShopperId) -> Result<Cart, StoreError> {
        self.backend
            .in_time(reads::cart(&self.backend.0, shopper))
            .await
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
        let by = by.clone();
        let accepting = self.backend.write(move |connection, now| {
            Box::pin(async move { clock_guard::accept(connection, now, Some(&by)).await })
        });
        self.clock_guard.update(&accepting.await?);
        Ok(())
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
        // A database that does not answer must not keep the process from exiting.
        if timeout(CLOSE_WITHIN, self.writer.close()).await.is_err() {
            tracing::warn!("the last commands were not finished before closing");
        }
        self.background.stop();
        // Sends the last changes that this instance made.
        self.notifier.notify(&self.backend.0, &self.everyone).await;
        let _ = timeout(CLOSE_WITHIN, self.backend.0.close()).await;
    }
}
