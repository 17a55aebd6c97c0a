//! The trait of both stores.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{Browse, Command, Done, Epoch, Order, OrderCode, ShopperId, Slug, StaffName};

use crate::{
    Announcements, BookDesk, Cart, CataloguePage, Change, ClockTrouble, DeskReads, Feed, Journal,
    Ledger, LegalPages, OpenCounts, OrderSummary, Outbox, OwnerSettings, SalesFigures, ShelfBook,
    StaffDirectory, StockOrder, StoreError, Topic, imports::Imports,
};

/// How often to call [`Store::attend`]: a third of the time for which an open page counts.
pub const ATTEND_EVERY: Duration = Duration::from_secs(20);

/// The shop's data. Shared as `Arc<dyn Store>`, because server functions cannot be generic.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// A page of the current catalogue with its books' levels. A page after the last one is empty.
    async fn browse(&self, request: &Browse) -> Result<CataloguePage, StoreError>;

    /// Like [`Self::browse`], but sorted by a column of the desk's list of stock. The request's own
    /// sort order and its filter are ignored.
    async fn browse_stock(
        &self,
        request: &Browse,
        order: StockOrder,
    ) -> Result<CataloguePage, StoreError>;

    /// The numbers and slugs of at most `most` books that are not withdrawn, numbered `from` or
    /// higher.
    async fn numbered_slugs(&self, from: u64, most: u32) -> Result<Vec<(u64, Slug)>, StoreError>;

    /// The number of the newest book, or 0 if there is none.
    async fn last_book_number(&self) -> Result<u64, StoreError>;

    /// A book with its level.
    ///
    /// # Errors
    /// [`shop::Refusal::NoSuchBook`].
    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError>;

    /// The current state of these topics, in the order given.
    ///
    /// # Errors
    /// [`shop::Refusal::NoSuchBook`] with the first unknown book, or
    /// [`shop::Refusal::NoSuchOrder`].
    async fn newest(&self, topics: &[Topic]) -> Result<Vec<Change>, StoreError>;

    /// The epoch of the data. A store whose epoch can change while it is open reads it again, and
    /// the feed begins it.
    async fn epoch(&self) -> Result<Epoch, StoreError> {
        Ok(self.feed().epoch())
    }

    /// A shopper's cart, including lines that lapsed recently.
    async fn cart(&self, shopper: ShopperId) -> Result<Cart, StoreError>;

    /// An order.
    ///
    /// # Errors
    /// [`shop::Refusal::NoSuchOrder`].
    async fn order(&self, code: OrderCode) -> Result<Order, StoreError>;

    /// At most `most` orders of a shopper, newest first, after the newest `skip` ones.
    async fn orders_of(
        &self,
        shopper: ShopperId,
        skip: u32,
        most: u32,
    ) -> Result<Vec<OrderSummary>, StoreError>;

    /// The number of open holds and orders. Counting them by an index is cheap enough to do every
    /// few seconds.
    async fn open_counts(&self) -> Result<OpenCounts, StoreError>;

    /// Executes a command. It is durable before it is answered, and then published to the [`Feed`].
    ///
    /// # Errors
    /// [`StoreError::Refused`] if the rules refuse it, [`StoreError::Busy`],
    /// [`StoreError::DiskFull`], and [`StoreError::Failed`] if it is unknown whether it was
    /// executed.
    async fn submit(&self, command: Command) -> Result<Done, StoreError>;

    /// Records which shoppers on a waitlist have pages open on this instance, so that they can be
    /// offered a copy. Also ends the remaining waits for withdrawn books. To be called every
    /// [`ATTEND_EVERY`]. If nobody waits, it is a single read.
    ///
    /// # Errors
    /// As for [`Self::submit`]. Shoppers that were missed are recorded by the next call.
    async fn attend(&self) -> Result<(), StoreError>;

    /// What is wrong with the clock, if anything. While it is in doubt, overdue orders stay open.
    fn clock_trouble(&self) -> ClockTrouble {
        ClockTrouble::default()
    }

    /// Accepts the clock on behalf of an owner: orders that are overdue end from now on.
    ///
    /// # Errors
    /// As for [`Self::submit`].
    async fn accept_clock(&self, _by: &StaffName) -> Result<(), StoreError> {
        Ok(())
    }

    /// The 64 random bytes that sign the shop's cookies. They never change, and are the same for
    /// every instance.
    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError>;

    /// The mails to be sent; `None` if the shop sends no mail.
    fn outbox(&self) -> Option<Arc<dyn Outbox>> {
        None
    }

    /// The imports; `None` if the store is read-only.
    fn imports(&self) -> Option<Arc<dyn Imports>> {
        None
    }

    /// The desk's queries.
    fn desk_reads(&self) -> &Arc<dyn DeskReads>;

    /// What staff see and set of a book beside its stock.
    fn book_desk(&self) -> &Arc<dyn BookDesk>;

    /// The ledger of all books.
    fn ledger(&self) -> &Arc<dyn Ledger>;

    /// The journal of the staff's acts.
    fn journal(&self) -> &Arc<dyn Journal>;

    /// What was sold, and what was not.
    fn sales_figures(&self) -> &Arc<dyn SalesFigures>;

    /// The announcements to everyone.
    fn announcements(&self) -> Arc<dyn Announcements>;

    /// The owner's settings.
    fn owner_settings(&self) -> Arc<dyn OwnerSettings>;

    /// The texts of the legal pages.
    fn legal_pages(&self) -> Arc<dyn LegalPages>;

    /// The staff and their sessions.
    fn staff_directory(&self) -> &Arc<dyn StaffDirectory>;

    /// The feed of changes.
    fn feed(&self) -> &Arc<Feed>;

    /// Returns once a task of the store has died: the process must be restarted.
    async fn failed(&self);

    /// Finishes the commands already accepted and closes the data.
    async fn close(&self);
}
