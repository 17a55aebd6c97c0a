//! Orders: copies that are set aside until they are collected.

use from_json::FromJson;
use serde::{Deserialize, Serialize};

use crate::{Contact, OrderCode, Price, Quantity, ShopperId, Slug, Timestamp};

/// An order's number in the ledger. Unlike the order's code, it is not secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(pub u64);

/// An order, reserved for collection in the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The order's number.
    pub id: OrderId,
    /// The secret code that the shopper shows to collect it.
    pub code: OrderCode,
    /// The shopper who placed it.
    pub shopper: ShopperId,
    /// The contact details; `None` once they are erased.
    pub contact: Option<Contact>,
    /// The books and copies that are set aside.
    pub lines: Vec<OrderLine>,
    /// When the order was placed.
    pub placed_at: Timestamp,
    /// When the order expires if it is not collected.
    pub collect_by: Timestamp,
    /// The order's state.
    pub state: OrderState,
    /// When it was marked as ready for collection, if it was.
    pub ready_at: Option<Timestamp>,
    /// When the order was closed, if it was.
    pub closed_at: Option<Timestamp>,
    /// Whether its confirmation could not be sent.
    pub mail_failed: bool,
    /// 1 when the order is placed, then +1 with each change.
    pub version: u64,
}

/// Copies of one book in an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// The book.
    pub book: Slug,
    /// The number of copies.
    pub quantity: Quantity,
    /// The price of one copy.
    pub price: Price,
}

/// The state of an order. It leaves `Placed` exactly once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, FromJson)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// The copies are allocated.
    Placed,
    /// The copies were handed over.
    Collected,
    /// The shopper or the shop cancelled it.
    Cancelled,
    /// It was not collected in time.
    Overdue,
}
