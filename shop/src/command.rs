//! The requests of shoppers and staff that change the shop.

mod fingerprint;
mod subjects;
mod submission;

use std::num::NonZeroI32;

use crate::{
    Basket, BookEdit, Contact, Email, HoldId, ImportBatch, Key, NewTitle, OrderCode, OrderMail,
    Price, Quantity, Reason, ReceiptCode, Sale, ShopperId, Slug, StaffName, Timestamp,
};

/// A request of a shopper or the staff to change something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Adds copies to a cart.
    Add {
        /// The shopper.
        shopper: ShopperId,
        /// The book.
        book: Slug,
        /// The copies to add.
        quantity: Quantity,
        /// The idempotency key.
        key: Option<Key>,
    },
    /// Sets the number of copies of a book in a cart.
    SetQuantity {
        /// The shopper.
        shopper: ShopperId,
        /// The book.
        book: Slug,
        /// The copies in the cart from now on; `None` removes the line.
        quantity: Option<Quantity>,
    },
    /// Extends the hold of a cart line.
    Extend {
        /// The shopper.
        shopper: ShopperId,
        /// The book.
        book: Slug,
    },
    /// Turns a cart into an order.
    PlaceOrder {
        /// The shopper.
        shopper: ShopperId,
        /// The code for the order, drawn at random by the caller.
        code: OrderCode,
        /// The person who collects the order.
        contact: Contact,
        /// The total that the shopper was shown, if known. Any other total is refused.
        total: Option<Price>,
        /// The idempotency key.
        key: Option<Key>,
    },
    /// Closes an order, as collected or cancelled.
    CloseOrder {
        /// The order's code.
        code: OrderCode,
        /// How the order ends.
        closing: Closing,
    },
    /// Marks an order as ready for collection.
    ReadyOrder {
        /// The order's code.
        code: OrderCode,
    },
    /// Takes back that an order is ready for collection.
    NotReadyOrder {
        /// The order's code.
        code: OrderCode,
    },
    /// Sends a mail about an order again that could not be sent.
    SendMailAgain {
        /// The order's code.
        code: OrderCode,
        /// The mail.
        mail: OrderMail,
    },
    /// Erases the name, the e-mail address or telephone number and the note from an order.
    EraseContact {
        /// The order's code.
        code: OrderCode,
    },
    /// Records that an order's confirmation cannot be sent.
    ConfirmationFailed {
        /// The order's code.
        code: OrderCode,
    },
    /// Ends an offer whose mail cannot be sent. The copy is offered to the next in line.
    OfferFailed {
        /// The shopper.
        shopper: ShopperId,
        /// The book.
        book: Slug,
        /// When the offer would end. An offer with another end is left alone.
        until: Timestamp,
    },
    /// Takes back the copies in a cart, or an offer, on behalf of the shop.
    TakeBack {
        /// The shopper.
        shopper: ShopperId,
        /// The book.
        book: Slug,
        /// The hold to end; `None` ends whichever hold is active.
        hold: Option<HoldId>,
        /// The reason, for the ledger.
        reason: Reason,
    },
    /// Changes a book's price. Copies in carts keep their price.
    SetPrice {
        /// The book.
        book: Slug,
        /// The price of one copy.
        price: Price,
    },
    /// Sets a book's price to the one that the catalogue file last had, which imports may change.
    TakeFilePrice {
        /// The book.
        book: Slug,
    },
    /// Adds a book to the catalogue, with its opening stock.
    AddBook {
        /// The book.
        new: Box<NewTitle>,
        /// The sender and the idempotency key.
        submission: Option<(ShopperId, Key)>,
    },
    /// Changes what the shop says about a book.
    EditBook(Box<BookEdit>),
    /// Withdraws a book from sale, or puts it back on sale.
    Withdraw {
        /// The book.
        book: Slug,
        /// Whether the book is withdrawn from now on.
        withdrawn: bool,
        /// The reason, for the ledger.
        reason: Reason,
    },
    /// Puts a shopper on a book's waitlist.
    Wait {
        /// The shopper.
        shopper: ShopperId,
        /// The book.
        book: Slug,
        /// Whether the shopper has a page open that would show an offer.
        live: bool,
        /// An address to which an offer can be sent.
        email: Option<Email>,
        /// The idempotency key.
        key: Option<Key>,
    },
    /// Takes a shopper off a waitlist, and declines the shopper's offer.
    Leave {
        /// The shopper.
        shopper: ShopperId,
        /// The book.
        book: Slug,
    },
    /// Accepts an offer: the copy becomes a cart line.
    Accept {
        /// The shopper.
        shopper: ShopperId,
        /// The book.
        book: Slug,
    },
    /// Offers the available copies of these books to shoppers who have become reachable. If one of
    /// the books is withdrawn, ends the waits for it.
    OfferAvailable {
        /// The books.
        books: Vec<Slug>,
    },
    /// Sets when a book goes on sale, and its limit per shopper.
    SetSale {
        /// The book.
        book: Slug,
        /// The new terms.
        sale: Sale,
        /// The terms that the sender has seen, if any. If the book has others by now, they stay.
        seen: Option<Sale>,
    },
    /// Adds copies to the stock, or corrects it.
    Restock {
        /// The book.
        book: Slug,
        /// The change in copies; negative only for a correction.
        change: NonZeroI32,
        /// The reason, for the ledger.
        reason: Reason,
        /// The sender and the idempotency key.
        submission: Option<(ShopperId, Key)>,
    },
    /// Sets the stock to a number that was just counted.
    Count {
        /// The book.
        book: Slug,
        /// The copies in the shop, including those that are set aside.
        on_hand: u32,
        /// The reason, for the ledger.
        reason: Reason,
    },
    /// Sells copies at the counter, without an order: all of them or none.
    SellAtCounter {
        /// The code for the receipt, drawn at random by the caller.
        receipt: ReceiptCode,
        /// The copies.
        basket: Basket,
        /// The sender and the idempotency key.
        submission: Option<(ShopperId, Key)>,
    },
    /// Takes back copies that a customer returns at the counter.
    TakeReturn {
        /// The code for the receipt, drawn at random by the caller.
        receipt: ReceiptCode,
        /// The book.
        book: Slug,
        /// The number of copies.
        quantity: Quantity,
        /// The refund for one copy; `None` is the current price.
        refund: Option<Price>,
        /// Whether the copies are damaged. Then they do not go back into stock.
        damaged: bool,
        /// The reason, for the ledger.
        reason: Reason,
        /// The sender and the idempotency key.
        submission: Option<(ShopperId, Key)>,
    },
    /// Imports some lines of a catalogue file.
    ImportLines(ImportBatch),
    /// Executes a command for a member of staff, and records it in the journal if it changes
    /// anything.
    ByStaff(Box<StaffCommand>),
}

/// A command of the staff, with its author, for the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffCommand {
    /// The member of staff; `None` for a command on the shop's own machine.
    pub by: Option<StaffName>,
    /// The reason as it was given.
    pub reason: Option<Reason>,
    /// The command.
    pub command: Command,
}

/// How a person closes an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// The copies were handed over.
    Collected,
    /// The order was cancelled.
    Cancelled,
}

impl Command {
    /// The command itself, without its author.
    #[must_use]
    pub fn without_author(&self) -> &Self {
        match self {
            Self::ByStaff(signed) => signed.command.without_author(),
            command => command,
        }
    }
}
