//! Serves a shop on a listener, and closes it in order.

use std::{
    convert::Infallible,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use anyhow::{Context, bail};
use axum::{
    Router,
    http::{HeaderValue, Request, StatusCode, header},
    response::IntoResponse,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use shop::Browse;
use store::{ATTEND_EVERY, Store, StoreError};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Shop,
    api::refuse,
    client::Connection,
    closing::{self, MADE_WITHIN},
    door::{Door, Verdict},
    glance,
    import::Worker,
    language,
    people::{is_person, shown_to},
    router::{Surface, router},
};

/// A client that takes longer to send its headers only holds a place. The same
/// clock ends connections that are kept alive and idle, so it is longer than the
/// 60 s after which proxies give those up by themselves.
const HEADERS_WITHIN: Duration = Duration::from_secs(75);
/// A request line and headers: twice what a page that follows a hundred books sends.
const LARGEST_HEAD: usize = 16 * 1024;
/// Behind a proxy connections are still accepted for this long while `/readyz` says no
/// already, so that whoever asks there sends nobody any more when the listener goes.
const NOTICED_WITHIN: Duration = Duration::from_secs(1);
/// After that, a proxy's idle connections are kept for this long: longer than it keeps
/// them itself (`keepalive_timeout 4s` in `deploy/`). Were they cut, a POST could be on
/// its way on one of them, and nobody would know whether it was carried out. Every
/// answer says `Connection: close` meanwhile, so that each ends with its next request.
const KEPT_FOR: Duration = Duration::from_secs(5);
/// What is being answered may take this long after the shop has closed.
const FINISH_WITHIN: Duration = Duration::from_secs(20);
/// A mail that is being sent has this long to be sent. Its claim outlives the process.
const POST_WITHIN: Duration = Duration::from_secs(3);
/// An import is put down between two deliveries.
const IMPORTS_WITHIN: Duration = Duration::from_secs(3);
/// Whoever is told that there is no place has this long to hear it.
const REFUSE_WITHIN: Duration = Duration::from_secs(5);

/// Serves until `shutdown` is cancelled, then answers what is being waited for,
/// sends the sockets away, finishes what was begun, and closes the store.
///
/// Behind a proxy this takes its time: see `NOTICED_WITHIN` and `KEPT_FOR`.
///
/// # Errors
/// When the listener's address cannot be told; when the store can write no more or the
/// sockets are no longer served, after everything was closed in order: whoever has
/// started this process starts it again.
pub async fn run(
    listener: TcpListener,
    shop: Shop,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let address = listener
        .local_addr()
        .context("cannot tell the listener's address")?;
    tracing::info!(%address, public_url = %shop.public_url(), "open");
    let (entrance, open) = (Entrance::of(&shop), &shop.0.connections);
    let proxied = !shop.0.trusted_proxies.is_empty();

    let name = shop.public_url().to_string();
    let sender = shop.0.post.as_ref();
    let sender = sender.and_then(|post| post.sender(&shop.0.store, &name));
    let mut mail = JoinSet::new();
    if let Some(sender) = sender {
        mail.spawn(sender.work(shop.0.closing.clone()));
    }

    let mut imports = JoinSet::new();
    if let Some(worker) = Worker::of(&shop.0.store, &shop.0.closing) {
        imports.spawn(worker.work());
    }

    // Tasks of their own: whatever becomes of them, the shop is open.
    let mut beside = JoinSet::new();
    let store = Arc::clone(&shop.0.store);
    beside.spawn(async move {
        // If it cannot be read, whoever looks is told so.
        let _ = read_ahead(&*store).await;
    });

    let sampled = shop.clone();
    beside.spawn(async move { match glance::sample(&sampled).await {} });

    let push_failure = shop.0.push.failure();
    let broken = tokio::select! {
        never = attend(&*shop.0.store) => match never {},
        () = entrance.welcome(&listener, shutdown.cancelled()) => None,
        () = shop.0.store.failed() => Some("the store can write no more"),
        () = push_failure.cancelled() => Some("the sockets are no longer served"),
    };
    if let Some(broken) = broken {
        tracing::error!("closing: {broken}");
    }

    shop.0.leaving.store(true, Relaxed);
    if proxied {
        entrance.welcome(&listener, sleep(NOTICED_WITHIN)).await;
    }
    entrance.close(listener).await;
    shop.0.closing.cancel();
    shop.0.push.close();
    open.close();
    if proxied {
        // Nobody is left, mostly: then there is nothing to wait for.
        let _ = timeout(KEPT_FOR, open.wait()).await;
    }
    entrance.last_call.cancel();
    if timeout(FINISH_WITHIN, open.wait()).await.is_err() {
        tracing::warn!("some connections did not finish in time");
    }
    if timeout(POST_WITHIN, mail.join_next()).await.is_err() {
        tracing::warn!("a mail was not sent in time: it is sent again when the shop opens");
        mail.shutdown().await;
    }
    if timeout(IMPORTS_WITHIN, imports.join_next()).await.is_err() {
        tracing::warn!("an import was not put down in time: it goes on when the shop opens");
        imports.shutdown().await;
    }
    // Gone before the store is: whoever opens the shop next finds nobody in it.
    beside.shutdown().await;
    shop.0.store.close().await;
    tracing::info!("closed");
    match broken {
        Some(broken) => bail!("{broken}, and only a new start helps"),
        None => Ok(()),
    }
}

/// A large catalogue takes a second to be read: better before the first shopper looks
/// into it. Whoever comes meanwhile waits for this reading, and only on the front page.
async fn read_ahead(store: &dyn Store) -> Result<(), StoreError> {
    store.browse(&Browse::default()).await.map(drop)
}

/// Says again and again who is there, so that those who wait can be offered a copy.
async fn attend(store: &dyn Store) -> Infallible {
    let mut every = interval(ATTEND_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        if let Err(error) = store.attend().await {
            // They are noted the next time; the store has said what is wrong.
            tracing::debug!(error = &error as &dyn std::error::Error, "nobody was noted");
        }
    }
}

/// Where connections come in.
struct Entrance<'a> {
    shop: &'a Shop,
    router: Router,
    door: Door,
    /// Cancelled when connections are to end, at once where they are idle.
    last_call: CancellationToken,
}

impl<'a> Entrance<'a> {
    fn of(shop: &'a Shop) -> Self {
        Self {
            shop,
            router: router(shop),
            door: Door::new(shop.0.most_connections),
            last_call: CancellationToken::new(),
        }
    }

    /// Takes in whoever comes, until then.
    async fn welcome(&self, listener: &TcpListener, until: impl Future<Output = ()>) {
        let mut until = pin!(until);
        loop {
            let (stream, peer) = tokio::select! {
                biased;
                () = &mut until => return,
                next = accept(listener) => next,
            };
            self.let_in(stream, peer.ip());
        }
    }

    /// Takes in those who have come already, and nobody else.
    async fn close(&self, listener: TcpListener) {
        if let Err(error) = closing::let_none_begin(&listener) {
            tracing::warn!(%error, "connections go on beginning until the listener is closed");
        }
        self.welcome(&listener, sleep(MADE_WITHIN)).await;
        for (stream, peer) in closing::close(listener) {
            self.let_in(stream, peer.ip());
        }
    }

    fn let_in(&self, stream: TcpStream, peer: IpAddr) {
        // A count that waits for a packet to fill is an old count.
        let _ = stream.set_nodelay(true);
        let shop = &self.shop.0;
        let (open, counters) = (&shop.connections, &shop.counters);
        match self.door.admit(peer, &shop.limits, &shop.trusted_proxies) {
            Verdict::Welcome(place, visit) => {
                let connection = Connection {
                    peer,
                    place: Some(Arc::new(place)),
                    visit: visit.map(Arc::new),
                };
                let surface = Surface::new(self.shop, &self.router, connection);
                open.spawn(serve(stream, surface, self.last_call.clone()));
            }
            Verdict::Refused(refusal) => {
                counters.refused_for_want_of_place();
                open.spawn(async move {
                    let _ = timeout(REFUSE_WITHIN, turn_away(stream)).await;
                    drop(refusal);
                });
            }
            Verdict::Dropped => {
                counters.refused_without_a_word();
                drop(stream);
            }
        }
    }
}

/// The next connection.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                // Out of files, mostly: those who leave make room.
                tracing::warn!(%error, "cannot accept a connection");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Answers one connection's requests until it ends, or until the last call.
async fn serve(stream: TcpStream, surface: Surface, last_call: CancellationToken) {
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS_WITHIN)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(stream), surface)
            .with_upgrades()
    );
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = last_call.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // A client that breaks off is no event here; it may do so at any time.
    if let Err(error) = outcome {
        tracing::debug!(%error, "a connection broke off");
    }
}

/// Answers whatever is asked that there is no place, and closes.
async fn turn_away(stream: TcpStream) {
    let refusal = async |request: Request<Incoming>| {
        let sentence = |language| app::say!(language, page.full);
        let mut response = refuse(StatusCode::SERVICE_UNAVAILABLE, sentence).into_response();
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        let language = language::asked_for(request.headers());
        let person = is_person(request.headers());
        Ok::<_, Infallible>(shown_to(person, language, response))
    };
    let connection =
        http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(refusal));
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection broke off");
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use clap::Parser;
    use store::{Options, opening_catalogue, sqlite::SqliteStore};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;
    use crate::{Site, config::Settings};

    #[derive(Parser)]
    struct CommandLine {
        #[command(flatten)]
        settings: Settings,
    }

    async fn open(arguments: &[&str]) -> (tempfile::TempDir, TcpListener, Shop) {
        let data = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(data.path(), opening_catalogue(), Options::default());
        let store = Arc::new(store.await.unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let settings = CommandLine::parse_from([&[""], arguments].concat()).settings;
        let site = Site::in_directory(data.path());
        let shop = Shop::new(store, &settings, site, address, 1_024)
            .await
            .unwrap();
        (data, listener, shop)
    }

    /// A socket outlives the connection that the HTTP library knows, and counts as long.
    #[tokio::test]
    async fn a_socket_that_nobody_has_named_counts_for_its_address_until_it_closes() {
        const STREAM: &str = "GET /live?seen=small-hours:1 HTTP/1.1\r\nHost: x\r\n\
            Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        let (_data, listener, shop) = open(&["--connections-per-address", "1"]).await;
        let entrance = Entrance::of(&shop);
        let visitor = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));
        let come = async |what: &str| {
            let mut stream = TcpStream::connect(listener.local_addr().unwrap())
                .await
                .unwrap();
            let (here, _) = listener.accept().await.unwrap();
            entrance.let_in(here, visitor);
            stream.write_all(what.as_bytes()).await.unwrap();
            let mut answer = [0; 12];
            let read = timeout(FINISH_WITHIN, stream.read_exact(&mut answer)).await;
            read.unwrap().unwrap();
            (stream, String::from_utf8_lossy(&answer).into_owned())
        };
        let (socket, answer) = come(STREAM).await;
        assert_eq!(answer, "HTTP/1.1 101");
        let plain = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        assert_eq!(come(plain).await.1, "HTTP/1.1 503");
        drop(socket);
        let again = async { while come(plain).await.1 != "HTTP/1.1 200" {} };
        timeout(FINISH_WITHIN, again).await.unwrap();
        shop.0.push.close();
        shop.0.store.close().await;
    }

    /// Whoever supervises the process starts it again.
    #[tokio::test]
    async fn a_shop_whose_sockets_are_no_longer_served_closes_with_an_error() {
        let (_data, listener, shop) = open(&[]).await;
        let failure = shop.0.push.failure();
        let running = tokio::spawn(run(listener, shop, CancellationToken::new()));
        failure.cancel();
        let outcome = timeout(FINISH_WITHIN, running).await.unwrap().unwrap();
        assert!(
            outcome
                .unwrap_err()
                .to_string()
                .contains("no longer served")
        );
    }
}
