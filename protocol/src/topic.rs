//! The topics that a client can follow.

use std::{fmt, str::FromStr};

use shop::{OrderCode, Slug};

/// The most topics that one connection may follow.
pub const MAX_TOPICS: usize = 100;

/// Something that a client can follow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Topic {
    /// A book's level, named by its slug.
    Book(Slug),
    /// `@mine`: the requesting shopper's cart and orders.
    Mine,
    /// `@order.{code}`: an order, named by its code.
    Order(OrderCode),
    /// `@news`: the announcements.
    News,
}

/// Why a text is not a [`Topic`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a topic is a book's slug, `@mine`, `@news`, or `@order.` with an order's code")]
pub struct InvalidTopic;

impl FromStr for Topic {
    type Err = InvalidTopic;

    #[inline]
    fn from_str(text: &str) -> Result<Self, InvalidTopic> {
        match text.strip_prefix('@') {
            None => Slug::parse(text).map(Self::Book).map_err(|_| InvalidTopic),
            Some("mine") => Ok(Self::Mine),
            Some("news") => Ok(Self::News),
            Some(named) => {
                let code = named.strip_prefix("order.").ok_or(InvalidTopic)?;
                code.parse().map(Self::Order).map_err(|_| InvalidTopic)
            }
        }
    }
}

impl fmt::Display for Topic {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Book(book) => book.fmt(f),
            Self::Mine => f.write_str("@mine"),
            Self::News => f.write_str("@news"),
            Self::Order(code) => write!(f, "@order.{code}"),
        }
    }
}
