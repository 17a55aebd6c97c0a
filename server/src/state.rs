//! The state that every handler receives; cloning it is cheap.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use app::{
    buzz::BuzzContext,
    server::{ShopSettings, StoreContext},
};
use store::Store;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    admission::{
        code_guessing::CodeGuessLimit,
        concurrency::ConcurrencyLimit,
        contact_guessing::ContactGuessLimit,
        hold_limit::HoldLimit,
        order_grant::OrderGrants,
        rate_limits::{BUZZ_PER_MINUTE, RateLimit},
        refusals::RefusalCounts,
        shopper::ShopperCookie,
    },
    config::{PublicUrl, Settings, buzz},
    http::{server_errors::ServerErrorLog, site::Site},
};

/// An open shop: its store, its settings, and its state.
///
/// What only one part of the server needs is in that part's own state: `live::LiveState`,
/// `live::connection_check::CheckState`, `desk::DeskState`.
#[derive(Clone)]
pub(crate) struct Shop(pub(crate) Arc<Open>);

pub(crate) struct Open {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) site: Site,
    pub(crate) public_url: PublicUrl,
    pub(crate) shopper_cookie: ShopperCookie,
    pub(crate) order_grants: OrderGrants,
    /// The connections that each client has open.
    pub(crate) connection_limit: ConcurrencyLimit,
    pub(crate) hold_limit: HoldLimit,
    pub(crate) buzz_limit: RateLimit,
    pub(crate) code_guess_limit: Arc<CodeGuessLimit>,
    pub(crate) contact_guess_limit: ContactGuessLimit,
    pub(crate) refusals: RefusalCounts,
    pub(crate) server_errors: ServerErrorLog,
    /// `None` if the buzz search is off.
    pub(crate) buzz: BuzzContext,
    /// The settings that pages and server functions show.
    settings: ShopSettings,
    /// Whether the shop is about to close. Then it is not ready, and each answer is the last of its
    /// connection.
    pub(crate) leaving: AtomicBool,
    /// Cancelled when the shop closes: waits are answered, sockets disconnected.
    pub(crate) closing: CancellationToken,
    /// Tracks every connection, and the sockets that outlive their request.
    pub(crate) connections: TaskTracker,
}

impl Shop {
    /// Opens a shop over this store, with this public address.
    ///
    /// # Errors
    /// If the store cannot be read, or the settings of buzz are wrong.
    pub(crate) async fn open(
        store: Arc<dyn Store>,
        settings: &Settings,
        site: Site,
        public_url: PublicUrl,
    ) -> anyhow::Result<Self> {
        let secret = store.cookie_secret().await?;
        let buzz = buzz::open(
            &settings.buzz_url,
            settings.buzz_key.as_deref(),
            settings.buzz_seconds,
        )?;
        Ok(Self(Arc::new(Open {
            store,
            site,
            shopper_cookie: ShopperCookie::new(&secret, &public_url),
            order_grants: OrderGrants::new(&secret, &public_url),
            connection_limit: ConcurrencyLimit::new(settings.connections_per_address.get()),
            hold_limit: HoldLimit::per_minute(settings.holds_per_minute),
            buzz_limit: RateLimit::per_minute(BUZZ_PER_MINUTE),
            code_guess_limit: Arc::default(),
            contact_guess_limit: ContactGuessLimit::default(),
            refusals: RefusalCounts::default(),
            server_errors: ServerErrorLog::default(),
            buzz,
            settings: ShopSettings {
                url: public_url.to_string().into(),
                limit_per_shopper: settings.limit_per_shopper,
                longest_hold: settings.store_options().terms.longest_hold(),
                longest_wait: settings.wait_seconds,
            },
            leaving: AtomicBool::new(false),
            closing: CancellationToken::new(),
            connections: TaskTracker::new(),
            public_url,
        })))
    }

    /// The shop's public address.
    pub(crate) fn public_url(&self) -> &PublicUrl {
        &self.0.public_url
    }

    /// The shop's name, as its owner has set it.
    pub(crate) fn name(&self) -> String {
        let settings = self.0.store.owner_settings().current();
        settings.profile.name().to_owned()
    }

    /// The store, as a context of pages and server functions.
    pub(crate) fn store_context(&self) -> StoreContext {
        StoreContext(Arc::clone(&self.0.store))
    }

    /// The settings that pages and server functions show.
    pub(crate) fn settings(&self) -> ShopSettings {
        self.0.settings.clone()
    }

    /// The longest wait of a long poll.
    pub(crate) fn longest_wait(&self) -> Duration {
        self.0.settings.longest_wait
    }
}
