//! The outbox: mails to be sent.

mod recipient_hash;
mod sql;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use shop::{OrderCode, ShopperId, Slug, Timestamp};

pub(crate) use self::sql::{SqlOutbox, mails_for, write};
use crate::StoreError;

/// How long a mail is kept, sent or not, so that no address stays even if the shop stops sending
/// mail.
pub(crate) const KEEP_MAIL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// How long a mail counts towards the [`Mail::earlier`] of later ones.
const COUNTED_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// What a mail says, kept as JSON: a new kind of mail is a new variant, not a new table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MailContent {
    /// An order was placed and can be collected.
    OrderPlaced {
        /// The order's code.
        order: OrderCode,
    },
    /// A copy was offered to a shopper on the waitlist.
    CopyOffered {
        /// The shopper.
        shopper: ShopperId,
        /// The book.
        book: Slug,
        /// When the offer ends.
        until: Timestamp,
        /// Whether the shopper also had a page open, so that the offer does not depend on the mail.
        #[serde(default)]
        page_open: bool,
    },
    /// The book that a shopper waited for is no longer sold.
    BookWithdrawn {
        /// The book.
        book: Slug,
    },
}

/// A claimed mail. No other sender has it until the claim expires.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The mail's number in the outbox.
    pub id: i64,
    /// Thirty-two random hexadecimal digits, the same each time it is sent.
    pub token: String,
    /// The recipient's address.
    pub recipient: String,
    /// The content.
    pub content: MailContent,
    /// The language tag.
    pub language: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// The time since it was written.
    pub age: Duration,
    /// The number of claims, this one included. It also identifies the claim.
    pub tries: u32,
    /// How many mails to the same address were written in the day before, and were sent or still
    /// wait.
    pub earlier: u32,
}

impl fmt::Debug for Mail {
    /// Leaves the address out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mail({}, try {})", self.id, self.tries)
    }
}

/// The result of sending a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendOutcome {
    /// The mail server accepted it.
    Sent,
    /// It cannot be sent.
    GivenUp,
    /// The content is no longer true, so it was not sent.
    Obsolete,
    /// Try again after this time.
    RetryAfter(Duration),
    /// Sending was not attempted: this claim does not count as a try.
    NotTried,
}

/// The mails to be sent.
///
/// A mail is written in the transaction of the order or offer that it tells about. A sender claims
/// it, sends it, and settles the claim. A claim expires, so that a sender that dies loses no mail:
/// each is sent at least once. A mail sent twice carries the same [token](Mail::token) both times.
#[async_trait]
pub trait Outbox: Send + Sync + 'static {
    /// Claims the mail that has been due longest. The claim lasts for `lease`.
    async fn claim(&self, lease: Duration) -> Result<Option<Mail>, StoreError>;

    /// Records the result of sending a mail. Does nothing if the claim has expired and another
    /// sender has the mail.
    async fn settle(&self, mail: &Mail, outcome: SendOutcome) -> Result<(), StoreError>;

    /// The number of mails to be sent.
    async fn waiting(&self) -> Result<u64, StoreError>;

    /// Returns when this instance has written a mail since the last call.
    async fn mail_written(&self);
}

impl fmt::Debug for dyn Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outbox")
    }
}
