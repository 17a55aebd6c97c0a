//! Accepts connections and serves the shop on them, until it is told to stop.

mod shutdown;

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
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use crate::{
    admission::{
        connection::Connection,
        connections::{Admission, Verdict},
    },
    http::{
        error_pages::{render_refusal, wants_html},
        language,
        refusal::refuse,
    },
    jobs::{Jobs, attend},
    router::{ConnectionService, router},
    server::Server,
};
use shutdown::HANDSHAKE_WITHIN;

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
    server: Server,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let address = listener
        .local_addr()
        .context("cannot tell the listener's address")?;
    tracing::info!(%address, public_url = %server.public_url(), "open");
    let shop = &server.shop;
    let (acceptor, open) = (Acceptor::of(&server), &shop.0.connections);
    let proxied = !server.trusted_proxies.is_empty();
    let jobs = Jobs::start(shop, server.mailer.as_ref(), &server.sampler);

    let push_failure = server.live.push.failure();
    let broken = tokio::select! {
        never = attend(&*shop.0.store) => match never {},
        () = acceptor.accept_until(&listener, shutdown.cancelled()) => None,
        () = shop.0.store.failed() => Some("the store cannot write any more"),
        () = push_failure.cancelled() => Some("the sockets are no longer served"),
    };
    if let Some(broken) = broken {
        tracing::error!("closing: {broken}");
    }

    shop.0.leaving.store(true, Relaxed);
    if proxied {
        acceptor
            .accept_until(&listener, sleep(NOTICED_WITHIN))
            .await;
    }
    acceptor.close(listener).await;
    shop.0.closing.cancel();
    server.live.push.close();
    open.close();
    if proxied {
        // Nobody is left, mostly: then there is nothing to wait for.
        let _ = timeout(KEPT_FOR, open.wait()).await;
    }
    acceptor.last_call.cancel();
    if timeout(FINISH_WITHIN, open.wait()).await.is_err() {
        tracing::warn!("some connections did not finish in time");
    }
    // Gone before the store is: whoever opens the shop next finds nobody in it.
    jobs.finish().await;
    shop.0.store.close().await;
    tracing::info!("closed");
    match broken {
        Some(broken) => bail!("{broken}, and only a new start helps"),
        None => Ok(()),
    }
}

/// Where connections come in.
struct Acceptor<'a> {
    server: &'a Server,
    router: Router,
    admission: Admission,
    /// Cancelled when connections are to end, at once where they are idle.
    last_call: CancellationToken,
}

impl<'a> Acceptor<'a> {
    fn of(server: &'a Server) -> Self {
        Self {
            server,
            router: router(server),
            admission: Admission::new(server.most_connections),
            last_call: CancellationToken::new(),
        }
    }

    /// Takes in whoever comes, until then.
    async fn accept_until(&self, listener: &TcpListener, until: impl Future<Output = ()>) {
        let mut until = pin!(until);
        loop {
            let (stream, peer) = tokio::select! {
                biased;
                () = &mut until => return,
                next = accept(listener) => next,
            };
            self.admit(stream, peer.ip());
        }
    }

    /// Takes in those who have come already, and nobody else.
    async fn close(&self, listener: TcpListener) {
        if let Err(error) = shutdown::refuse_new_connections(&listener) {
            tracing::warn!(%error, "connections go on beginning until the listener is closed");
        }
        self.accept_until(&listener, sleep(HANDSHAKE_WITHIN)).await;
        for (stream, peer) in shutdown::drain_backlog(listener) {
            self.admit(stream, peer.ip());
        }
    }

    fn admit(&self, stream: TcpStream, peer: IpAddr) {
        // A count that waits for a packet to fill is an old count.
        let _ = stream.set_nodelay(true);
        let (shop, proxies) = (&self.server.shop.0, &self.server.trusted_proxies);
        let (open, counters) = (&shop.connections, &self.server.live.counters);
        match self.admission.admit(peer, &shop.connection_limit, proxies) {
            Verdict::Admitted(place, visit) => {
                let connection = Connection {
                    peer,
                    trusted_proxies: Arc::clone(proxies),
                    place: Some(Arc::new(place)),
                    visit: visit.map(Arc::new),
                };
                let service = ConnectionService::new(self.server, &self.router, connection);
                open.spawn(serve(stream, service, self.last_call.clone()));
            }
            Verdict::Refused(refusal) => {
                counters.refused_for_want_of_place();
                open.spawn(async move {
                    let _ = timeout(REFUSE_WITHIN, refuse_connection(stream)).await;
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
async fn serve(stream: TcpStream, service: ConnectionService, last_call: CancellationToken) {
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS_WITHIN)
            .max_buf_size(LARGEST_HEAD)
            .serve_connection(TokioIo::new(stream), service)
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
async fn refuse_connection(stream: TcpStream) {
    let refusal = async |request: Request<Incoming>| {
        let sentence = |language| app::say!(language, page.full);
        let mut response = refuse(StatusCode::SERVICE_UNAVAILABLE, sentence).into_response();
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        let language = language::negotiate(request.headers());
        let person = wants_html(request.headers());
        Ok::<_, Infallible>(render_refusal(person, language, response))
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
    use crate::{config::Settings, http::site::Site};

    #[derive(Parser)]
    struct CommandLine {
        #[command(flatten)]
        settings: Settings,
    }

    async fn open(arguments: &[&str]) -> (tempfile::TempDir, TcpListener, Server) {
        let data = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(data.path(), opening_catalogue(), Options::default());
        let store = Arc::new(store.await.unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let settings = CommandLine::parse_from([&[""], arguments].concat()).settings;
        let site = Site::in_directory(data.path());
        let server = Server::new(store, &settings, site, address, 1_024)
            .await
            .unwrap();
        (data, listener, server)
    }

    /// A socket outlives the connection that the HTTP library knows, and counts as long.
    #[tokio::test]
    async fn a_socket_that_nobody_has_named_counts_for_its_address_until_it_closes() {
        const STREAM: &str = "GET /live?seen=small-hours:1 HTTP/1.1\r\nHost: x\r\n\
            Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        let (_data, listener, server) = open(&["--connections-per-address", "1"]).await;
        let acceptor = Acceptor::of(&server);
        let visitor = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));
        let come = async |what: &str| {
            let mut stream = TcpStream::connect(listener.local_addr().unwrap())
                .await
                .unwrap();
            let (here, _) = listener.accept().await.unwrap();
            acceptor.admit(here, visitor);
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
        server.live.push.close();
        server.shop.0.store.close().await;
    }

    /// Whoever supervises the process starts it again.
    #[tokio::test]
    async fn a_shop_whose_sockets_are_no_longer_served_closes_with_an_error() {
        let (_data, listener, server) = open(&[]).await;
        let failure = server.live.push.failure();
        let running = tokio::spawn(run(listener, server, CancellationToken::new()));
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
