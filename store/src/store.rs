//! What the rest of the shop can ask of its data.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{Browse, Command, Done, Order, OrderCode, ShopperId, Slug};

use crate::{
    Announcements, Cart, CataloguePage, Change, DeskReads, Feed, Ledger, OpenCounts, Outbox,
    ShelfBook, StaffDirectory, StoreError, Topic, imports::Imports,
};

/// How often [`Store::attend`] is to be called: three times as long as an open page counts.
pub const ATTEND_EVERY: Duration = Duration::from_secs(20);

/// The shop's data. Shared as `Arc<dyn Store>`, because server functions cannot be generic.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// A page of the catalogue as it is now, with the levels of its books. A page beyond the
    /// last one has no books.
    async fn browse(&self, wish: &Browse) -> Result<CataloguePage, StoreError>;

    /// At most `most` books from a number of the catalogue on, each with its number.
    async fn names(&self, from: u64, most: u32) -> Result<Vec<(u64, Slug)>, StoreError>;

    /// The number of the catalogue's newest book; 0 before the first.
    async fn last_number(&self) -> Result<u64, StoreError>;

    /// One book with its level.
    ///
    /// # Errors
    /// [`shop::Refusal::NoSuchBook`].
    async fn book(&self, book: &Slug) -> Result<ShelfBook, StoreError>;

    /// Some topics as they are now, in the order they were asked for.
    ///
    /// # Errors
    /// [`shop::Refusal::NoSuchBook`] naming the first that is not known, or
    /// [`shop::Refusal::NoSuchOrder`].
    async fn newest(&self, topics: &[Topic]) -> Result<Vec<Change>, StoreError>;

    /// What is in this shopper's cart, with what has just run out.
    async fn cart(&self, shopper: ShopperId) -> Result<Cart, StoreError>;

    /// An order.
    ///
    /// # Errors
    /// [`shop::Refusal::NoSuchOrder`].
    async fn order(&self, code: OrderCode) -> Result<Order, StoreError>;

    /// How many holds and orders are open. Two counts by index: cheap enough for every few
    /// seconds.
    async fn open_counts(&self) -> Result<OpenCounts, StoreError>;

    /// Carries out a command. Durable once answered, and published to the
    /// [`Feed`] after it is durable.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where the rules say no, [`StoreError::Busy`],
    /// [`StoreError::DiskFull`], and
    /// [`StoreError::Failed`] where it is not known whether it was done.
    async fn submit(&self, command: Command) -> Result<Done, StoreError>;

    /// Notes which shoppers on a waitlist have pages open here, so that they can be offered a
    /// copy. To be called every [`ATTEND_EVERY`]; a single read where nobody waits.
    ///
    /// # Errors
    /// As [`Self::submit`]. Who was not noted will be the next time.
    async fn attend(&self) -> Result<(), StoreError>;

    /// The 64 random bytes that this shop signs its cookies with. The same for
    /// ever, and for every instance.
    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError>;

    /// The mails that wait to be sent; none where the shop sends no mail.
    fn outbox(&self) -> Option<Arc<dyn Outbox>> {
        None
    }

    /// The imports; none in a store that is read-only.
    fn imports(&self) -> Option<Arc<dyn Imports>> {
        None
    }

    /// What only the desk reads.
    fn desk_reads(&self) -> &Arc<dyn DeskReads>;

    /// Every movement of every book, from any place on.
    fn ledger(&self) -> &Arc<dyn Ledger>;

    /// The announcements to everybody.
    fn announcements(&self) -> Arc<dyn Announcements>;

    /// The staff, and who is signed in.
    fn staff_directory(&self) -> &Arc<dyn StaffDirectory>;

    /// Where changes are published.
    fn feed(&self) -> &Arc<Feed>;

    /// Returns if the store can write no more, for a fault of its own: the process
    /// is to be started again.
    async fn failed(&self);

    /// Finishes what was begun and closes the files.
    async fn close(&self);
}
