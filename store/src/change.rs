//! The topics that can be followed, and the changes published for them.

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
    /// The shop's announcements.
    News,
}

/// The current state of a topic. Of two states, the one with the higher version is newer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// A book's level.
    Level(Level),
    /// A shopper's cart or orders have changed; only the number of changes is published.
    Mine {
        /// The shopper.
        shopper: ShopperId,
        /// The number of changes, 0 before the first.
        number: u64,
    },
    /// An order has changed; only its version is published.
    Order {
        /// The order's code.
        code: OrderCode,
        /// 1 when it was placed, incremented with each change.
        version: u64,
    },
    /// The active announcements.
    News(News),
}

impl Change {
    /// The topic that has changed.
    #[must_use]
    pub fn topic(&self) -> Topic {
        match self {
            Self::Level(level) => Topic::Book(level.book.clone()),
            Self::Mine { shopper, .. } => Topic::Mine(*shopper),
            Self::Order { code, .. } => Topic::Order(*code),
            Self::News(_) => Topic::News,
        }
    }

    /// The version within the topic.
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
