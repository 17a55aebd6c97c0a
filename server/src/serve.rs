//! Serves a shop on a listener, and closes it in order.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use anyhow::Context;
use axum::{Router, extract::ConnectInfo, http::Request};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::sync::CancellationToken;
use tower::{Service, util::MapRequest};

use crate::{Shop, router::router};

/// A client that takes longer to send its headers only holds a place. The same
/// clock ends connections that are kept alive and idle, so it is longer than the
/// 60 s after which proxies give those up by themselves.
const HEADERS_WITHIN: Duration = Duration::from_secs(75);
/// What is being answered may take this long after the shop has closed.
const FINISH_WITHIN: Duration = Duration::from_secs(20);

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
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN);
    let (closing, open) = (&shop.0.closing, &shop.0.connections);

    while let Some((stream, peer, place)) = accept(&listener, &places, &shutdown).await {
        let service = TowerToHyperService::new(told_peer(router.clone(), peer));
        let connection = builder
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let closing = closing.clone();
        open.spawn(async move {
            let mut connection = pin!(connection);
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
            drop(place);
        });
    }

    drop(listener);
    closing.cancel();
    open.close();
    if tokio::time::timeout(FINISH_WITHIN, open.wait())
        .await
        .is_err()
    {
        tracing::warn!("some connections did not finish in time");
    }
    shop.0.store.close().await;
    tracing::info!("closed");
    Ok(())
}

/// The shop, for a connection from this peer.
fn told_peer(
    router: Router,
    peer: SocketAddr,
) -> impl Service<
    Request<Incoming>,
    Response = axum::response::Response,
    Error = Infallible,
    Future: Send,
> + Clone {
    MapRequest::new(router, move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    })
}

/// The next connection, with its place; none when it is time to close.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
    shutdown: &CancellationToken,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let next = async {
        let place = Arc::clone(places).acquire_owned().await.ok()?;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => {
                    // A count that waits for a packet to fill is an old count.
                    let _ = stream.set_nodelay(true);
                    return Some((stream, peer, place));
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
        next = next => next,
    }
}
