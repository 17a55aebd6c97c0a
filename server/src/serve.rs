//! Serves a shop on a listener, and closes it in order.

use std::{convert::Infallible, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use axum::{
    http::{HeaderValue, Request, StatusCode, header},
    response::IntoResponse,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{
    Shop,
    api::refuse,
    client::Connection,
    door::{Door, Verdict},
    router::{Surface, router},
};

/// A client that takes longer to send its headers only holds a place. The same
/// clock ends connections that are kept alive and idle, so it is longer than the
/// 60 s after which proxies give those up by themselves.
const HEADERS_WITHIN: Duration = Duration::from_secs(75);
/// A request line and headers: twice what a page that follows a hundred books sends.
const LARGEST_HEAD: usize = 16 * 1024;
/// What is being answered may take this long after the shop has closed.
const FINISH_WITHIN: Duration = Duration::from_secs(20);
/// Whoever is told that there is no place has this long to hear it.
const REFUSE_WITHIN: Duration = Duration::from_secs(5);

/// Serves until `shutdown` is cancelled, then answers what is being waited for,
/// sends the sockets away, finishes what was begun, and closes the store.
///
/// # Errors
/// When the listener's address cannot be told, or a loop that serves the sockets has
/// failed: then the shop closes as well as it can, so that it can be opened anew.
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
    let door = Door::new(shop.0.most_connections);
    let open = &shop.0.connections;

    // Whichever comes first ends the day.
    let day = shutdown.child_token();
    let failure = shop.0.push.failure();
    let watcher = tokio::spawn(end_on_failure(day.clone(), failure.clone()));
    while let Some((stream, peer)) = accept(&listener, &day).await {
        let peer = peer.ip();
        match door.admit(peer, &shop.0.limits, &shop.0.trusted_proxies) {
            Verdict::Welcome(place, visit) => {
                let place = Some(Arc::new(place));
                let surface = Surface::new(&shop, &router, Connection { peer, place });
                let closing = shop.0.closing.clone();
                open.spawn(async move {
                    serve(stream, surface, closing).await;
                    drop(visit);
                });
            }
            Verdict::Refused(refusal) => {
                shop.0.counters.refused_for_want_of_place();
                open.spawn(async move {
                    let _ = timeout(REFUSE_WITHIN, turn_away(stream)).await;
                    drop(refusal);
                });
            }
            Verdict::Dropped => {
                shop.0.counters.refused_without_a_word();
                drop(stream);
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
    watcher.abort();
    tracing::info!("closed");
    ensure!(
        !failure.is_cancelled(),
        "a loop that serves the sockets has failed"
    );
    Ok(())
}

async fn end_on_failure(day: CancellationToken, failure: CancellationToken) {
    failure.cancelled().await;
    day.cancel();
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

/// Answers one connection's requests until it ends, or until the shop closes.
async fn serve(stream: TcpStream, surface: Surface, closing: CancellationToken) {
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

#[cfg(test)]
mod tests {
    use clap::Parser;
    use store::{Options, opening_catalogue, sqlite::SqliteStore};

    use super::*;
    use crate::{Site, config::Settings};

    #[derive(Parser)]
    struct CommandLine {
        #[command(flatten)]
        settings: Settings,
    }

    /// Whoever supervises the process starts it again.
    #[tokio::test]
    async fn a_shop_whose_sockets_are_no_longer_served_closes_with_an_error() {
        let data = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(data.path(), opening_catalogue(), Options::default());
        let store = Arc::new(store.await.unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let settings = CommandLine::parse_from([""]).settings;
        let site = Site::in_directory(data.path());
        let shop = Shop::new(store, &settings, site, address, 1_024)
            .await
            .unwrap();
        let failure = shop.0.push.failure();
        let running = tokio::spawn(run(listener, shop, CancellationToken::new()));
        failure.cancel();
        let outcome = timeout(FINISH_WITHIN, running).await.unwrap().unwrap();
        assert!(outcome.unwrap_err().to_string().contains("has failed"));
    }
}
