//! Serves a shop on a listener, and closes it in order.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use anyhow::{Context, ensure};
use axum::{
    Router,
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
    response::IntoResponse,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Shop,
    api::refuse,
    client::{Client, Connection},
    router::{Surface, router},
};

/// A client that takes longer to send its headers only holds a place. The same
/// clock ends connections that are kept alive and idle, so it is longer than the
/// 60 s after which proxies give those up by themselves.
const HEADERS_WITHIN: Duration = Duration::from_secs(75);
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
/// So many at once are told that there is no place; others wait for that.
const MOST_REFUSALS: usize = 64;
/// And each of them has this long to hear it.
const REFUSE_WITHIN: Duration = Duration::from_secs(5);

/// Serves until `shutdown` is cancelled, then answers what is being waited for,
/// sends the sockets away, finishes what was begun, and closes the store.
///
/// Behind a proxy this takes its time: see [`NOTICED_WITHIN`] and [`KEPT_FOR`].
///
/// # Errors
/// When the listener's address cannot be told; when the store can write no more, after
/// everything was closed in order: whoever has started this process starts it again.
pub async fn run(
    listener: TcpListener,
    shop: Shop,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let address = listener
        .local_addr()
        .context("cannot tell the listener's address")?;
    tracing::info!(%address, public_url = %shop.public_url(), "open");
    let (door, open) = (Door::of(&shop), &shop.0.connections);
    let proxied = !shop.0.trusted_proxies.is_empty();

    let broken = tokio::select! {
        () = door.welcome(&listener, shutdown.cancelled()) => false,
        () = shop.0.store.failed() => true,
    };
    if broken {
        tracing::error!("closing: the store can write no more");
    }

    shop.0.leaving.store(true, Relaxed);
    if proxied {
        door.welcome(&listener, sleep(NOTICED_WITHIN)).await;
    }
    drop(listener);
    shop.0.closing.cancel();
    shop.0.push.close();
    open.close();
    if proxied {
        // Nobody is left, mostly: then there is nothing to wait for.
        let _ = timeout(KEPT_FOR, open.wait()).await;
    }
    door.last_call.cancel();
    if timeout(FINISH_WITHIN, open.wait()).await.is_err() {
        tracing::warn!("some connections did not finish in time");
    }
    shop.0.store.close().await;
    tracing::info!("closed");
    ensure!(
        !broken,
        "the store can write no more, and only a new start helps"
    );
    Ok(())
}

/// Where connections come in.
struct Door<'a> {
    shop: &'a Shop,
    router: Router,
    places: Arc<Semaphore>,
    refusals: Arc<Semaphore>,
    /// Cancelled when connections are to end, at once where they are idle.
    last_call: CancellationToken,
}

impl<'a> Door<'a> {
    fn of(shop: &'a Shop) -> Self {
        Self {
            shop,
            router: router(shop),
            places: Arc::new(Semaphore::new(shop.0.most_connections)),
            refusals: Arc::new(Semaphore::new(MOST_REFUSALS)),
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
            self.let_in(stream, peer).await;
        }
    }

    async fn let_in(&self, stream: TcpStream, peer: SocketAddr) {
        let open = &self.shop.0.connections;
        let visit = self.shop.0.limits.visit(direct_client(self.shop, peer));
        match (Arc::clone(&self.places).try_acquire_owned(), visit) {
            (Ok(place), Ok(visit)) => {
                let place = Some(Arc::new(place));
                let peer = peer.ip();
                let connection = Connection { peer, place };
                let surface = Surface::new(self.shop, &self.router, connection);
                let last_call = self.last_call.clone();
                open.spawn(async move {
                    serve(stream, surface, last_call).await;
                    drop(visit);
                });
            }
            // Waiting for a refusal's place is what keeps those bounded, too.
            _ => {
                if let Ok(place) = Arc::clone(&self.refusals).acquire_owned().await {
                    open.spawn(async move {
                        let _ = timeout(REFUSE_WITHIN, turn_away(stream)).await;
                        drop(place);
                    });
                }
            }
        }
    }
}

/// The next connection.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // A count that waits for a packet to fill is an old count.
                let _ = stream.set_nodelay(true);
                return (stream, peer);
            }
            Err(error) => {
                // Out of files, mostly: those who leave make room.
                tracing::warn!(%error, "cannot accept a connection");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// The client of a connection that comes from no proxy: a proxy's are counted by
/// the clients that it names, as their requests come.
fn direct_client(shop: &Shop, peer: SocketAddr) -> Option<Client> {
    let proxies = &shop.0.trusted_proxies;
    let is_proxy = proxies
        .iter()
        .any(|known| known.contains(&peer.ip().to_canonical()));
    (!is_proxy).then(|| Client::of(peer.ip(), &HeaderMap::new(), &[]))
}

/// Answers one connection's requests until it ends, or until the last call.
async fn serve(stream: TcpStream, surface: Surface, last_call: CancellationToken) {
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS_WITHIN)
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
    let refusal = async |_: Request<Incoming>| {
        let sentence = "There are too many visitors just now. Please try again in a moment.";
        let mut response = refuse(StatusCode::SERVICE_UNAVAILABLE, sentence).into_response();
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        Ok::<_, Infallible>(response)
    };
    let connection =
        http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(refusal));
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection broke off");
    }
}
