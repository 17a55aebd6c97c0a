//! The server of one shop: its parts' state, put together from the settings.

use std::{net::SocketAddr, sync::Arc, thread};

use anyhow::Context;
use ipnet::IpNet;
use store::Store;

use crate::{
    config::{PublicUrl, Settings},
    desk::DeskState,
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

/// Files that are no connections: the data, the readers, what is being served.
const FILES_OF_OURS: usize = 200;

/// Everything that serves a shop; [`run`](crate::run) opens it.
pub struct Server {
    pub(crate) shop: Shop,
    pub(crate) live: LiveState,
    pub(crate) checks: CheckState,
    pub(crate) desk: DeskState,
    pub(crate) sampler: Arc<Sampler>,
    /// None where no mail is sent.
    pub(crate) mailer: Option<Mailer>,
    pub(crate) trusted_proxies: Arc<[IpNet]>,
    /// Connections at once; more are refused.
    pub(crate) most_connections: usize,
}

impl Server {
    /// A server over this store. `address` is where it listens, which is its name
    /// for browsers unless the settings say another; `files` is how many this
    /// process may have open.
    ///
    /// # Errors
    /// When the store cannot be read, the settings of mail or buzz are wrong, or the system
    /// gives no thread.
    pub async fn new(
        store: Arc<dyn Store>,
        settings: &Settings,
        site: Site,
        address: SocketAddr,
        files: u64,
    ) -> anyhow::Result<Self> {
        let public_url = settings.public_url.clone().unwrap_or_else(|| {
            format!("http://{address}")
                .parse()
                .expect("an address makes a url")
        });
        let counters: Arc<LiveCounters> = Arc::default();
        let loops = thread::available_parallelism().map_or(1, Into::into);
        let push = Push::start(loops, &store, &counters)
            .context("cannot start the loops that serve the sockets")?;
        let mailer = settings.mail()?.map(Mailer::new);
        let shop = Shop::open(store, settings, site, public_url).await?;
        let sampler = Arc::new(Sampler::new(shop.clone(), Arc::clone(&counters)));
        Ok(Self {
            live: LiveState::new(shop.clone(), push, counters),
            checks: CheckState::new(shop.clone()),
            desk: DeskState::new(shop.clone(), Arc::clone(&sampler), address),
            sampler,
            mailer,
            shop,
            trusted_proxies: settings.trusted_proxies.as_slice().into(),
            most_connections: usize::try_from(files)
                .unwrap_or(usize::MAX)
                .saturating_sub(FILES_OF_OURS)
                .min(usize::try_from(settings.connections.get()).unwrap_or(usize::MAX))
                .max(1),
        })
    }

    /// What browsers call this shop.
    #[must_use]
    pub fn public_url(&self) -> &PublicUrl {
        self.shop.public_url()
    }

    /// All that this process counts.
    pub(crate) fn metrics(&self) -> Metrics {
        Metrics {
            shop: self.shop.clone(),
            live: Arc::clone(&self.live.counters),
            checks: Arc::clone(&self.checks.counters),
            mail: self.mailer.as_ref().map(|mailer| Arc::clone(&mailer.tally)),
        }
    }
}
