//! The task that sends mail: claims a mail, composes it, sends it, and records the outcome.

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use shop::{Command, HoldState, Language, ShopperId, Slug, Timestamp};
use store::{Mail, MailContent, Outbox, SendOutcome, Store, StoreError, WhyGivenUp};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{
    MailCounters,
    message::message,
    retry::RetryPolicy,
    smtp::{SendFailure, SmtpConnection},
    texts::{self, MailText, OfferDetails},
};
use crate::{config::mail::MailSettings, jobs::outage::Outage};

/// Sends the mails in the outbox.
///
/// It sends one mail at a time on one connection, so that a slow server delays nothing else.
/// Instances on one database share the work. A mail whose sender dies midway is sent again with the
/// same Message-ID. When a mail is given up, the shop is told: the order's page and the desk say
/// so, and an offer goes to the next in line.
pub(crate) struct Sender {
    pub(crate) outbox: Arc<dyn Outbox>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) settings: MailSettings,
    pub(crate) public_url: String,
    pub(crate) retry: RetryPolicy,
    pub(crate) tally: Arc<MailCounters>,
}

/// The state of the connection to the server.
#[derive(Default)]
struct State {
    connection: Option<SmtpConnection>,
    /// How many times in a row the server was unreachable.
    failures: u32,
    /// Whether the outbox can be read.
    outage: Outage,
    /// When reminders were last written.
    reminded_at: Option<Instant>,
}

impl Sender {
    /// Sends mails until the token is cancelled. A mail that is being sent then is finished.
    pub(crate) async fn work(&self, until: &CancellationToken) {
        let mut state = State::default();
        while !until.is_cancelled() {
            self.write_reminders(&mut state).await;
            let claimed = self.outbox.claim(self.retry.lease).await;
            if claimed.is_ok() {
                state.outage.is_over();
            }
            let wait = match claimed {
                Ok(Some(mail)) => self.deliver(&mail, &mut state).await,
                Ok(None) => {
                    self.rest(&mut state, until).await;
                    continue;
                }
                Err(error) => {
                    let what = "cannot read the outbox: mail waits";
                    state.outage.report(&error, what);
                    Some(self.retry.look_every)
                }
            };
            if let Some(wait) = wait {
                tokio::select! {
                    () = sleep(wait) => {}
                    () = until.cancelled() => {}
                }
            }
        }
        if let Some(connection) = state.connection {
            connection.close(&self.retry).await;
        }
    }

    /// Writes the reminders that are due, now and then. While the clock is in doubt, nobody is
    /// reminded of an end that may be far away.
    async fn write_reminders(&self, state: &mut State) {
        let is_early = |at: Instant| at.elapsed() < self.retry.remind_every;
        let is_doubted = self.store.clock_trouble().doubt.is_some();
        if is_doubted || state.reminded_at.is_some_and(is_early) {
            return;
        }
        state.reminded_at = Some(Instant::now());
        if let Err(error) = self.outbox.write_reminders().await {
            let what = "cannot write reminders: they wait";
            state.outage.report(&error, what);
        }
    }

    /// Waits for a mail to send, and closes an idle connection.
    async fn rest(&self, state: &mut State, until: &CancellationToken) {
        tokio::select! {
            woken = timeout(self.retry.look_every, self.outbox.mail_written()) => {
                if woken.is_err() && let Some(connection) = state.connection.take() {
                    connection.close(&self.retry).await;
                }
            }
            () = until.cancelled() => {}
        }
    }

    /// Sends one mail and records the outcome. Returns the pause before the next attempt.
    async fn deliver(&self, mail: &Mail, state: &mut State) -> Option<Duration> {
        let words = match self.compose(mail).await {
            Ok(Some(words)) => words,
            Ok(None) => {
                self.settle(mail, SendOutcome::Obsolete).await;
                return None;
            }
            Err(error) => {
                let what = "cannot read what a mail is about: it waits";
                state.outage.report(&error, what);
                self.settle(mail, SendOutcome::NotTried).await;
                return Some(self.retry.look_every);
            }
        };
        if mail.earlier >= self.retry.most_a_day {
            return self.give_up(mail, WhyGivenUp::TooMany).await;
        }
        let Ok(message) = message(mail, words, &self.settings) else {
            return self.give_up(mail, WhyGivenUp::InvalidAddress).await;
        };
        if let Some(connection) = &mut state.connection
            && !connection.is_open(&self.retry).await
        {
            state.connection = None;
        }
        if state.connection.is_none() {
            match SmtpConnection::open(&self.settings, &self.retry).await {
                Ok(connection) => state.connection = Some(connection),
                Err(cause) => return Some(self.server_unreachable(mail, state, &cause).await),
            }
        }
        let connection = state.connection.as_mut()?;
        match connection.send(&message, &self.retry).await {
            Ok(()) => {
                if std::mem::take(&mut state.failures) > 0 {
                    tracing::info!("the mail server accepts mail again");
                }
                self.settle(mail, SendOutcome::Sent).await;
                None
            }
            Err(refusal) => {
                state.connection = None;
                self.refused(mail, refusal, state).await
            }
        }
    }

    /// Puts off a mail because the server cannot be reached, or gives it up if it is too old.
    async fn server_unreachable(&self, mail: &Mail, state: &mut State, cause: &str) -> Duration {
        if state.failures == 0 {
            tracing::warn!(cause, "cannot reach the mail server: mail waits");
        }
        state.failures = state.failures.saturating_add(1);
        if self.is_too_old(mail) {
            let _ = self.give_up(mail, WhyGivenUp::TooLate).await;
        } else {
            self.tally.put_off.fetch_add(1, Relaxed);
            self.settle(mail, SendOutcome::NotTried).await;
        }
        self.retry.pause(state.failures, chance())
    }

    /// Gives up a mail that the server has refused, or puts it off.
    async fn refused(
        &self,
        mail: &Mail,
        refusal: SendFailure,
        state: &mut State,
    ) -> Option<Duration> {
        match &refusal {
            SendFailure::Never(Some(answer)) => {
                let status = answer.status;
                tracing::warn!(mail = mail.id, status, "the mail server refuses a mail");
                let answer = answer.without_address(&mail.recipient);
                return self.give_up(mail, WhyGivenUp::Refused { answer }).await;
            }
            SendFailure::Never(None) => {
                return self.give_up(mail, WhyGivenUp::InvalidAddress).await;
            }
            SendFailure::NotNow(_) | SendFailure::Unknown if self.is_too_old(mail) => {
                let _ = self.give_up(mail, WhyGivenUp::TooLate).await;
            }
            SendFailure::NotNow(_) | SendFailure::Unknown => {
                tracing::debug!(mail = mail.id, ?refusal, "a mail is tried again later");
                self.tally.put_off.fetch_add(1, Relaxed);
                let wait = self.retry.after(mail.tries, chance());
                self.settle(mail, SendOutcome::RetryAfter(wait)).await;
            }
        }
        // 421: the server is about to close the connection.
        if !matches!(refusal, SendFailure::Unknown | SendFailure::NotNow(421)) {
            return None;
        }
        state.failures = state.failures.saturating_add(1);
        Some(self.retry.pause(state.failures, chance()))
    }

    /// Whether to give up the mail for its age. While the clock is in doubt, no mail is too old.
    fn is_too_old(&self, mail: &Mail) -> bool {
        let is_doubted = self.store.clock_trouble().doubt.is_some();
        mail.age >= self.retry.give_up_after && !is_doubted
    }

    /// Gives up a mail, once the failure is reported to the shop. Until then the mail stays in the
    /// outbox, so that no failure is hidden. Returns the pause before the next attempt.
    async fn give_up(&self, mail: &Mail, why: WhyGivenUp) -> Option<Duration> {
        let in_words = match &why {
            WhyGivenUp::Refused { .. } => "the mail server refuses it",
            WhyGivenUp::InvalidAddress => "its address is invalid",
            WhyGivenUp::TooMany => "its address had too many mails today",
            WhyGivenUp::TooLate => "the mail server did not accept it in time",
        };
        match self.report_failure(mail).await {
            Ok(()) | Err(StoreError::Refused(_)) => {
                tracing::warn!(mail = mail.id, "gave up a mail: {in_words}");
                self.settle(mail, SendOutcome::GivenUp(why)).await;
                None
            }
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    mail = mail.id,
                    "cannot give up a mail yet: {in_words}"
                );
                self.settle(mail, SendOutcome::NotTried).await;
                Some(self.retry.look_every)
            }
        }
    }

    /// Reports to the shop that this mail will not arrive.
    async fn report_failure(&self, mail: &Mail) -> Result<(), StoreError> {
        let command = match &mail.content {
            MailContent::OrderPlaced { order } => Command::ConfirmationFailed { code: *order },
            // The desk lists what could not be sent.
            MailContent::OrderReady { .. }
            | MailContent::OrderReminder { .. }
            | MailContent::OrderOverdue { .. }
            | MailContent::OrderCancelled { .. } => return Ok(()),
            // The shopper's open page shows the offer.
            MailContent::CopyOffered {
                page_open: true, ..
            } => return Ok(()),
            // There is no copy on hold that could pass to another shopper.
            MailContent::BookWithdrawn { .. } => return Ok(()),
            MailContent::CopyOffered {
                shopper,
                book,
                until,
                ..
            } => Command::OfferFailed {
                shopper: *shopper,
                book: book.clone(),
                until: *until,
            },
        };
        self.store.submit(command).await.map(drop)
    }

    async fn settle(&self, mail: &Mail, settled: SendOutcome) {
        let counter = match &settled {
            SendOutcome::Sent => Some(&self.tally.sent),
            SendOutcome::GivenUp(_) => Some(&self.tally.given_up),
            SendOutcome::Obsolete => Some(&self.tally.needless),
            SendOutcome::RetryAfter(_) | SendOutcome::NotTried => None,
        };
        if let Some(counter) = counter {
            counter.fetch_add(1, Relaxed);
        }
        // If the outcome cannot be written, the claim expires, and the mail is sent again.
        if let Err(error) = self.outbox.settle(mail, settled).await {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, mail = mail.id, "cannot record the outcome of a mail");
        }
    }

    /// The text of a mail, or `None` if it no longer applies.
    async fn compose(&self, mail: &Mail) -> Result<Option<MailText>, StoreError> {
        // A mail from an older version may name an unknown language: use English.
        let language = mail.language.parse().unwrap_or_default();
        match &mail.content {
            MailContent::CopyOffered {
                shopper,
                book,
                until,
                ..
            } => self.copy_offered(*shopper, book, *until, language).await,
            MailContent::BookWithdrawn { book } => self.book_withdrawn(book, language).await,
            content => match content.order_mail() {
                Some((about, order)) => self.of_order(about, order, language).await,
                None => Ok(None),
            },
        }
    }

    /// The notice that a book was withdrawn, or `None` if it is on sale again.
    async fn book_withdrawn(
        &self,
        book: &Slug,
        language: Language,
    ) -> Result<Option<MailText>, StoreError> {
        let known = self.store.book(book).await?;
        let title = known.book.title;
        let shop = self.store.owner_settings().current();
        Ok(known
            .withdrawn
            .then(|| texts::book_withdrawn(language, &shop.profile, &title)))
    }

    /// The notice of an offer, or `None` if the offer was accepted, declined or has expired.
    async fn copy_offered(
        &self,
        shopper: ShopperId,
        book: &Slug,
        until: Timestamp,
        language: Language,
    ) -> Result<Option<MailText>, StoreError> {
        let cart = self.store.cart(shopper).await?;
        let stands = cart
            .lines
            .iter()
            .any(|line| line.offered && line.state == HoldState::Active && line.book.slug == *book);
        if !stands {
            return Ok(None);
        }
        let details = OfferDetails {
            title: self.store.book(book).await?.book.title,
            until,
            address: format!("{}/books/{book}", self.public_url),
        };
        let shop = self.store.owner_settings().current();
        Ok(Some(texts::copy_offered(language, &shop.profile, &details)))
    }
}

/// A random number between 0 and 1.
fn chance() -> f64 {
    f64::from(getrandom::u32().unwrap_or_default()) / f64::from(u32::MAX)
}
