//! Mail to shoppers. No request waits for it: the store keeps mails in an outbox, and the sender
//! sends them when the mail server accepts them.

/// The mail server's answer.
mod answer;
/// A text as a mail message.
mod message;
/// Mails about orders.
mod of_order;
/// The texts of the mails about orders.
mod order_texts;
/// When a mail that could not be sent is tried again.
mod retry;
/// The task that sends.
mod sender;
/// The shop's name and signature.
mod signature;
/// The connection to the mail server.
mod smtp;
#[cfg(test)]
mod tests;
/// The texts of the other mails, and what all have in common.
mod texts;

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use store::{Outbox, Store};
use tokio::time::timeout;

use crate::config::mail::MailSettings;
pub(crate) use retry::RetryPolicy;
pub(crate) use sender::Sender;

/// The longest wait for the number of waiting mails, so that `/metrics` answers in time.
const COUNT_WITHIN: Duration = Duration::from_secs(1);

/// Counts of the mails sent by this process.
#[derive(Debug, Default)]
pub(crate) struct MailCounters {
    sent: AtomicU64,
    put_off: AtomicU64,
    given_up: AtomicU64,
    needless: AtomicU64,
}

/// The shop's mail: settings and counters.
pub(crate) struct Mailer {
    pub(crate) settings: MailSettings,
    pub(crate) tally: Arc<MailCounters>,
}

impl Mailer {
    pub(crate) fn new(settings: MailSettings) -> Self {
        let tally = Arc::default();
        Self { settings, tally }
    }

    /// The task that sends mail, if the store keeps an outbox.
    pub(crate) fn sender(&self, store: &Arc<dyn Store>, public_url: &str) -> Option<Sender> {
        Some(Sender {
            outbox: store.outbox()?,
            store: Arc::clone(store),
            settings: self.settings.clone(),
            public_url: public_url.to_owned(),
            retry: RetryPolicy::default(),
            tally: Arc::clone(&self.tally),
        })
    }
}

/// The mail metrics in Prometheus' text format.
pub(crate) async fn figures(tally: &MailCounters, outbox: Option<Arc<dyn Outbox>>) -> String {
    let mut text = String::new();
    let mut say = |name: &str, kind: &str, help: &str, value: u64| {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "# HELP {name} {help}.\n# TYPE {name} {kind}\n{name} {value}"
        );
    };
    let counters = [
        (
            "sent",
            "Mails that the mail server has accepted",
            &tally.sent,
        ),
        (
            "put_off",
            "Attempts that failed and are repeated",
            &tally.put_off,
        ),
        ("given_up", "Mails that could not be sent", &tally.given_up),
        (
            "needless",
            "Mails that no longer applied when they were to be sent",
            &tally.needless,
        ),
    ];
    for (name, help, counter) in counters {
        let name = format!("burts_mail_{name}_total");
        say(&name, "counter", help, counter.load(Relaxed));
    }
    let Some(outbox) = outbox else { return text };
    match timeout(COUNT_WITHIN, outbox.waiting()).await {
        Ok(Ok(waiting)) => {
            let help = "Mails waiting to be sent, of all instances";
            say("burts_mail_waiting", "gauge", help, waiting);
        }
        // The gauge is left out if its value is unknown.
        Ok(Err(error)) => {
            let error = &error as &dyn std::error::Error;
            tracing::warn!(error, "cannot count the mails that are waiting");
        }
        Err(_) => tracing::warn!("the store does not say in time how many mails are waiting"),
    }
    text
}
