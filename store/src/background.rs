//! Supervises the tasks that run beside the writer. They run for ever, so one that ends has failed.

use std::future::pending;

use tokio::{
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// Running tasks, until they are stopped or dropped.
#[derive(Debug)]
pub(crate) struct Background {
    supervisor: JoinHandle<()>,
    failed: watch::Receiver<bool>,
}

impl Background {
    pub(crate) fn supervise(mut tasks: JoinSet<()>) -> Self {
        let (fail, failed) = watch::channel(false);
        let supervisor = tokio::spawn(async move {
            if let Some(outcome) = tasks.join_next().await {
                let error = outcome.err();
                let error = error.as_ref().map(|error| error as &dyn std::error::Error);
                tracing::error!(error, "a task of the store has ended");
                fail.send_replace(true);
            }
            // The other tasks run until the shop closes.
            pending::<()>().await;
        });
        Self { supervisor, failed }
    }

    /// Returns once a task has ended.
    pub(crate) async fn failed(&self) {
        if self
            .failed
            .clone()
            .wait_for(|failed| *failed)
            .await
            .is_err()
        {
            // The tasks were stopped.
            pending::<()>().await;
        }
    }

    pub(crate) fn stop(&self) {
        self.supervisor.abort();
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, time::Duration};

    use tokio::{sync::Notify, time::timeout};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_task_that_ends_is_noticed_and_the_others_go_on() {
        let (ping, pong) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (pinged, reply) = (Arc::clone(&ping), Arc::clone(&pong));
        let mut tasks = JoinSet::new();
        tasks.spawn(async { panic!("for this test") });
        tasks.spawn(async move {
            loop {
                pinged.notified().await;
                reply.notify_one();
            }
        });
        let background = Background::supervise(tasks);
        timeout(PATIENCE, background.failed()).await.unwrap();
        ping.notify_one();
        timeout(PATIENCE, pong.notified()).await.unwrap();
    }

    #[tokio::test]
    async fn tasks_that_are_stopped_have_not_failed() {
        let ends = Arc::new(Notify::new());
        let guard = NotifyOnDrop(Arc::clone(&ends));
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let _guard = guard;
            pending().await
        });
        let background = Background::supervise(tasks);
        background.stop();
        timeout(PATIENCE, ends.notified()).await.unwrap();
        let failed = timeout(Duration::ZERO, background.failed()).await;
        assert!(failed.is_err());
    }

    struct NotifyOnDrop(Arc<Notify>);

    impl Drop for NotifyOnDrop {
        fn drop(&mut self) {
            self.0.notify_one();
        }
    }
}
