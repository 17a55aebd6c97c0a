//! Places on the waitlists of books that are sold out.

use std::time::Duration;

use crate::{Email, ShopperId, Slug, Terms, Timestamp};

/// A shopper's place on a book's waitlist.
///
/// It ends when a copy is offered to the shopper, when they take a copy or leave the waitlist, when
/// the book is withdrawn, or after [`Wait::DURATION`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// The shopper.
    pub shopper: ShopperId,
    /// The book.
    pub book: Slug,
    /// The place on the book's waitlist. Lower numbers are served first.
    pub place: u64,
    /// When the shopper joined.
    pub since: Timestamp,
    /// When the wait ends, even without an offer.
    pub ends_at: Timestamp,
    /// Until when the shopper is assumed to have a page open.
    pub reachable_until: Timestamp,
    /// An address to which an offer can be sent, if the shopper gave one.
    pub email: Option<Email>,
}

impl Wait {
    /// How long a wait lasts.
    pub const DURATION: Duration = Duration::from_secs(30 * 24 * 60 * 60);
    /// The most waitlists that a shopper can be on at a time.
    pub const MAX_PER_SHOPPER: u32 = 20;
    /// The most waits for withdrawn books that one batch ends.
    pub const MAX_ENDED: u16 = 128;
    /// How long a page counts as open after it was last seen.
    ///
    /// Open pages are seen three times within this time, so a single miss does no harm.
    pub const PRESENCE_TTL: Duration = Duration::from_secs(60);

    /// Whether the wait has passed its end, even if it has not been removed yet.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ends_at <= now
    }

    /// Whether an offer would reach the shopper. A shopper who cannot be reached keeps their place.
    #[must_use]
    pub fn can_be_told(&self, now: Timestamp, terms: &Terms) -> bool {
        self.reachable_until > now || (terms.mail && self.email.is_some())
    }
}
