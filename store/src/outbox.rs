//! The outbox: mails that wait to be sent.
//!
//! A mail is written in the transaction of the order that it confirms. A sender claims it for
//! a while, sends it, and settles the claim. A claim expires, so that a sender that dies takes
//! no mail with it: each mail is sent at least once. One that is sent twice has the same
//! [token](Mail::token) both times.

mod sql;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use shop::{OrderCode, ShopperId, Slug, Timestamp};

pub(crate) use self::sql::{SqlOutbox, mails_for, write};
use crate::StoreError;

/// A mail is deleted after this, sent or not, so that no address outlives its use even where
/// no mail is sent any more.
pub(crate) const KEEP_MAIL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What a mail says. It is kept as JSON: another kind of mail is another variant, and no
/// other table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MailContent {
    /// An order was placed and waits to be collected.
    OrderPlaced {
        /// Which order.
        order: OrderCode,
    },
    /// A copy has come back and is kept for a shopper on the waitlist.
    CopyOffered {
        /// Which shopper.
        shopper: ShopperId,
        /// Which book.
        book: Slug,
        /// When the offer ends.
        until: Timestamp,
    },
}

/// A claimed mail. Nobody else sends it until the claim ends.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its number in the outbox.
    pub id: i64,
    /// Thirty-two random hexadecimal digits, the same however often it is sent.
    pub token: String,
    /// Its address.
    pub recipient: String,
    /// What it says.
    pub content: MailContent,
    /// In which language.
    pub language: String,
    /// When it was written.
    pub created_at: Timestamp,
    /// How long ago that is.
    pub age: Duration,
    /// How often it was claimed, this time included. It also tells this claim from others.
    pub tries: u32,
}

impl fmt::Debug for Mail {
    /// Leaves the address out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mail({}, try {})", self.id, self.tries)
    }
}

/// What came of sending a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendOutcome {
    /// The mail server has accepted it.
    Sent,
    /// It cannot be sent.
    GivenUp,
    /// What it says is no longer true, so it was not sent.
    Obsolete,
    /// It is to be tried again after this.
    RetryAfter(Duration),
    /// Sending was not tried: this claim does not count as a try.
    NotTried,
}

/// The mails that wait to be sent.
#[async_trait]
pub trait Outbox: Send + Sync + 'static {
    /// Claims, for this long, the mail that has been due longest.
    async fn claim(&self, lease: Duration) -> Result<Option<Mail>, StoreError>;

    /// Records what came of sending a claimed mail. Does nothing where the claim has ended
    /// and another sender has the mail.
    async fn settle(&self, mail: &Mail, outcome: SendOutcome) -> Result<(), StoreError>;

    /// How many mails wait to be sent.
    async fn waiting(&self) -> Result<u64, StoreError>;

    /// Returns when this instance has written a mail since the last call.
    async fn mail_written(&self);
}

impl fmt::Debug for dyn Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outbox")
    }
}
