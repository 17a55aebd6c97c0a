//! Background jobs: what goes on in a shop that is open whether or not anybody asks.
//!
//! * `mail`: sends what lies in the outbox. `import`: checks and applies uploaded files.
//! * `samples`: measures how the shop stands, for the dashboard.
//! * `attendance`: tells the store which shoppers are there.

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

/// A mail that is being sent has this long to be sent. Its claim outlives the process.
const MAIL_WITHIN: Duration = Duration::from_secs(3);
/// An import is put down between two deliveries.
const IMPORTS_WITHIN: Duration = Duration::from_secs(3);

/// The jobs of one process, each a task of its own: whatever becomes of them, the shop is open.
pub(crate) struct Jobs {
    mail: JoinSet<()>,
    imports: JoinSet<()>,
    others: JoinSet<()>,
}

impl Jobs {
    /// Starts those that this shop has.
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
            // If it cannot be read, whoever looks is told so.
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

    /// Waits a moment for what is being done, and ends the rest. The shop is closing already.
    pub(crate) async fn finish(mut self) {
        if timeout(MAIL_WITHIN, self.mail.join_next()).await.is_err() {
            tracing::warn!("a mail was not sent in time: it is sent again when the shop opens");
            self.mail.shutdown().await;
        }
        let imports = self.imports.join_next();
        if timeout(IMPORTS_WITHIN, imports).await.is_err() {
            tracing::warn!("an import was not put down in time: it goes on when the shop opens");
            self.imports.shutdown().await;
        }
        self.others.shutdown().await;
    }
}

fn never(never: Infallible) {
    match never {}
}

/// A large catalogue takes a second to be read: better before the first shopper looks
/// into it. Whoever comes meanwhile waits for this reading, and only on the front page.
async fn warm_catalogue(store: &dyn Store) -> Result<(), StoreError> {
    store.browse(&Browse::default()).await.map(drop)
}
