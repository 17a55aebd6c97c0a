//! Background jobs of an open shop.

/// Tells the store which shoppers are connected.
mod attendance;
/// Checks and applies uploaded files.
pub(crate) mod import;
pub mod mail;
/// Logs a repeated failure only once.
mod outage;
/// Measures the state of the shop, for the dashboard.
pub(crate) mod samples;

use std::{convert::Infallible, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;
use shop::Browse;
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};

use attendance::attend;
use import::Worker;
use mail::Mailer;
use samples::Sampler;

use crate::state::Shop;

/// How long a closing shop waits for its jobs to finish a mail, or a batch of an import. Unfinished
/// work stays claimed until its lease ends.
pub(crate) const FINISH_WITHIN: Duration = Duration::from_secs(3);
/// The pause before a job that has panicked starts again.
const AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The jobs of one process. Each is a task of its own and starts again if it panics.
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
            let (sender, until) = (Arc::new(sender), shop.0.closing.clone());
            mail.spawn(restarted("mail", move || {
                let (sender, until) = (Arc::clone(&sender), until.clone());
                async move { sender.work(&until).await }
            }));
        }

        let mut imports = JoinSet::new();
        if let Some(worker) = Worker::of(&shop.0.store, &shop.0.closing) {
            let worker = Arc::new(worker);
            imports.spawn(restarted("imports", move || {
                let worker = Arc::clone(&worker);
                async move { worker.work().await }
            }));
        }

        let mut others = JoinSet::new();
        let store = Arc::clone(&shop.0.store);
        // The catalogue is read before the first shopper needs it, because a large one takes a
        // second. Meanwhile, only requests for the front page have to wait.
        others.spawn(async move {
            if let Err(error) = store.browse(&Browse::default()).await {
                // The first search reads the catalogue instead.
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "cannot read the catalogue in advance");
            }
        });
        let store = Arc::clone(&shop.0.store);
        others.spawn(restarted("attendance", move || {
            let store = Arc::clone(&store);
            async move { never(attend(&*store).await) }
        }));
        let sampler = Arc::clone(sampler);
        others.spawn(restarted("samples", move || {
            let sampler = Arc::clone(&sampler);
            async move { never(sampler.run().await) }
        }));
        Self {
            mail,
            imports,
            others,
        }
    }

    /// Gives running work a moment to finish, and aborts the rest.
    pub(crate) async fn finish(mut self) {
        let (mail, imports) = tokio::join!(finished(&mut self.mail), finished(&mut self.imports));
        if !mail {
            tracing::warn!(
                "a mail was not sent before closing: it is sent when the shop opens again"
            );
        }
        if !imports {
            tracing::warn!(
                "an import did not stop in time: it continues when the shop opens again"
            );
        }
        self.others.shutdown().await;
    }
}

/// Whether these jobs finished in time. If not, they are aborted.
async fn finished(jobs: &mut JoinSet<()>) -> bool {
    let in_time = timeout(FINISH_WITHIN, jobs.join_next()).await.is_ok();
    jobs.shutdown().await;
    in_time
}

/// Runs a job, and starts it again if it panics. One mail or file must not stop the job for good.
async fn restarted<F: Future<Output = ()>>(name: &'static str, job: impl Fn() -> F) {
    // Unwind safe: the job's state is not used after a panic, which the hook has reported.
    while AssertUnwindSafe(job()).catch_unwind().await.is_err() {
        tracing::error!(job = name, "a background job has panicked: it starts again");
        sleep(AGAIN_AFTER).await;
    }
}

fn never(never: Infallible) {
    match never {}
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_job_that_panics_starts_again() {
        let starts = AtomicUsize::new(0);
        restarted("test", || async {
            assert!(starts.fetch_add(1, SeqCst) == 2, "the first two panic");
        })
        .await;
        assert_eq!(starts.into_inner(), 3);
    }
}
