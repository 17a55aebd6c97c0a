//! Serves a shop on a listener, and closes it in order.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use anyhow::Context;
use axum::{
    http::{HeaderMap, HeaderValue, Request, StatusCode, header},
    response::IntoResponse,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::timeout,
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
/// What is being answered may take this long after the shop has closed.
const FINISH_WITHIN: Duration = Duration::from_secs(20);
/// So many at once are told that there is no place; others wait for that.
const MOST_REFUSALS: usize = 64;
/// And each of them has this long to hear it.
const REFUSE_WITHIN: Duration = Duration::from_secs(5);

/// Serves until `shutdown` is cancelled, then answers what is being waited for,
/// sends the sockets away, finishes what was begun, and closes the store.
///
/// # Errors
/// When the listener's address cannot be told.
pub async fn run(
    listener: TcpListener,
    shop: Shop,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let address = listener
        .local_addr()
        .context("cannot tell the listener's address")?;
    tracing::info!(%address, public_url = %shop.public_url(), "open");
    let router = router(&shop);
    let places = Arc::new(Semaphore::new(shop.0.most_connections));
    let refusals = Arc::new(Semaphore::new(MOST_REFUSALS));
    let open = &shop.0.connections;

    while let Some((stream, peer)) = accept(&listener, &shutdown).await {
        let visit = shop.0.limits.visit(direct_client(&shop, peer));
        match (Arc::clone(&places).try_acquire_owned(), visit) {
            (Ok(place), Ok(visit)) => {
                let place = Some(Arc::new(place));
                let peer = peer.ip();
                let surface = Surface::new(&shop, &router, Connection { peer, place });
                let closing = shop.0.closing.clone();
                open.spawn(async move {
                    serve(stream, surface, closing).await;
                    drop(visit);
                });
            }
            // Waiting for a refusal's place is what keeps those bounded, too.
            _ => {
                if let Ok(place) = Arc::clone(&refusals).acquire_owned().await {
                    open.spawn(async move {
                        let _ = timeout(REFUSE_WITHIN, turn_away(stream)).await;
                        drop(place);
                    });
                }
            }
        }
    }

    drop(listener);
    shop.0.closing.cancel();
    shop.0.push.close();
    open.close();
    if timeout(FINISH_WITHIN, open.wait()).await.is_err() {
        tracing::warn!("some connections did not finish in time");
    }
    shop.0.store.close().await;
    tracing::info!("closed");
    Ok(())
}

/// The next connection; none when it is time to close.
async fn accept(
    listener: &TcpListener,
    shutdown: &CancellationToken,
) -> Option<(TcpStream, SocketAddr)> {
    let next = async {
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
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    };
    tokio::select! {
        biased;
        () = shutdown.cancelled() => None,
        next = next => Some(next),
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

/// Answers one connection's requests until it ends, or until the shop closes.
async fn serve(stream: TcpStream, surface: Surface, closing: CancellationToken) {
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS_WITHIN)
            .serve_connection(TokioIo::new(stream), surface)
            .with_upgrades()
    );
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        () = closing.cancelled() => {
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
