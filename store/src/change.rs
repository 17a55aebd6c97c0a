//! What is told to whoever follows it: the topics, and what becomes of them.

use serde::{Deserialize, Serialize};
use shop::{Level, News, OrderCode, ShopperId, Slug};

/// Something that changes and can be followed.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Topic {
    /// A book's level.
    Book(Slug),
    /// A shopper's cart and orders.
    Mine(ShopperId),
    /// An order.
    Order(OrderCode),
    /// What the shop says to everybody.
    News,
}

/// A topic as it is now. Of two, the one with the higher version is the newer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A book's level.
    Level(Level),
    /// Something about this shopper's cart or orders: only that, and how often.
    Mine {
        /// Whose.
        shopper: ShopperId,
        /// 0 before the first change, and +1 with each.
        number: u64,
    },
    /// Something about this order: only that, and how often.
    Order {
        /// Which order.
        code: OrderCode,
        /// 1 when it was placed, and +1 with each change.
        version: u64,
    },
    /// The announcements in force.
    News(News),
}

impl Change {
    /// Of what it tells.
    #[must_use]
    pub fn topic(&self) -> Topic {
        match self {
            Self::Level(level) => Topic::Book(level.book.clone()),
            Self::Mine { shopper, .. } => Topic::Mine(*shopper),
            Self::Order { code, .. } => Topic::Order(*code),
            Self::News(_) => Topic::News,
        }
    }

    /// Which of two is newer.
    #[must_use]
    pub fn version(&self) -> u64 {
        match self {
            Self::Level(level) => level.version,
            Self::Mine { number, .. } => *number,
            Self::Order { version, .. } => *version,
            Self::News(news) => news.version,
        }
    }
}

impl From<Slug> for Topic {
    fn from(book: Slug) -> Self {
        Self::Book(book)
    }
}
