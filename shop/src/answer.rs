//! The result of a command: what was done, or why it was refused.

use from_json::FromJson;
use serde::{Deserialize, Serialize};

use crate::{Level, LineResult, OrderCode, OrderLine, Price, ReceiptCode, Slug, Timestamp};

/// The result of a successful command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Done {
    /// The cart line after the change.
    Line(ChangedLine),
    /// The order that was placed.
    Placed(PlacedOrder),
    /// The order was closed.
    Closed,
    /// The order is ready for collection.
    Ready,
    /// The order is not ready for collection.
    NotReady,
    /// The mail is sent again.
    MailSentAgain,
    /// There is no such mail that could not be sent, or nobody to send it to.
    NothingToSend,
    /// The contact is erased.
    ContactErased,
    /// The book's new level. Stored results use the variant's former name.
    #[serde(rename = "stocked")]
    StockChanged(Level),
    /// The receipt of a sale or a return at the counter.
    Receipt(ReceiptCode),
    /// The shopper's place on the waitlist or their offer.
    Waiting(WaitState),
    /// The available copies were offered to the reachable shoppers on the waitlist.
    Offered,
    /// A mail that cannot be sent was recorded.
    MailFailureRecorded,
    /// The results of the lines that this command imported, without lines imported earlier.
    Imported(Vec<LineResult>),
}

/// A shopper's wait for a copy, after a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitState {
    /// When the wait ends at the latest.
    pub until: Timestamp,
    /// When the offer ends, if a copy is offered.
    pub offered_until: Option<Timestamp>,
    /// The book's level, for everybody.
    pub level: Level,
}

/// A cart line after a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, FromJson)]
pub struct ChangedLine {
    /// The copies in the cart; 0 if the line is gone.
    pub quantity: u32,
    /// The price of one copy.
    pub price: Price,
    /// When the hold ends; `None` if no copy is held.
    pub expires_at: Option<Timestamp>,
    /// The book's level, for everybody.
    pub level: Level,
}

/// An order that was placed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedOrder {
    /// The order's code.
    pub code: OrderCode,
    /// The books and copies that are set aside.
    pub lines: Vec<OrderLine>,
    /// Books left out, because their holds had expired and could not be renewed.
    pub gone: Vec<Slug>,
    /// When the order expires if it is not collected.
    pub collect_by: Timestamp,
}

/// Why a command was refused. A refused command changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no book with this slug.
    #[error("there is no book “{0}”")]
    NoSuchBook(Slug),
    /// Fewer copies are available than were asked for.
    #[error("only {available} copies are available")]
    SoldOut {
        /// The copies that are available.
        available: u32,
    },
    /// More copies than one shopper may hold and order.
    #[error("a shopper can have at most {limit} copies of this book")]
    OverLimit {
        /// The limit for this book.
        limit: u32,
    },
    /// The book is not in the cart.
    #[error("the book is not in the cart")]
    NotInCart,
    /// The hold has been extended to its maximum.
    #[error("the hold cannot be extended any further")]
    HeldLongEnough,
    /// The cart is empty.
    #[error("the cart is empty")]
    EmptyCart,
    /// No line of the cart can be ordered.
    #[error("nothing in the cart can be ordered")]
    NothingToOrder {
        /// The books in the cart. Their holds have expired and cannot be renewed.
        gone: Vec<Slug>,
    },
    /// The cart's total differs from the one that the shopper was shown.
    #[error("the total of the cart is now another")]
    PriceChanged {
        /// The total of the cart.
        total: Price,
    },
    /// There is no order with this code.
    #[error("there is no order {0}")]
    NoSuchOrder(OrderCode),
    /// The order is already closed.
    #[error("the order is already closed")]
    OrderClosed,
    /// The stock would fall below the copies promised to carts and orders.
    #[error("{promised} copies are promised to carts and orders and cannot be removed")]
    Promised {
        /// The copies in carts and open orders.
        promised: u32,
    },
    /// The number of copies would overflow.
    #[error("the shop cannot count more than {} copies of one book", u32::MAX)]
    TooManyCopies,
    /// The book is withdrawn from sale.
    #[error("the book is no longer sold")]
    Withdrawn,
    /// The book's sale has not started.
    #[error("the sale starts at {opens_at}")]
    NotYet {
        /// When the sale starts.
        opens_at: Timestamp,
    },
    /// The book's terms of sale are no longer those that the sender has seen.
    #[error("the book's terms of sale have changed")]
    SaleChanged,
    /// Another book has this slug.
    #[error("there is already a book “{0}”")]
    SlugTaken(Slug),
    /// Another book has this ISBN.
    #[error("the book “{book}” has this ISBN")]
    IsbnTaken {
        /// The other book.
        book: Slug,
    },
    /// The book's description is no longer the one that the sender has seen.
    #[error("the book has been changed")]
    BookChanged,
    /// A shopper cannot wait for a book that is in their cart.
    #[error("the book is already in the cart")]
    InCart,
    /// The shopper is on too many waitlists.
    #[error("a shopper can wait for at most {limit} books at a time")]
    TooManyWaits {
        /// The most books to wait for.
        limit: u32,
    },
    /// The shopper has no offer, or it has expired.
    #[error("there is no offer, or it has expired")]
    NoOffer,
    /// The import was cancelled or has finished.
    #[error("the import is not running")]
    NotImporting,
    /// The idempotency key was used for a different submission.
    #[error("the key was used for a different submission")]
    KeyReused,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers are stored for two days, so a new release reads those that the previous one stored.
    #[test]
    fn stored_answers_are_read_back() {
        let level = r#"{"book":"small-hours","available":9,"in_carts":false,"price":2000,"page":1,"version":3}"#;
        let line = format!(r#"{{"quantity":2,"price":1650,"expires_at":null,"level":{level}}}"#);
        let wait = format!(r#"{{"until":5,"offered_until":null,"level":{level}}}"#);
        for text in [
            format!(r#"{{"line":{line}}}"#),
            r#"{"placed":{"code":"4KX9-QD2M-7HTB","lines":[],"gone":["small-hours"],"collect_by":7}}"#
                .to_owned(),
            r#""closed""#.to_owned(),
            r#""ready""#.to_owned(),
            format!(r#"{{"stocked":{level}}}"#),
            format!(r#"{{"waiting":{wait}}}"#),
            r#"{"receipt":"4KX9-QD2M-7HTB"}"#.to_owned(),
        ] {
            let done: Done = serde_json::from_str(&text).unwrap();
            assert_eq!(serde_json::to_string(&done).unwrap(), text);
            // Earlier releases stored levels without a price and a page.
            let before = text.replace(r#","price":2000,"page":1"#, "");
            assert!(serde_json::from_str::<Done>(&before).is_ok(), "{before}");
        }
    }
}
