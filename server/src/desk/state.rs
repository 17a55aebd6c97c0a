//! What the desk's handlers are given beside the shop.

use std::{net::SocketAddr, sync::Arc};

use axum::extract::FromRef;
use store::SessionToken;
use tokio::sync::Semaphore;

use super::{passwords::Comparing, sessions::Sessions, sign_in_limits::Attempts};
use crate::{admission::concurrency::Visits, jobs::samples::Sampler, state::Shop};

/// Streams that one session may have at once: as many as somebody can look at.
const MOST_STREAMS: u32 = 8;

/// The shop, and what only the desk needs.
#[derive(Clone)]
pub(crate) struct DeskState {
    pub(super) shop: Shop,
    pub(super) attempts: Arc<Attempts>,
    pub(super) comparing: Arc<Comparing>,
    pub(super) sessions: Arc<Sessions>,
    /// Files that plain forms send are read one at a time.
    pub(super) reading_file: Arc<Semaphore>,
    /// The streams that each session has open: of the ledger, and of files that are sent.
    pub(super) streams: Arc<Visits<SessionToken>>,
    pub(super) sampler: Arc<Sampler>,
    /// Where this process listens: its name among several instances.
    pub(super) instance: SocketAddr,
}

impl DeskState {
    pub(crate) fn new(shop: Shop, sampler: Arc<Sampler>, instance: SocketAddr) -> Self {
        Self {
            shop,
            attempts: Arc::default(),
            comparing: Arc::default(),
            sessions: Arc::default(),
            reading_file: Arc::new(Semaphore::new(1)),
            streams: Arc::new(Visits::new(MOST_STREAMS)),
            sampler,
            instance,
        }
    }
}

impl FromRef<DeskState> for Shop {
    fn from_ref(desk: &DeskState) -> Self {
        desk.shop.clone()
    }
}
