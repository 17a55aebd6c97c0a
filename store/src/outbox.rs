//! The outbox: mails to be sent.

mod new_mails;
mod of_order;
mod recipient_hash;
mod reminders;
mod settings;
mod sql;
mod why_given_up;

use std::{fmt, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use shop::{OrderCode, OrderMail, ShopperId, Slug, Timestamp};

pub(crate) use self::{
    new_mails::{erase, mails_for, write},
    of_order::load_failed,
    sql::SqlOutbox,
};
pub use self::{
    of_order::{MailFate, OrderMailRecord},
    settings::{OrderMailChange, OrderMailOutcome, OrderMailSetting},
    why_given_up::WhyGivenUp,
};
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
    /// An order is ready to be collected.
    OrderReady {
        /// The order's code.
        order: OrderCode,
    },
    /// An order ends soon.
    OrderReminder {
        /// The order's code.
        order: OrderCode,
    },
    /// An order was not collected in time.
    OrderOverdue {
        /// The order's code.
        order: OrderCode,
    },
    /// The shop has cancelled an order. The journal has the reason.
    OrderCancelled {
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

impl MailContent {
    /// A mail about an order.
    #[must_use]
    pub const fn of_order(mail: OrderMail, order: OrderCode) -> Self {
        match mail {
            OrderMail::Placed => Self::OrderPlaced { order },
            OrderMail::Ready => Self::OrderReady { order },
            OrderMail::Reminder => Self::OrderReminder { order },
            OrderMail::Overdue => Self::OrderOverdue { order },
            OrderMail::Cancelled => Self::OrderCancelled { order },
        }
    }

    /// The mail and the order, if it is about an order.
    #[must_use]
    pub const fn order_mail(&self) -> Option<(OrderMail, OrderCode)> {
        match self {
            Self::OrderPlaced { order } => Some((OrderMail::Placed, *order)),
            Self::OrderReady { order } => Some((OrderMail::Ready, *order)),
            Self::OrderReminder { order } => Some((OrderMail::Reminder, *order)),
            Self::OrderOverdue { order } => Some((OrderMail::Overdue, *order)),
            Self::OrderCancelled { order } => Some((OrderMail::Cancelled, *order)),
            Self::CopyOffered { .. } | Self::BookWithdrawn { .. } => None,
        }
    }
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// The mail server accepted it.
    Sent,
    /// It cannot be sent.
    GivenUp(WhyGivenUp),
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

    /// Writes a reminder for each order with an address that ends within a day, unless it has one
    /// already or is kept for less than two days in all. Returns how many were written: at most a
    /// hundred. Each order has one reminder, even if several instances do this at the same time.
    async fn write_reminders(&self) -> Result<u64, StoreError>;

    /// The mails about an order that were written in the last week, oldest first.
    async fn of_order(&self, order: OrderCode) -> Result<Vec<OrderMailRecord>, StoreError>;

    /// What owners have set about each mail to customers.
    async fn settings(&self) -> Result<Vec<OrderMailSetting>, StoreError>;

    /// What owners have set about a mail to customers.
    async fn setting(&self, mail: OrderMail) -> Result<OrderMailSetting, StoreError> {
        let settings = self.settings().await?.into_iter();
        let mut found = settings.filter(|setting| setting.mail == mail);
        Ok(found.next().unwrap_or(OrderMailSetting::unset(mail)))
    }

    /// Sets whether a mail to customers is sent and what stands at its beginning, and records it in
    /// the journal.
    async fn set(&self, change: OrderMailChange) -> Result<OrderMailOutcome, StoreError>;
}

impl fmt::Debug for dyn Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outbox")
    }
}
