//! The server of one shop: the state of its parts, built from the settings.

use std::{net::SocketAddr, sync::Arc, thread};

use anyhow::Context;
use ipnet::IpNet;
use store::Store;

use crate::{
    admission::client::Prefixes,
    config::{PublicUrl, Settings},
    desk::{DeskState, new_set_up_link},
    http::site::Site,
    jobs::{mail::Mailer, samples::Sampler},
    live::{
        LiveState,
        connection_check::CheckState,
        push::{LiveCounters, Push},
    },
    ops::metrics::Metrics,
    state::Shop,
};

/// File descriptors that are not connections: the database, the site's files.
const OTHER_FILES: usize = 200;

/// A shop ready to be served by [`run`](crate::run).
pub struct Server {
    pub(crate) shop: Shop,
    pub(crate) live: LiveState,
    pub(crate) checks: CheckState,
    pub(crate) desk: DeskState,
    pub(crate) sampler: Arc<Sampler>,
    /// `None` if no mail is sent.
    pub(crate) mailer: Option<Mailer>,
    pub(crate) trusted_proxies: Arc<[IpNet]>,
    pub(crate) prefixes: Prefixes,
    /// The most connections at once. Further ones are refused.
    pub(crate) most_connections: usize,
}

impl Server {
    /// Builds the server over this store. `address` is where it listens, and the public address
    /// unless the settings name another; `files` is how many files this process may open.
    ///
    /// # Errors
    /// If the store cannot be read, the settings of mail or buzz are wrong, or the system provides
    /// no thread.
    pub async fn new(
        store: Arc<dyn Store>,
        settings: &Settings,
        site: Site,
        address: SocketAddr,
        files: u64,
    ) -> anyhow::Result<Self> {
        let public_url = settings.public_url.clone();
        let public_url = public_url.unwrap_or_else(|| settings.listen.public_url(address));
        let counters: Arc<LiveCounters> = Arc::default();
        let loops = thread::available_parallelism().map_or(1, Into::into);
        let mailer = settings.mail()?.map(Mailer::new);
        let shop = Shop::open(store, settings, site, public_url).await?;
        let (store, guesses) = (&shop.0.store, &shop.0.code_guess_limit);
        let push = Push::start(loops, store, guesses, &counters)
            .context("cannot start the event loops")?;
        let secret = shop.0.store.cookie_secret().await?;
        let sampler = Arc::new(Sampler::new(shop.clone(), Arc::clone(&counters)));
        Ok(Self {
            live: LiveState::new(shop.clone(), push, counters),
            checks: CheckState::new(shop.clone()),
            desk: DeskState::new(shop.clone(), &secret, Arc::clone(&sampler), address),
            sampler,
            mailer,
            shop,
            trusted_proxies: settings.trusted_proxies.as_slice().into(),
            prefixes: Prefixes {
                ipv4: settings.ipv4_prefix,
                ipv6: settings.ipv6_prefix,
            },
            most_connections: usize::try_from(files)
                .unwrap_or(usize::MAX)
                .saturating_sub(OTHER_FILES)
                .min(usize::try_from(settings.connections.get()).unwrap_or(usize::MAX))
                .max(1),
        })
    }

    /// The shop's public address.
    #[must_use]
    pub fn public_url(&self) -> &PublicUrl {
        self.shop.public_url()
    }

    /// Makes the set-up link of a shop without staff, in place of an earlier one, and returns its
    /// address, which is a secret.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn set_up_link(&self) -> anyhow::Result<Option<String>> {
        Ok(new_set_up_link(&self.shop).await?)
    }

    /// All metrics of this process.
    pub(crate) fn metrics(&self) -> Metrics {
        Metrics {
            shop: self.shop.clone(),
            live: Arc::clone(&self.live.counters),
            checks: Arc::clone(&self.checks.counters),
            mail: self.mailer.as_ref().map(|mailer| Arc::clone(&mailer.tally)),
        }
    }
}
