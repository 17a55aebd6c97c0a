//! The connection check, `/connection`: whether WebSockets, streams and long polls get through a
//! network and its proxies. It is open to everyone, so it is limited: by rate, and by how many
//! checks run at once.

/// Metrics.
mod counters;
/// The WebSocket behind the page.
mod echo;
/// What the server sees of a request.
mod request_origin;
/// A stream in pieces, and a long wait.
mod timed;

use std::sync::Arc;

use app::say;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::{
    admission::{
        client::Client,
        concurrency::{ConcurrencyLimit, ConcurrencySlot},
        connection::Connection,
        origin,
        rate_limits::{CHECKS_PER_MINUTE, RateLimit, RateLimited},
    },
    http::refusal::refuse,
    state::Shop,
    storefront::pages::render,
    websocket::handshake::{Handshake, is_wanted},
};
pub(crate) use counters::CheckCounters;
pub(crate) use timed::{stream, wait};

/// The most sockets, streams and waits that may be open at once, in total.
const MOST_AT_ONCE: usize = 64;
/// The most that one client may have open at once. A page has three.
const MOST_PER_CLIENT: u32 = 8;

/// The state of the connection check.
#[derive(Clone)]
pub(crate) struct CheckState {
    shop: Shop,
    rate: Arc<RateLimit>,
    places: Arc<Semaphore>,
    per_client: Arc<ConcurrencyLimit>,
    pub(crate) counters: Arc<CheckCounters>,
}

impl CheckState {
    pub(crate) fn new(shop: Shop) -> Self {
        Self {
            shop,
            rate: Arc::new(RateLimit::per_minute(CHECKS_PER_MINUTE)),
            places: Arc::new(Semaphore::new(MOST_AT_ONCE)),
            per_client: Arc::new(ConcurrencyLimit::new(MOST_PER_CLIENT)),
            counters: Arc::default(),
        }
    }
}

/// What a check holds while it runs: its places under the limits, and a token. Shutdown waits until
/// the token is dropped.
#[derive(Debug)]
struct CheckSlot {
    _place: OwnedSemaphorePermit,
    _per_client: Option<ConcurrencySlot>,
    _visit: Option<ConcurrencySlot>,
    _connection: Connection,
    _token: TaskTrackerToken,
}

impl CheckSlot {
    /// Takes the places, or returns `None` if there is no room.
    fn begin(
        checks: &CheckState,
        client: Client,
        connection: &Connection,
        headers: &HeaderMap,
    ) -> Option<Self> {
        let place = Arc::clone(&checks.places).try_acquire_owned().ok()?;
        let per_client = match client {
            Client::Local => None,
            client => Some(checks.per_client.acquire(client).ok()?),
        };
        let named = connection.named_client(headers);
        Some(Self {
            _place: place,
            _per_client: per_client,
            _visit: checks.shop.0.connection_limit.acquire_for(named).ok()?,
            _connection: connection.clone(),
            _token: checks.shop.0.connections.token(),
        })
    }
}

/// Applies the rate limit, and refuses requests from other sites. Adds what the server sees of the
/// client to the request.
pub(crate) async fn rate_limited(
    State(checks): State<CheckState>,
    client: Client,
    mut request: Request,
    next: Next,
) -> Response {
    let counters = &checks.counters;
    let connection = Connection::of(request.extensions());
    if !origin::is_same_origin(request.headers(), checks.shop.public_url(), connection) {
        counters.refused_for_origin();
        let sentence = |language| say!(language, connection.origin);
        return refuse(StatusCode::FORBIDDEN, sentence).into_response();
    }
    if let Err(RateLimited(wait)) = checks.rate.check(client) {
        counters.refused_too_often();
        let sentence = |language| say!(language, connection.too_often);
        let refusal = refuse(StatusCode::TOO_MANY_REQUESTS, sentence);
        return later(refusal.into_response(), wait.as_secs() + 1);
    }
    let connection = Connection::of(request.extensions());
    let arrival = request_origin::of(
        connection.peer,
        request.headers(),
        request.version(),
        &connection.trusted_proxies,
    );
    request.extensions_mut().insert(arrival);
    next.run(request).await
}

/// Answers with the page, or with the socket for a WebSocket handshake.
pub(crate) async fn page_or_socket(
    State(checks): State<CheckState>,
    client: Client,
    request: Request,
) -> Response {
    if !is_wanted(request.method(), request.headers()) {
        return render(State(checks.shop), request).await;
    }
    let (mut parts, _) = request.into_parts();
    let handshake = match Handshake::of(&mut parts) {
        Ok(handshake) => handshake,
        Err(wrong) => {
            let sentence = |language| say!(language, connection.handshake);
            return wrong.refuse(|status| refuse(status, sentence).into_response());
        }
    };
    let connection = Connection::of(&parts.extensions);
    match CheckSlot::begin(&checks, client, connection, &parts.headers) {
        Some(slot) => echo::accept(&checks, handshake, &parts, slot),
        None => full(&checks),
    }
}

/// Refuses a check because too many are running.
fn full(checks: &CheckState) -> Response {
    checks.counters.refused_without_room();
    let refusal = refuse(StatusCode::SERVICE_UNAVAILABLE, |language| {
        say!(language, connection.full)
    });
    later(refusal.into_response(), 5)
}

fn later(mut refusal: Response, seconds: u64) -> Response {
    let headers = refusal.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    refusal
}
