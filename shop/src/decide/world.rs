//! All that a batch of commands touches, and what becomes of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Book, Delta, Done, Email, Hold, HoldId, HoldState, ImportId, Isbn, Key, Landing, Movement,
    MovementKind, Order, OrderCode, OrderId, OrderState, Price, Quantity, Refusal, Sale, ShopperId,
    Slug, Stock, Terms, Timestamp, Wait,
};

/// The part of the shop that a batch of commands touches, as it stands.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// The moment, by the store's clock.
    pub now: Timestamp,
    /// The owner's terms.
    pub terms: Terms,
    /// Every book that a command, a hold or an order below names.
    pub books: BTreeMap<Slug, OnShelf>,
    /// The active and the lapsed holds of every shopper that a command names,
    /// and every active hold whose time has come.
    pub holds: BTreeMap<HoldId, Hold>,
    /// Every order that a command names, and every open one that is overdue.
    pub orders: BTreeMap<OrderCode, Order>,
    /// Copies in the open orders of every shopper that a command names.
    pub allocated: BTreeMap<(ShopperId, Slug), u32>,
    /// What was answered before to the submissions of this batch.
    pub answers: BTreeMap<(ShopperId, Key), Answer>,
    /// Each book's line, by place: the waits of every shopper that a command names, and
    /// of as many that can be told, the first first, as copies may come free.
    pub waits: BTreeMap<Slug, BTreeMap<u64, Wait>>,
    /// For how many books everybody waits who asks to wait for one, without what is over.
    pub waits_of: BTreeMap<ShopperId, u32>,
    /// The last place in the line of every book that somebody asks to wait for.
    pub last_places: BTreeMap<Slug, u64>,
    /// Every book that a delivery may mean, as the catalogue describes it.
    pub catalogue: BTreeMap<Slug, Book>,
    /// Whose each of those numbers is that a delivery names.
    pub isbns: BTreeMap<Isbn, Slug>,
    /// Each import that a delivery is of, if it is being taken in.
    pub imports: BTreeMap<ImportId, Importing>,
    /// The first number that no hold has.
    pub next_hold: u64,
    /// Where a block of such numbers ends, and where the next one begins.
    pub hold_blocks: BTreeMap<u64, u64>,
    /// The first number that no order has.
    pub next_order: u64,
    /// What has changed so far.
    pub changes: Changes,
}

/// A book on the shelf, as far as decisions go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnShelf {
    /// Its copies.
    pub stock: Stock,
    /// What one costs now.
    pub price: Price,
    /// On what terms it is sold.
    pub sale: Sale,
    /// It is not sold any more: nothing of it is available, whatever comes back.
    pub withdrawn: bool,
}

/// What was answered to a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What the submission was.
    pub fingerprint: String,
    /// What was done.
    pub done: Done,
}

/// The rows to write, each as it is in the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The stock of each book that changed.
    pub stocks: BTreeMap<Slug, Stock>,
    /// Each hold that is new or has changed.
    pub holds: BTreeMap<HoldId, Hold>,
    /// Each order that is new or has changed.
    pub orders: BTreeMap<OrderCode, Order>,
    /// The ledger's new rows, in order.
    pub movements: Vec<Movement>,
    /// Each wait that is new or has changed, and none where one is over.
    pub waits: BTreeMap<(Slug, ShopperId), Option<Wait>>,
    /// Until when a page is taken to be open, of waits in which nothing else has changed.
    pub seen: BTreeMap<(Slug, ShopperId), Timestamp>,
    /// The terms of each book that is now sold on others.
    pub sales: BTreeMap<Slug, Sale>,
    /// Each book that is new or is described otherwise.
    pub books: BTreeMap<Slug, Book>,
    /// What has become of the lines of imports.
    pub imports: BTreeMap<ImportId, Imported>,
    /// Whether each book is withdrawn of which that has changed.
    pub withdrawn: BTreeMap<Slug, bool>,
    /// The price of each book that now costs something else.
    pub prices: BTreeMap<Slug, Price>,
    /// Whom to tell by mail of which offer.
    pub letters: BTreeMap<HoldId, Email>,
    /// The answers to keep.
    pub answers: Vec<((ShopperId, Key), Answer)>,
    /// Nothing to write, but something to report: what could not be as it was found.
    pub inconsistencies: Vec<Inconsistency>,
}

/// An import that is being taken in, as far as its lines are decided by it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Importing {
    /// The last row that was looked at.
    pub upto: u32,
    /// When its file was announced. What it says was counted was counted by then.
    pub announced: Timestamp,
    /// SHA-256 of its file.
    pub content: Option<[u8; 32]>,
    /// Rows, of those that a delivery has, whose copies were taken in before by another
    /// import of the same file.
    pub repeated: BTreeSet<u32>,
    /// Somebody has said that those have come once more.
    pub counts_again: bool,
    /// What has become since it was announced of each book that a line has counted.
    pub since: BTreeMap<Slug, Since>,
}

/// What has become of a book's copies since a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Since {
    /// How many more there are, of those that came and those that went.
    pub moved: i64,
    /// They were counted after that moment.
    pub counted: bool,
}

/// How far an import is, and what has become of its lines since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// The last row that was looked at.
    pub upto: u32,
    /// Its lines.
    pub landings: Vec<Landing>,
}

/// A claim that has ended although its copies could not come back, because the
/// book's stock does not have them. No decision makes such data; somebody's hand
/// in the database does. The claim is over all the same, so that this is
/// reported once, and the audit tells what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Inconsistency {
    /// A hold's time has come.
    #[error("hold {} has ended, but {book} has not {copies} held copies to give back", .hold.0)]
    Hold {
        /// Which one.
        hold: HoldId,
        /// Of which book.
        book: Slug,
        /// How many it held.
        copies: Quantity,
    },
    /// An order was closed.
    #[error("order {} was closed, but {book} has not {copies} allocated copies for it", .order.0)]
    Order {
        /// Which one.
        order: OrderId,
        /// Of which book.
        book: Slug,
        /// How many it had.
        copies: Quantity,
    },
}

impl Changes {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// When the first of the holds and orders in here ends.
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

/// For what a movement is.
#[derive(Debug, Clone, Default)]
pub(super) struct Cause {
    pub(super) hold: Option<HoldId>,
    pub(super) order: Option<OrderId>,
    pub(super) reason: Option<String>,
    pub(super) counted_at: Option<Timestamp>,
}

impl World {
    pub(super) fn on_shelf(&self, book: &Slug) -> Result<OnShelf, Refusal> {
        let known = self.books.get(book).copied();
        known.ok_or_else(|| Refusal::NoSuchBook(book.clone()))
    }

    /// The one way in which a stock changes: with a movement, and only if
    /// nothing is promised twice.
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
        self.books.insert(book.clone(), OnShelf { stock, ..before });
        self.changes.stocks.insert(book.clone(), stock);
        self.changes.movements.push(Movement {
            book: book.clone(),
            version: stock.version,
            kind,
            on_hand: delta.on_hand,
            held: delta.held,
            allocated: delta.allocated,
            hold: cause.hold,
            order: cause.order,
            reason: cause.reason,
            at: self.now,
            counted_at: cause.counted_at,
        });
        if before.withdrawn && stock.available() > 0 {
            return self.clear_shelf(book, stock.available());
        }
        Ok(stock)
    }

    /// What is free of a withdrawn book leaves the shop in the same decision.
    pub(super) fn clear_shelf(&mut self, book: &Slug, copies: u32) -> Result<Stock, Refusal> {
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

    /// Copies in a shopper's open orders.
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
