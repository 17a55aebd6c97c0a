//! What the rest of the shop can ask of its data.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use shop::{Browse, Command, Done, Order, OrderCode, ShopperId, Slug};

use crate::{
    Backroom, Bulletin, Cart, Change, Feed, Found, Ledger, Outbox, Roster, ShelfBook, Standing,
    StoreError, Topic, imports::Imports,
};

/// How often [`Store::attend`] is to be called: three times as long as an open page counts.
pub const ATTEND_EVERY: Duration = Duration::from_secs(20);

/// The shop's data. Cheap to share as `Arc<dyn Store>`: server functions cannot
/// be generic, so it must be usable as an object.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// A page of the catalogue as it is now, with the levels of its books. A page
    /// beyond the last one has no books; no wish is refused.
    async fn browse(&self, wish: &Browse) -> Result<Found, StoreError>;

    /// The books from a number of the catalogue on, in its order and each with its number:
    /// at most so many.
    async fn names(&self, from: u64, most: u32) -> Result<Vec<(u64, Slug)>, StoreError>;

    /// The number of the book that came into the catalogue last; 0 before the first.
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

    /// How much is promised just now. Two counts along indices: cheap enough to be asked
    /// every few seconds.
    async fn standing(&self) -> Result<Standing, StoreError>;

    /// Carries out a command. Durable once answered, and published to the
    /// [`Feed`] after it is durable.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where the rules say no, [`StoreError::Busy`],
    /// [`StoreError::DiskFull`], and
    /// [`StoreError::Failed`] where it is not known whether it was done.
    async fn submit(&self, command: Command) -> Result<Done, StoreError>;

    /// Notes that those are there of whom pages are open here, so that those of them who
    /// wait for a copy can be offered one. To be called every [`ATTEND_EVERY`]; one
    /// reading where nobody waits.
    ///
    /// # Errors
    /// As [`Self::submit`]. Whoever was not noted is at the next time.
    async fn attend(&self) -> Result<(), StoreError>;

    /// The 64 random bytes that this shop signs its cookies with. The same for
    /// ever, and for every instance.
    async fn cookie_secret(&self) -> Result<Vec<u8>, StoreError>;

    /// Where mails wait to be sent; none where the shop sends none.
    fn outbox(&self) -> Option<Arc<dyn Outbox>> {
        None
    }

    /// Where imports are kept; none in a store that is only for looking.
    fn imports(&self) -> Option<Arc<dyn Imports>> {
        None
    }

    /// What those who work here ask.
    fn backroom(&self) -> &Arc<dyn Backroom>;

    /// Every movement of every book, to be read on from any place.
    fn ledger(&self) -> &Arc<dyn Ledger>;

    /// What the shop says to everybody.
    fn bulletin(&self) -> Arc<dyn Bulletin>;

    /// Who works here.
    fn roster(&self) -> &Arc<dyn Roster>;

    /// Where changes are announced.
    fn feed(&self) -> &Arc<Feed>;

    /// Returns if the store can write no more, for a fault of its own: the process
    /// is to be started again.
    async fn failed(&self);

    /// Finishes what was begun and closes the files.
    async fn close(&self);
}
