//! The input and output of a decision: the state that a batch reads, and the rows it changes.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Book, BookSources, Delta, Done, Email, Hold, HoldId, HoldState, ImportId, Isbn, JournalEntry,
    Key, Level, LineResult, Movement, MovementKind, Order, OrderCode, OrderId, OrderMail,
    OrderState, Price, Quantity, Receipt, ReceiptCode, Refusal, Sale, ShopperId, Slug, Stock,
    Terms, Timestamp, Wait,
};

/// The part of the shop that a batch of commands touches, as of the batch's transaction.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// The current time, by the store's clock.
    pub now: Timestamp,
    /// The owner's settings.
    pub terms: Terms,
    /// Every book that is named by a command, or by a hold or order below.
    pub books: BTreeMap<Slug, BookState>,
    /// The active and lapsed holds of every shopper that a command names, and all active holds
    /// that have expired.
    pub holds: BTreeMap<HoldId, Hold>,
    /// Every order that a command names, and all open orders that are overdue.
    pub orders: BTreeMap<OrderCode, Order>,
    /// The copies in open orders, for every shopper that a command names.
    pub allocated: BTreeMap<(ShopperId, Slug), u32>,
    /// The mails about orders that could not be sent and that a command wants to be sent again.
    pub failed_mails: BTreeSet<(OrderCode, OrderMail)>,
    /// The stored results of this batch's submissions that were already executed.
    pub answers: BTreeMap<(ShopperId, Key), StoredResult>,
    /// Each book's waitlist, by place.
    ///
    /// It has the waits of every shopper that a command names, the first waits for a withdrawn
    /// book, and as many of the first reachable waits as copies may become available.
    pub waits: BTreeMap<Slug, BTreeMap<u64, Wait>>,
    /// The number of unexpired waits of every shopper who asks to wait in this batch.
    pub waits_of: BTreeMap<ShopperId, u32>,
    /// Whether orders stay open although they are overdue, because the clock is in doubt.
    pub keep_overdue_orders: bool,
    /// The last place on the waitlist of every book that a command asks to wait for.
    pub last_places: BTreeMap<Slug, u64>,
    /// The catalogue entry of every book that an import line may be about, or whose entry a
    /// command may change.
    pub catalogue: BTreeMap<Slug, Book>,
    /// The sources of these entries.
    pub sources: BTreeMap<Slug, BookSources>,
    /// The owner of every ISBN that an import line or a command names.
    pub isbns: BTreeMap<Isbn, Slug>,
    /// Every running import that a delivery belongs to.
    pub imports: BTreeMap<ImportId, Importing>,
    /// The number for the next new hold.
    pub next_hold: u64,
    /// The reserved blocks of hold numbers: maps the end of each to the start of the next.
    pub hold_blocks: BTreeMap<u64, u64>,
    /// The number for the next new order.
    pub next_order: u64,
    /// The changes so far.
    pub changes: Changes,
}

/// A book's stock and terms of sale.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BookState {
    /// The copies.
    pub stock: Stock,
    /// The current price of one copy.
    pub price: Price,
    /// The book's own terms of sale.
    pub sale: Sale,
    /// Whether the book is withdrawn. If so, copies that come back leave the stock at once.
    pub withdrawn: bool,
}

impl BookState {
    /// The part that every page of the book shows.
    #[must_use]
    pub fn level(&self, book: Slug) -> Level {
        self.stock.level(book, self.price, self.withdrawn)
    }

    /// The same state with a new page revision, which is the next movement's version.
    pub(super) fn with_new_page(mut self) -> Self {
        self.stock.page = self.stock.version.saturating_add(1);
        self
    }
}

/// The stored result of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResult {
    /// The fingerprint of the command.
    pub fingerprint: String,
    /// The result.
    pub done: Done,
}

/// The rows to write, each in its final state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The books with a new movement.
    pub stocks: BTreeMap<Slug, BookState>,
    /// The new and changed holds.
    pub holds: BTreeMap<HoldId, Hold>,
    /// The new and changed orders.
    pub orders: BTreeMap<OrderCode, Order>,
    /// The new rows of the ledger, in order.
    pub movements: Vec<Movement>,
    /// The receipts of sales and returns at the counter.
    pub receipts: Vec<Receipt>,
    /// The new and changed waits; `None` deletes one.
    pub waits: BTreeMap<(Slug, ShopperId), Option<Wait>>,
    /// The changed terms of sale.
    pub sales: BTreeMap<Slug, Sale>,
    /// The new and changed catalogue entries.
    pub books: BTreeMap<Slug, Book>,
    /// The changed sources of catalogue entries.
    pub sources: BTreeMap<Slug, BookSources>,
    /// The progress of imports.
    pub imports: BTreeMap<ImportId, Imported>,
    /// The books that were withdrawn (`true`) or put back on sale (`false`).
    pub withdrawn: BTreeMap<Slug, bool>,
    /// The changed prices.
    pub prices: BTreeMap<Slug, Price>,
    /// The mails about offers, by the offer's hold.
    pub offer_mails: BTreeMap<HoldId, OfferMail>,
    /// The mails to shoppers who waited for a book that was withdrawn.
    pub withdrawal_mails: BTreeMap<(Slug, ShopperId), Email>,
    /// The mails about orders, besides the confirmations of new ones.
    pub order_mails: BTreeSet<(OrderCode, OrderMail)>,
    /// The orders whose contact was erased. So are their mails.
    pub erased_contacts: BTreeSet<OrderCode>,
    /// The entries for the journal, in order.
    pub journal: Vec<JournalEntry>,
    /// The results to store under their idempotency keys.
    pub answers: Vec<((ShopperId, Key), StoredResult)>,
    /// Inconsistent data that was found. It is reported, not written.
    pub inconsistencies: Vec<Inconsistency>,
}

/// A mail that tells a shopper of an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferMail {
    /// The recipient.
    pub to: Email,
    /// Whether the shopper also has a page open. Then the offer stands even if the mail fails.
    pub page_open: bool,
}

/// The state of a running import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Importing {
    /// The last row that was processed.
    pub upto: u32,
    /// When the file was announced, which is also the time of its counts.
    pub announced: Timestamp,
    /// The SHA-256 of the file.
    pub content: Option<[u8; 32]>,
    /// The rows in this batch whose copies were already applied by another import of the same
    /// file.
    pub repeated: BTreeSet<u32>,
    /// Whether staff chose to apply the copies of such rows again.
    pub counts_again: bool,
    /// What happened to each counted book after the file was announced.
    pub since: BTreeMap<Slug, StockChangeSince>,
}

/// What happened to a book's copies after a point in time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StockChangeSince {
    /// The net change in copies in the shop, without counts.
    pub moved: i64,
    /// Whether the copies were counted after that time.
    pub counted: bool,
}

/// The progress of an import in this batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// The last row that was processed.
    pub upto: u32,
    /// The results of the lines.
    pub landings: Vec<LineResult>,
}

/// A claim that ended although the book's stock did not contain its copies.
///
/// Only a manual edit of the database can cause this. The claim ends anyway, so that it is
/// reported once; the audit finds the underlying error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Inconsistency {
    /// A hold expired.
    #[error("hold {} has ended, but the stock of {book} does not contain its {copies} held copies", .hold.0)]
    Hold {
        /// The hold.
        hold: HoldId,
        /// The book.
        book: Slug,
        /// The copies it held.
        copies: Quantity,
    },
    /// An order was closed.
    #[error("order {} was closed, but the stock of {book} does not contain its {copies} allocated copies", .order.0)]
    Order {
        /// The order.
        order: OrderId,
        /// The book.
        book: Slug,
        /// The copies in the order.
        copies: Quantity,
    },
}

impl Changes {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The earliest end of the active holds and open orders among the changes.
    #[must_use]
    pub fn next_end(&self) -> Option<Timestamp> {
        let holds = self
            .holds
            .values()
            .filter(|hold| hold.state == HoldState::Active);
        let orders = self
            .orders
            .values()
            .filter(|order| order.state == OrderState::Placed);
        holds
            .map(|hold| hold.expires_at)
            .chain(orders.map(|order| order.collect_by))
            .min()
    }
}

/// The hold, order, receipt, reason or count behind a movement.
#[derive(Debug, Clone, Default)]
pub(super) struct Cause {
    pub(super) hold: Option<HoldId>,
    pub(super) order: Option<OrderId>,
    pub(super) receipt: Option<ReceiptCode>,
    pub(super) reason: Option<String>,
    pub(super) counted_at: Option<Timestamp>,
}

impl World {
    pub(super) fn on_shelf(&self, book: &Slug) -> Result<BookState, Refusal> {
        let known = self.books.get(book).copied();
        known.ok_or_else(|| Refusal::NoSuchBook(book.clone()))
    }

    /// Changes a stock and records the movement. The only way to change the stock of a known book.
    ///
    /// Refuses a change after which more copies would be held and allocated than are on hand.
    pub(super) fn move_copies(
        &mut self,
        book: &Slug,
        kind: MovementKind,
        delta: Delta,
        cause: Cause,
    ) -> Result<Stock, Refusal> {
        let before = self.on_shelf(book)?;
        let stock = before.stock.after(delta).ok_or(Refusal::SoldOut {
            available: before.stock.available(),
        })?;
        let after = BookState { stock, ..before };
        self.books.insert(book.clone(), after);
        self.changes.stocks.insert(book.clone(), after);
        self.changes.movements.push(Movement {
            book: book.clone(),
            version: stock.version,
            kind,
            on_hand: delta.on_hand,
            held: delta.held,
            allocated: delta.allocated,
            hold: cause.hold,
            order: cause.order,
            receipt: cause.receipt,
            reason: cause.reason,
            at: self.now,
            counted_at: cause.counted_at,
        });
        if before.withdrawn && stock.available() > 0 {
            return self.remove_available(book, stock.available());
        }
        Ok(stock)
    }

    /// Removes the available copies of a withdrawn book from the stock.
    fn remove_available(&mut self, book: &Slug, copies: u32) -> Result<Stock, Refusal> {
        let delta = Delta {
            on_hand: -i64::from(copies),
            ..Delta::default()
        };
        let cause = Cause {
            reason: Some(Movement::WITHDRAWN.to_owned()),
            ..Cause::default()
        };
        self.move_copies(book, MovementKind::Adjusted, delta, cause)
    }

    /// The most copies of a book that one shopper may hold and have on order.
    pub(super) fn limit(&self, book: &Slug) -> u32 {
        let own = self.books.get(book).and_then(|shelf| shelf.sale.limit);
        own.unwrap_or(self.terms.limit_per_shopper)
    }

    /// The copies of a book in a shopper's open orders.
    pub(super) fn ordered(&self, shopper: ShopperId, book: &Slug) -> u32 {
        let ordered = self.allocated.get(&(shopper, book.clone()));
        ordered.copied().unwrap_or(0)
    }

    pub(super) fn new_hold_number(&mut self) -> HoldId {
        let number = self.next_hold;
        self.next_hold += 1;
        if let Some(next) = self.hold_blocks.get(&self.next_hold) {
            self.next_hold = *next;
        }
        HoldId(number)
    }

    pub(super) fn active_hold(&self, shopper: ShopperId, book: &Slug) -> Option<&Hold> {
        self.holds_of(shopper)
            .find(|hold| hold.state == HoldState::Active && hold.book == *book)
    }

    pub(super) fn holds_of(&self, shopper: ShopperId) -> impl Iterator<Item = &Hold> {
        self.holds
            .values()
            .filter(move |hold| hold.shopper == shopper)
    }

    pub(super) fn write_hold(&mut self, hold: Hold) {
        self.changes.holds.insert(hold.id, hold.clone());
        self.holds.insert(hold.id, hold);
    }

    pub(super) fn write_order(&mut self, order: Order) {
        self.changes.orders.insert(order.code, order.clone());
        self.orders.insert(order.code, order);
    }
}
