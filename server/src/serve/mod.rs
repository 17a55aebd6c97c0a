//! Accepts connections and serves the shop on them until shutdown.

mod shutdown;
#[cfg(test)]
mod tests;

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
use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite},
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
        deadlines::{Exchange, IDLE, TAKEN_WITHIN, TimedStream},
        error_pages::{render_refusal, wants_html},
        language,
        refusal::refuse,
        security::secure,
        server_errors::first_part,
    },
    jobs::{self, Jobs},
    ops::log,
    router::{ConnectionService, router},
    server::Server,
    state::Shop,
};
use shutdown::HANDSHAKE_WITHIN;

/// The largest request head: twice that of a page that follows a hundred books.
const LARGEST_HEAD: usize = 16 * 1024;
/// How long connections from a proxy are accepted after `/readyz` starts to fail. The proxy has to
/// stop sending requests before the listener closes.
const NOT_READY_FOR: Duration = Duration::from_secs(1);
/// How long a proxy's idle connections are kept after the listener is closed. The proxy keeps them
/// for a shorter time (`keepalive_timeout 4s` in `deploy/`). If they were cut, a POST could be on
/// its way on one of them, and nobody would know whether it was carried out. Meanwhile every answer
/// says `Connection: close`, so that each connection ends with its next request.
const IDLE_KEPT_FOR: Duration = Duration::from_secs(5);
/// The time limit for unfinished answers after the shop has closed.
const FINISH_WITHIN: Duration = Duration::from_secs(11);
/// The time limit for closing the store. What was acknowledged is safe in any case.
const STORE_WITHIN: Duration = Duration::from_secs(7);
/// The time from the signal to the exit. The supervisor kills the process five seconds later
/// (`TimeoutStopSec` in `deploy/systemd`).
const EXIT_WITHIN: Duration = Duration::from_secs(30);
const _: () = {
    let drain = NOT_READY_FOR.as_millis()
        + HANDSHAKE_WITHIN.as_millis()
        + IDLE_KEPT_FOR.as_millis()
        + FINISH_WITHIN.as_millis()
        + jobs::FINISH_WITHIN.as_millis()
        + STORE_WITHIN.as_millis()
        + THREADS_WITHIN.as_millis()
        + log::FINISH_WITHIN.as_millis();
    assert!(drain <= EXIT_WITHIN.as_millis());
};

/// The time limit for work on blocking threads after everything is closed.
pub const THREADS_WITHIN: Duration = Duration::from_secs(1);

/// The time limits of the steps of closing that wait for clients and for the store.
#[derive(Debug, Clone, Copy)]
struct ClosingLimits {
    answers: Duration,
    store: Duration,
}

const CLOSING_LIMITS: ClosingLimits = ClosingLimits {
    answers: FINISH_WITHIN,
    store: STORE_WITHIN,
};

/// The time limit for sending a refusal.
const REFUSE_WITHIN: Duration = Duration::from_secs(5);

/// Serves until `shutdown` is cancelled; then answers waiting requests, disconnects the sockets,
/// finishes running work, and closes the store.
///
/// Behind a proxy this takes longer: see `NOT_READY_FOR` and `IDLE_KEPT_FOR`.
///
/// # Errors
/// If the listener's address is unavailable. Also if a task of the store or an event loop has
/// failed: everything is closed in order first, and the supervisor then restarts the process.
pub async fn run(
    listener: TcpListener,
    server: Server,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    run_within(CLOSING_LIMITS, listener, server, shutdown).await
}

/// The same with other time limits.
async fn run_within(
    limits: ClosingLimits,
    listener: TcpListener,
    server: Server,
    shutdown: CancellationToken,
) -> anyhow::Result<()> {
    let address = listener
        .local_addr()
        .context("cannot get the listener's address")?;
    tracing::info!(%address, public_url = %server.public_url(), "the shop is open");
    let shop = &server.shop;
    let (acceptor, open) = (Acceptor::of(&server), &shop.0.connections);
    let proxied = !server.trusted_proxies.is_empty();
    let jobs = Jobs::start(shop, server.mailer.as_ref(), &server.sampler);

    let push_failure = server.live.push.failure();
    let broken = tokio::select! {
        () = acceptor.accept_until(&listener, shutdown.cancelled()) => None,
        () = shop.0.store.failed() => Some("a task of the store has failed"),
        () = push_failure.cancelled() => Some("an event loop has failed"),
    };
    if let Some(broken) = broken {
        tracing::error!("closing: {broken}");
    }

    shop.0.leaving.store(true, Relaxed);
    if proxied {
        acceptor.accept_until(&listener, sleep(NOT_READY_FOR)).await;
    }
    acceptor.close(listener).await;
    shop.0.closing.cancel();
    server.live.push.close();
    open.close();
    if proxied {
        // Usually all connections end before the time is up.
        let _ = timeout(IDLE_KEPT_FOR, open.wait()).await;
    }
    acceptor.last_call.cancel();
    if timeout(limits.answers, open.wait()).await.is_err() {
        tracing::warn!("some connections did not finish in time");
    }
    // The jobs end before the store closes, so that the next process finds it unused.
    jobs.finish().await;
    if timeout(limits.store, shop.0.store.close()).await.is_err() {
        tracing::warn!("the store did not close in time");
    }
    tracing::info!("the shop is closed");
    match broken {
        Some(broken) => bail!("{broken}; restart the shop"),
        None => Ok(()),
    }
}

/// Accepts connections.
struct Acceptor<'a> {
    server: &'a Server,
    router: Router,
    admission: Admission,
    /// Cancelled when all connections have to end; idle ones then end at once.
    last_call: CancellationToken,
}

impl<'a> Acceptor<'a> {
    fn of(server: &'a Server) -> Self {
        Self {
            server,
            router: router(server),
            admission: Admission::new(server.most_connections, server.prefixes),
            last_call: CancellationToken::new(),
        }
    }

    /// Accepts connections until the future resolves.
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

    /// Closes the listener, and serves the connections that the system has already established.
    async fn close(&self, listener: TcpListener) {
        if let Err(error) = shutdown::refuse_new_connections(&listener) {
            tracing::warn!(%error, "new connections cannot be refused before the listener is closed");
        }
        self.accept_until(&listener, sleep(HANDSHAKE_WITHIN)).await;
        for (stream, peer) in shutdown::drain_backlog(listener) {
            self.admit(stream, peer.ip());
        }
    }

    fn admit(&self, stream: TcpStream, peer: IpAddr) {
        // Without this, the kernel may delay a change until a packet is full.
        let _ = stream.set_nodelay(true);
        // The system gives up on a client that reads nothing, even if the whole answer was written.
        let _ = SockRef::from(&stream).set_tcp_user_timeout(Some(TAKEN_WITHIN));
        let (shop, proxies) = (&self.server.shop.0, &self.server.trusted_proxies);
        let (open, counters) = (&shop.connections, &self.server.live.counters);
        match self.admission.admit(peer, &shop.connection_limit, proxies) {
            Verdict::Admitted(place, visit) => {
                let connection = Connection {
                    peer,
                    local: stream.local_addr().map_or(peer, |address| address.ip()),
                    trusted_proxies: Arc::clone(proxies),
                    prefixes: self.server.prefixes,
                    place: Some(Arc::new(place)),
                    visit: visit.map(Arc::new),
                };
                open.spawn(self.serve(stream, connection));
            }
            Verdict::Refused(refusal) => {
                counters.refused_without_room();
                let shop = self.server.shop.clone();
                open.spawn(async move {
                    let _ = timeout(REFUSE_WITHIN, refuse_connection(stream, &shop)).await;
                    drop(refusal);
                });
            }
            Verdict::Dropped => {
                counters.dropped_without_answer();
                drop(stream);
            }
        }
    }

    /// Serves one connection until it ends, or until the last call.
    fn serve<S>(&self, stream: S, connection: Connection) -> impl Future<Output = ()> + use<S>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let exchange = Arc::default();
        let timed = TimedStream::new(stream, Arc::clone(&exchange));
        self.serve_http(timed, connection, &exchange)
    }

    /// The same on a stream that already has its deadlines.
    fn serve_http<S>(
        &self,
        stream: S,
        connection: Connection,
        exchange: &Arc<Exchange>,
    ) -> impl Future<Output = ()> + use<S>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let service = ConnectionService::new(self.server, &self.router, connection, exchange);
        let stream = TokioIo::new(stream);
        let last_call = self.last_call.clone();
        async move {
            let mut connection = pin!(
                http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(IDLE)
                    .max_buf_size(LARGEST_HEAD)
                    .serve_connection(stream, service)
                    .with_upgrades()
            );
            let outcome = tokio::select! {
                outcome = connection.as_mut() => outcome,
                () = last_call.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            // Clients may disconnect at any time, so this is logged at the debug level only.
            if let Err(error) = outcome {
                tracing::debug!(%error, "a connection has broken");
            }
        }
    }
}

/// Accepts the next connection.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                // Usually the process is out of file descriptors. Connections that end free some.
                tracing::warn!(%error, "cannot accept a connection");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Refuses the first request of a connection, and closes it.
async fn refuse_connection(stream: TcpStream, shop: &Shop) {
    let refusal = async |request: Request<Incoming>| {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        let part = first_part(request.uri());
        shop.0.server_errors.note(request.method(), part, status);
        let sentence = |language| app::say!(language, page.full);
        let mut response = refuse(status, sentence).into_response();
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        let language = language::negotiate(request.headers());
        let person = wants_html(request.headers());
        let mut response = render_refusal(|| shop.name(), person, language, response);
        secure(response.headers_mut(), shop.public_url());
        Ok::<_, Infallible>(response)
    };
    let connection =
        http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(refusal));
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection has broken");
    }
}
