//! Somebody's wait for a copy of a book that is sold out.

use std::time::Duration;

use crate::{Email, ShopperId, Slug, Terms, Timestamp};

/// A wait for one copy of one book. It ends when a copy is offered, when the shopper
/// takes one or leaves, or after [`Wait::LASTS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Who waits.
    pub shopper: ShopperId,
    /// For which book.
    pub book: Slug,
    /// The place in the book's line: whoever came first has the lower number.
    pub place: u64,
    /// Since when.
    pub since: Timestamp,
    /// When it is over, offered or not.
    pub ends_at: Timestamp,
    /// Until when a page of theirs is taken to be open.
    pub reachable_until: Timestamp,
    /// Where else they can be told, if they have said so.
    pub email: Option<Email>,
}

impl Wait {
    /// How long anybody waits.
    pub const LASTS: Duration = Duration::from_secs(30 * 24 * 60 * 60);
    /// For so many books one shopper can wait at a time.
    pub const MOST: u32 = 20;
    /// So long an open page counts after it was last seen. Pages are seen three times
    /// in it, so that one miss is none.
    pub const SEEN_FOR: Duration = Duration::from_secs(60);

    /// Whether its time has come, whether or not anything has noticed.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ends_at <= now
    }

    /// Whether an offer would reach them. Others keep their place.
    #[must_use]
    pub fn can_be_told(&self, now: Timestamp, terms: &Terms) -> bool {
        self.reachable_until > now || (terms.mail && self.email.is_some())
    }
}
