//! The state of the desk's handlers.

use std::{net::SocketAddr, sync::Arc};

use axum::extract::FromRef;
use store::SessionToken;
use tokio::sync::Semaphore;

use super::{
    known_browsers::KnownBrowsers, passwords::PasswordChecks, sessions::OpenSessions,
    sign_in_limits::SignInLimits,
};
use crate::{admission::concurrency::ConcurrencyLimit, jobs::samples::Sampler, state::Shop};

/// The most streams that one session may have open at once.
const MOST_STREAMS: u32 = 8;

/// The shop, and what only the desk needs.
#[derive(Clone)]
pub(crate) struct DeskState {
    pub(super) shop: Shop,
    pub(super) sign_in_limits: Arc<SignInLimits>,
    pub(super) known_browsers: Arc<KnownBrowsers>,
    pub(super) password_checks: Arc<PasswordChecks>,
    pub(super) sessions: Arc<OpenSessions>,
    /// Files sent by plain forms are read one at a time.
    pub(super) reading_file: Arc<Semaphore>,
    /// The open streams of each session: ledger streams and uploads.
    pub(super) streams: Arc<ConcurrencyLimit<SessionToken>>,
    pub(super) sampler: Arc<Sampler>,
    /// The address of this process, which identifies it among several instances.
    pub(super) instance: SocketAddr,
}

impl DeskState {
    /// The state at the start. `secret` is the signing key in the shop's data.
    pub(crate) fn new(
        shop: Shop,
        secret: &[u8],
        sampler: Arc<Sampler>,
        instance: SocketAddr,
    ) -> Self {
        Self {
            known_browsers: Arc::new(KnownBrowsers::new(secret, shop.public_url())),
            shop,
            sign_in_limits: Arc::default(),
            password_checks: Arc::default(),
            sessions: Arc::default(),
            reading_file: Arc::new(Semaphore::new(1)),
            streams: Arc::new(ConcurrencyLimit::new(MOST_STREAMS)),
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
