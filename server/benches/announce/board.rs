//! What the pages report: which version they wait for, and when they got it.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use tokio::time::{sleep, timeout};

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Socket,
    Poll,
}

/// What the pages report about each version.
///
/// `waiting` is the number of pages that have the version and wait for the next. `told` says when
/// each page got the version, and by which [`Way`].
pub(super) struct Board {
    pub(super) waiting: Vec<AtomicUsize>,
    pub(super) told: Vec<Mutex<Vec<(Way, Instant)>>>,
}

impl Board {
    /// Waits until every page has this version and waits for the next.
    pub(super) async fn until_all_wait(&self, pages: usize, version: usize) {
        let waiting = &self.waiting[version];
        until("all pages wait", || waiting.load(SeqCst) == pages).await;
    }

    /// Waits until every page has this version. Returns how and when each got it.
    pub(super) async fn all_told(&self, pages: usize, version: usize) -> Vec<(Way, Instant)> {
        let told = &self.told[version];
        until("all pages are told", || told.lock().unwrap().len() == pages).await;
        std::mem::take(&mut *told.lock().unwrap())
    }
}

async fn until(what: &str, is_true: impl Fn() -> bool) {
    let polling = async {
        while !is_true() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, polling).await.expect(what);
}
