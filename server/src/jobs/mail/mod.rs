//! Mail to shoppers.
//!
//! * `texts`: what the mails say; `message`: a text as a mail message.
//! * `smtp`: the connection to the mail server; `sender`: the task that sends.
//! * `retry`: when a mail that could not be sent is tried again.
//!
//! No request waits for mail: the store keeps mails in an outbox, written in the same transaction
//! as what they report, and the sender sends them when there is a server to take them.

mod message;
mod retry;
mod sender;
mod smtp;
#[cfg(test)]
mod tests;
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

/// Whoever reads the figures waits no longer for the one that is the store's.
const COUNT_WITHIN: Duration = Duration::from_secs(1);

/// What became of the mails of this process.
#[derive(Debug, Default)]
pub(crate) struct MailCounters {
    sent: AtomicU64,
    put_off: AtomicU64,
    given_up: AtomicU64,
    needless: AtomicU64,
}

/// The shop's mail: its settings, and what became of it.
pub(crate) struct Mailer {
    pub(crate) settings: MailSettings,
    pub(crate) tally: Arc<MailCounters>,
}

impl Mailer {
    pub(crate) fn new(settings: MailSettings) -> Self {
        let tally = Arc::default();
        Self { settings, tally }
    }

    /// Whoever sends it, if the store keeps an outbox.
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

/// The figures of the outbox, in Prometheus' text format.
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
        ("sent", "Mails that the mail server has taken", &tally.sent),
        (
            "put_off",
            "Tries that failed and are repeated",
            &tally.put_off,
        ),
        ("given_up", "Mails that could not be sent", &tally.given_up),
        (
            "needless",
            "Mails whose order was closed before they were sent",
            &tally.needless,
        ),
    ];
    for (name, help, counter) in counters {
        let name = format!("burts_mail_{name}_total");
        say(&name, "counter", help, counter.load(Relaxed));
    }
    if let Some(outbox) = outbox
        && let Ok(Ok(waiting)) = timeout(COUNT_WITHIN, outbox.waiting()).await
    {
        let help = "Mails that wait to be sent, of all instances";
        say("burts_mail_waiting", "gauge", help, waiting);
    }
    text
}
