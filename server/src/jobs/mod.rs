//! Background jobs of an open shop.
//!
//! * `mail`: sends the mails in the outbox. `import`: checks and applies uploaded files.
//! * `samples`: measures the state of the shop, for the dashboard.
//! * `attendance`: tells the store which shoppers are connected.

mod attendance;
pub(crate) mod import;
pub mod mail;
pub(crate) mod samples;

use std::{convert::Infallible, sync::Arc, time::Duration};

use shop::Browse;
use store::{Store, StoreError};
use tokio::{task::JoinSet, time::timeout};

pub(crate) use attendance::attend;
use import::Worker;
use mail::Mailer;
use samples::Sampler;

use crate::state::Shop;

/// The time a mail has to be sent when the shop closes. Its claim outlives the process.
const MAIL_WITHIN: Duration = Duration::from_secs(3);
/// The time an import has to stop, which it does between two deliveries.
const IMPORTS_WITHIN: Duration = Duration::from_secs(3);

/// The jobs of one process. Each is a task, so that a failure does not stop the shop.
pub(crate) struct Jobs {
    mail: JoinSet<()>,
    imports: JoinSet<()>,
    others: JoinSet<()>,
}

impl Jobs {
    /// Starts the jobs that this shop needs.
    pub(crate) fn start(shop: &Shop, mailer: Option<&Mailer>, sampler: &Arc<Sampler>) -> Self {
        let name = shop.public_url().to_string();
        let mut mail = JoinSet::new();
        if let Some(sender) = mailer.and_then(|mailer| mailer.sender(&shop.0.store, &name)) {
            mail.spawn(sender.work(shop.0.closing.clone()));
        }

        let mut imports = JoinSet::new();
        if let Some(worker) = Worker::of(&shop.0.store, &shop.0.closing) {
            imports.spawn(worker.work());
        }

        let mut others = JoinSet::new();
        let store = Arc::clone(&shop.0.store);
        others.spawn(async move {
            // If this fails, the shopper who needs the catalogue is told.
            let _ = warm_catalogue(&*store).await;
        });
        let sampler = Arc::clone(sampler);
        others.spawn(async move { never(sampler.run().await) });
        Self {
            mail,
            imports,
            others,
        }
    }

    /// Gives running work a moment to finish, and aborts the rest.
    pub(crate) async fn finish(mut self) {
        if timeout(MAIL_WITHIN, self.mail.join_next()).await.is_err() {
            tracing::warn!(
                "a mail was not sent before closing: it is sent when the shop opens again"
            );
            self.mail.shutdown().await;
        }
        let imports = self.imports.join_next();
        if timeout(IMPORTS_WITHIN, imports).await.is_err() {
            tracing::warn!(
                "an import did not stop in time: it continues when the shop opens again"
            );
            self.imports.shutdown().await;
        }
        self.others.shutdown().await;
    }
}

fn never(never: Infallible) {
    match never {}
}

/// Reads the catalogue before the first shopper needs it: a large one takes a second. Requests that
/// come meanwhile wait for this, on the front page only.
async fn warm_catalogue(store: &dyn Store) -> Result<(), StoreError> {
    store.browse(&Browse::default()).await.map(drop)
}
