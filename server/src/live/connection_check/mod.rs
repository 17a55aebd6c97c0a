//! The connection check, `/connection`: whether sockets, streams and waits get through a network
//! and its proxies.
//!
//! * `echo`: the WebSocket behind the page. `timed`: a stream in pieces, and a long wait.
//! * `request_origin`: what the server sees of a request. `counters`: what is counted.
//!
//! It is open to everyone, so it is limited: by rate, and by how many are open at once.

mod counters;
mod echo;
mod request_origin;
mod timed;

use std::sync::Arc;

use app::say;
use axum::{
    extract::{FromRequestParts, Request, State, ws::WebSocketUpgrade},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::task::task_tracker::TaskTrackerToken;

use super::upgrade;
use crate::{
    admission::{
        client::Client,
        concurrency::{ConcurrencyLimit, ConcurrencySlot},
        connection::Connection,
        rate_limits::{CHECKS_PER_MINUTE, RateLimit, RateLimited},
    },
    http::{origin, refusal::refuse},
    state::Shop,
    storefront::pages::render,
};
pub(crate) use counters::CheckCounters;
pub(crate) use timed::{stream, wait};

/// So many sockets, streams and waits of this kind at once, in all,
const MOST_AT_ONCE: usize = 64;
/// and of one client. A page has three of them.
const MOST_OF_ONE: u32 = 8;
/// The version of the protocol that everybody speaks.
const VERSION: HeaderValue = HeaderValue::from_static("13");

/// What the connection check is served with.
#[derive(Clone)]
pub(crate) struct CheckState {
    shop: Shop,
    rate: Arc<RateLimit>,
    places: Arc<Semaphore>,
    of_one: Arc<ConcurrencyLimit>,
    pub(crate) counters: Arc<CheckCounters>,
}

impl CheckState {
    pub(crate) fn new(shop: Shop) -> Self {
        Self {
            shop,
            rate: Arc::new(RateLimit::per_minute(CHECKS_PER_MINUTE)),
            places: Arc::new(Semaphore::new(MOST_AT_ONCE)),
            of_one: Arc::new(ConcurrencyLimit::new(MOST_OF_ONE)),
            counters: Arc::default(),
        }
    }
}

/// What a check holds while it goes on: its place among the checks and the connections, and
/// among those that closing waits for.
#[derive(Debug)]
struct CheckSlot {
    _place: OwnedSemaphorePermit,
    _of_one: Option<ConcurrencySlot>,
    _visit: Option<ConcurrencySlot>,
    _connection: Connection,
    _token: TaskTrackerToken,
}

impl CheckSlot {
    /// None where there is no place for it.
    fn begin(
        checks: &CheckState,
        client: Client,
        connection: &Connection,
        headers: &HeaderMap,
    ) -> Option<Self> {
        let place = Arc::clone(&checks.places).try_acquire_owned().ok()?;
        let of_one = match client {
            Client::Local => None,
            client => Some(checks.of_one.acquire(client).ok()?),
        };
        let named = connection.named_client(headers);
        Some(Self {
            _place: place,
            _of_one: of_one,
            _visit: checks.shop.0.connection_limit.acquire_for(named).ok()?,
            _connection: connection.clone(),
            _token: checks.shop.0.connections.token(),
        })
    }
}

/// Lets nobody check too often, nor the page of another site at all; tells who may what the
/// server sees of them.
pub(crate) async fn rate_limited(
    State(checks): State<CheckState>,
    client: Client,
    mut request: Request,
    next: Next,
) -> Response {
    let counters = &checks.counters;
    if !origin::is_same_origin(request.headers(), checks.shop.public_url()) {
        counters.refused_for_origin();
        let sentence = |language| say!(language, check.origin);
        return refuse(StatusCode::FORBIDDEN, sentence).into_response();
    }
    if let Err(RateLimited(wait)) = checks.rate.check(client) {
        counters.refused_too_often();
        let sentence = |language| say!(language, check.too_often);
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

/// The page, or the socket.
pub(crate) async fn page_or_socket(
    State(checks): State<CheckState>,
    client: Client,
    request: Request,
) -> Response {
    if !upgrade::is_wanted(request.headers()) {
        return render(State(checks.shop), request).await;
    }
    let (mut parts, _) = request.into_parts();
    if parts.headers.get(header::SEC_WEBSOCKET_VERSION) != Some(&VERSION) {
        let sentence = |language| say!(language, check.handshake);
        let mut refusal = refuse(StatusCode::UPGRADE_REQUIRED, sentence).into_response();
        let headers = refusal.headers_mut();
        headers.insert(header::SEC_WEBSOCKET_VERSION, VERSION);
        return refusal;
    }
    let Ok(upgrade) = WebSocketUpgrade::from_request_parts(&mut parts, &()).await else {
        let sentence = |language| say!(language, check.handshake);
        return refuse(StatusCode::BAD_REQUEST, sentence).into_response();
    };
    let connection = Connection::of(&parts.extensions);
    match CheckSlot::begin(&checks, client, connection, &parts.headers) {
        Some(slot) => echo::agree(&checks, upgrade, &parts, slot),
        None => full(&checks),
    }
}

/// There is no place for another just now.
fn full(checks: &CheckState) -> Response {
    checks.counters.refused_for_want_of_place();
    let refusal = refuse(StatusCode::SERVICE_UNAVAILABLE, |language| {
        say!(language, check.full)
    });
    later(refusal.into_response(), 5)
}

fn later(mut refusal: Response, seconds: u64) -> Response {
    let headers = refusal.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    refusal
}
