//! The outbox: mails that wait to be sent, from the moment that what they tell of is kept.
//!
//! A mail is a row, written in the transaction of the order that it confirms. Whoever
//! sends claims a row for a while, sends it, and settles it. A claim ends by itself, so
//! that a sender that dies takes no mail with it: each mail is sent at least once. One
//! that was sent twice has the same [token](Mail::token) both times.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use shop::{Changes, Language, OrderCode, OrderState, ShopperId, Slug, Timestamp};

use crate::StoreError;

/// A mail that is waited for no longer is forgotten after this, settled or not, so that
/// no address outlives its use where nobody sends any more.
pub(crate) const KEEP_MAIL: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What a mail is to say. Another kind is another variant: there is no table to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// An order was placed and waits to be collected.
    OrderPlaced {
        /// Which order.
        order: OrderCode,
    },
    /// A copy has come back and is kept for whoever has waited for it.
    CopyOffered {
        /// Who that is.
        shopper: ShopperId,
        /// Of which book.
        book: Slug,
        /// Until when it is theirs.
        until: Timestamp,
    },
}

/// A mail that its owner is to send, and nobody else until the claim ends.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Its number in the outbox.
    pub id: i64,
    /// Thirty-two random hexadecimal digits, the same however often it is sent.
    pub token: String,
    /// Whom it goes to.
    pub recipient: String,
    /// What it is to say.
    pub letter: Letter,
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
    /// Without the address, which has no business in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mail({}, try {})", self.id, self.tries)
    }
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// It was taken over by the mail server.
    Sent,
    /// It cannot be sent.
    GivenUp,
    /// What it was to say is no longer so.
    Needless,
    /// It is tried again after this.
    Later(Duration),
    /// It was not tried.
    Untouched,
}

/// Where mails wait.
#[async_trait]
pub trait Outbox: Send + Sync + 'static {
    /// Claims the mail that has waited longest of those that are due, for so long.
    async fn claim(&self, lease: Duration) -> Result<Option<Mail>, StoreError>;

    /// Says what became of a claimed mail. Nothing happens where the claim has ended and
    /// somebody else has it.
    async fn settle(&self, mail: &Mail, settled: Settled) -> Result<(), StoreError>;

    /// How many wait to be sent.
    async fn waiting(&self) -> Result<u64, StoreError>;

    /// Returns when one was written here since the last time.
    async fn rung(&self);
}

impl fmt::Debug for dyn Outbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outbox")
    }
}

/// A mail that is to be written down with a batch.
pub(crate) struct NewMail {
    pub(crate) token: String,
    pub(crate) recipient: String,
    pub(crate) letter: String,
    pub(crate) language: &'static str,
}

/// The mails that these changes give occasion to.
pub(crate) fn occasioned(changes: &Changes) -> Result<Vec<NewMail>, StoreError> {
    let placed = changes
        .orders
        .values()
        .filter(|order| order.version == 1 && order.state == OrderState::Placed);
    let addressed = placed.filter_map(|order| {
        let contact = order.contact.as_ref()?;
        let recipient = contact.email()?.to_owned();
        let letter = Letter::OrderPlaced { order: order.code };
        Some((recipient, letter, contact.language()))
    });
    let offered = changes.letters.iter().filter_map(|(hold, email)| {
        let hold = changes.holds.get(hold)?;
        let letter = Letter::CopyOffered {
            shopper: hold.shopper,
            book: hold.book.clone(),
            until: hold.expires_at,
        };
        // In which language somebody waits is not kept.
        Some((email.as_str().to_owned(), letter, Language::default()))
    });
    addressed
        .chain(offered)
        .map(|(recipient, letter, language)| {
            Ok(NewMail {
                token: format!("{:032x}", rand::random::<u128>()),
                recipient,
                letter: serde_json::to_string(&letter)
                    .map_err(|error| StoreError::Inconsistent(error.to_string()))?,
                language: language.tag(),
            })
        })
        .collect()
}

/// A claimed mail, as both databases have it.
#[derive(sqlx::FromRow)]
pub(crate) struct MailRow {
    id: i64,
    token: String,
    recipient: String,
    letter: String,
    language: String,
    created_at: i64,
    tries: i64,
    now: i64,
}

impl TryFrom<MailRow> for Mail {
    type Error = StoreError;

    fn try_from(row: MailRow) -> Result<Self, StoreError> {
        let created_at = crate::rows::timestamp(row.created_at)?;
        Ok(Self {
            id: row.id,
            token: row.token,
            recipient: row.recipient,
            letter: serde_json::from_str(&row.letter)
                .map_err(|error| StoreError::Inconsistent(format!("mail {}: {error}", row.id)))?,
            language: row.language,
            created_at,
            age: crate::rows::timestamp(row.now)?.since(created_at),
            tries: crate::rows::small(row.tries)?,
        })
    }
}

/// The columns that settling sets: the state if it ends the mail, by how long the mail is
/// put off, and whether the try counts.
pub(crate) fn settling(settled: Settled) -> (Option<&'static str>, i64, bool) {
    match settled {
        Settled::Sent => (Some("sent"), 0, true),
        Settled::GivenUp => (Some("given_up"), 0, true),
        Settled::Needless => (Some("needless"), 0, true),
        Settled::Later(wait) => (None, in_millis(wait), true),
        Settled::Untouched => (None, 0, false),
    }
}

/// A duration as SQL has it.
pub(crate) fn in_millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 2)
}
