//! What a cart turns into: copies set aside until somebody collects them.

use serde::{Deserialize, Serialize};

use crate::{Contact, OrderCode, Price, Quantity, ShopperId, Slug, Timestamp};

/// An order's number in the ledger. Its code is another thing, and a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId(pub u64);

/// An order, reserved for collection in the shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its number.
    pub id: OrderId,
    /// What its owner shows when collecting.
    pub code: OrderCode,
    /// Whose cart it was.
    pub shopper: ShopperId,
    /// Who collects; nothing once it is erased.
    pub contact: Option<Contact>,
    /// What is set aside.
    pub lines: Vec<OrderLine>,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Until when its copies are set aside.
    pub collect_by: Timestamp,
    /// Where it stands.
    pub state: OrderState,
    /// Since when its copies lie ready at the counter, if they do.
    pub ready_at: Option<Timestamp>,
    /// When it was closed, if it was.
    pub closed_at: Option<Timestamp>,
    /// 1 when it is placed, +1 with every change.
    pub version: u64,
}

/// Copies of one book in an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// Which book.
    pub book: Slug,
    /// How many copies.
    pub quantity: Quantity,
    /// What one costs.
    pub price: Price,
}

/// Where an order stands. It leaves `Placed` exactly once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Its copies are allocated.
    Placed,
    /// They were handed over.
    Collected,
    /// The shopper or the shop called it off.
    Cancelled,
    /// Its collect-by date passed.
    Overdue,
}
