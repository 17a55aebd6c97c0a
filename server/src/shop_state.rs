//! What every handler is given: one cheap clone.

use std::{
    net::SocketAddr,
    sync::{Arc, atomic::AtomicBool},
    thread,
    time::Duration,
};

use anyhow::Context;
use app::{
    buzz::BuzzContext,
    server::{ShopSettings, StoreContext},
};
use axum::extract::FromRef;
use axum_extra::extract::cookie::Key;
use ipnet::IpNet;
use leptos::config::LeptosOptions;
use store::{SessionToken, Store};
use tokio::sync::Semaphore;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Site, buzz,
    check::Checks,
    claim::Submitted,
    config::Settings,
    desk::{Attempts, MOST_STREAMS, Sessions, passwords::Comparing},
    glance::Samples,
    guesses::Guesses,
    limits::{Limits, Visits},
    live::push::{Counters, Push},
    mail::Post,
    origin::PublicUrl,
    refusals::Refusals,
};

/// Files that are no connections: the data, the readers, what is being served.
const FILES_OF_OURS: usize = 200;

/// A shop that is open: its store, its settings, and what is going on in it.
#[derive(Clone)]
pub struct Shop(pub(crate) Arc<Open>);

pub(crate) struct Open {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) site: Site,
    /// Where it listens: its name among several instances.
    pub(crate) address: SocketAddr,
    pub(crate) public_url: PublicUrl,
    pub(crate) cookie_key: Key,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) limits: Limits,
    pub(crate) submitted: Submitted,
    pub(crate) guesses: Guesses,
    pub(crate) checks: Checks,
    pub(crate) refusals: Refusals,
    /// None where nobody is asked what is being talked about.
    pub(crate) buzz: BuzzContext,
    pub(crate) samples: Samples,
    pub(crate) attempts: Attempts,
    pub(crate) comparing: Comparing,
    pub(crate) sessions: Sessions,
    /// Files that plain forms send are read one at a time.
    pub(crate) reading_file: Semaphore,
    /// The streams of the ledger that each session has open.
    pub(crate) streams: Visits<SessionToken>,
    /// None where no mail is sent.
    pub(crate) post: Option<Post>,
    pub(crate) push: Push,
    pub(crate) counters: Arc<Counters>,
    pub(crate) longest_wait: Duration,
    pub(crate) limit_per_shopper: u32,
    /// Connections at once; more are refused.
    pub(crate) most_connections: usize,
    /// The shop is about to close: it wants no new visitors, and each answer is the last
    /// of its connection.
    pub(crate) leaving: AtomicBool,
    /// Cancelled when the shop closes: waits are answered, sockets sent away.
    pub(crate) closing: CancellationToken,
    /// Every connection, and the sockets that outlive the requests they began as.
    pub(crate) connections: TaskTracker,
}

impl Shop {
    /// A shop over this store. `address` is where it listens, which is its name
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
        let cookie_key = Key::from(&store.cookie_secret().await?);
        let public_url = settings.public_url.clone().unwrap_or_else(|| {
            format!("http://{address}")
                .parse()
                .expect("an address makes a url")
        });
        let counters = Arc::default();
        let loops = thread::available_parallelism().map_or(1, Into::into);
        let push = Push::start(loops, &store, &counters)
            .context("cannot start the loops that serve the sockets")?;
        Ok(Self(Arc::new(Open {
            store,
            site,
            address,
            public_url,
            cookie_key,
            trusted_proxies: settings.trusted_proxies.clone(),
            limits: Limits::new(settings.holds_per_minute, settings.connections_per_address),
            submitted: Submitted::default(),
            guesses: Guesses::default(),
            checks: Checks::default(),
            refusals: Refusals::default(),
            buzz: buzz::open(settings)?,
            samples: Samples::default(),
            attempts: Attempts::default(),
            comparing: Comparing::default(),
            sessions: Sessions::default(),
            reading_file: Semaphore::new(1),
            streams: Visits::new(MOST_STREAMS),
            post: settings.mail()?.map(Post::new),
            push,
            counters,
            longest_wait: settings.wait_seconds,
            limit_per_shopper: settings.limit_per_shopper,
            most_connections: usize::try_from(files)
                .unwrap_or(usize::MAX)
                .saturating_sub(FILES_OF_OURS)
                .min(usize::try_from(settings.connections.get()).unwrap_or(usize::MAX))
                .max(1),
            leaving: AtomicBool::new(false),
            closing: CancellationToken::new(),
            connections: TaskTracker::new(),
        })))
    }

    /// What browsers call this shop.
    #[must_use]
    pub fn public_url(&self) -> &PublicUrl {
        &self.0.public_url
    }

    /// What pages and server functions find around them.
    pub(crate) fn store_context(&self) -> StoreContext {
        StoreContext(Arc::clone(&self.0.store))
    }

    /// What pages and server functions say of this shop.
    pub(crate) fn this_shop(&self) -> ShopSettings {
        ShopSettings {
            url: self.0.public_url.to_string().into(),
            limit_per_shopper: self.0.limit_per_shopper,
            longest_wait: self.0.longest_wait,
        }
    }
}

impl FromRef<Shop> for LeptosOptions {
    fn from_ref(shop: &Shop) -> Self {
        shop.0.site.leptos_options()
    }
}
