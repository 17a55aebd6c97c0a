//! All routes of the server, in one list.
//!
//! The routes whose requests are counted for each client are in `counted`.

mod counted;

pub use counted::counted_paths;

use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use app::{
    book::ViewBook,
    cart::{ExtendHold, RemoveFromCart, ViewCart},
    layout::language_switch::SetLanguage,
    say,
    shelf::ViewShelf,
    waitlist::{AcceptOffer, StopWaiting, offers::ViewOffers},
};
use axum::{
    Router,
    body::Body,
    extract::State,
    http::{Extensions, HeaderMap, HeaderValue, Request, StatusCode, Uri, Version, header},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures::{FutureExt, future::ready as immediately};
use hyper::{body::Incoming, service::Service};
use leptos_axum::generate_route_list;
use shop::Language;
use tower::ServiceExt;
use tower_http::compression::{
    CompressionLayer,
    predicate::{DefaultPredicate, Predicate},
};

use crate::{
    admission::{
        code_guessing::limit_code_guessing,
        connection::Connection,
        order_grant::attach_grant,
        origin::{OwnPages, own_pages_only},
        shopper::identify,
    },
    desk::{desk, is_of_desk},
    http::{
        canonical_path::is_canonical,
        conformance::refuse_malformed,
        deadlines::{Exchange, TimedBody},
        error_pages::{internal_error, offline_page, offline_script, render_refusal, wants_html},
        language,
        refusal::refuse,
        security::{append_header, default_header, override_header, refuse_cross_site, secure},
        server_errors::first_part,
    },
    live::{LiveState, connection_check, live},
    ops::{metrics::metrics, readiness::ready},
    server::Server,
    state::Shop,
    storefront::{
        actions::{query, submit},
        buzz,
        covers::{drawn_cover, uploaded_cover},
        pages::{Streamed, render},
        search::search,
        sitemap,
    },
};

/// Requests with a non-canonical path are sent to this path, which has no page.
const UNKNOWN_PATH: &str = "/-";
/// Tells search engines what not to list.
const ROBOTS: header::HeaderName = header::HeaderName::from_static("x-robots-tag");
/// The service of one connection.
#[derive(Clone)]
pub(crate) struct ConnectionService {
    live: LiveState,
    router: Router,
    connection: Connection,
    exchange: Arc<Exchange>,
}

impl ConnectionService {
    pub(crate) fn new(
        server: &Server,
        router: &Router,
        connection: Connection,
        exchange: &Arc<Exchange>,
    ) -> Self {
        Self {
            live: server.live.clone(),
            router: router.clone(),
            connection,
            exchange: Arc::clone(exchange),
        }
    }
}

impl Service<Request<Incoming>> for ConnectionService {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    /// Answers a request. `/live`, where most clients wait, bypasses the router.
    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.exchange.begin_request();
        let exchange = Arc::clone(&self.exchange);
        let shop = self.live.shop.clone();
        let (method, part) = (request.method().clone(), first_part(request.uri()));
        let part: Box<str> = part.into();
        let finish = move |mut answer: Response| {
            shop.0.server_errors.note(&method, &part, answer.status());
            secure(answer.headers_mut(), shop.public_url());
            Ok(exchange.until_sent(last_if_leaving(&shop, answer)))
        };
        if let Err(refusal) = refuse_malformed(&request) {
            let (person, language) = asked_by(&request);
            let name = || self.live.shop.name();
            let answer = render_refusal(name, person, language, *refusal);
            return Box::pin(immediately(finish(answer)));
        }
        if request.uri().path() == "/live" {
            let answer = live(self.live.clone(), self.connection.clone(), request);
            return Box::pin(answer.map(finish));
        }
        Box::pin(self.routed(request).map(finish))
    }
}

impl ConnectionService {
    /// The answer of a route.
    fn routed(&self, request: Request<Incoming>) -> impl Future<Output = Response> + use<> {
        let mut request = request.map(|body| Body::new(TimedBody::new(body)));
        request.extensions_mut().insert(self.connection.clone());
        let (person, language) = asked_by(&request);
        request.extensions_mut().insert(language);
        if !is_canonical(request.uri().path()) {
            *request.uri_mut() = Uri::from_static(UNKNOWN_PATH);
        }
        let shop = self.live.shop.clone();
        let answer = self.router.clone().oneshot(request);
        async move {
            // Unwind safe: the state of the future is not used after a panic.
            let answer = match AssertUnwindSafe(answer).catch_unwind().await {
                Ok(Ok(answer)) => answer,
                Ok(Err(never)) => match never {},
                Err(_) => internal_error(),
            };
            render_refusal(|| shop.name(), person, language, answer)
        }
    }
}

/// Whether a person asked, and in which language.
fn asked_by<B>(request: &Request<B>) -> (bool, Language) {
    let headers = request.headers();
    (wants_html(headers), language::negotiate(headers))
}

/// Adds `Connection: close` while the shop is closing. An upgraded connection is closed in its own
/// way.
fn last_if_leaving(shop: &Shop, mut answer: Response) -> Response {
    if shop.0.leaving.load(Relaxed) && answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(header::CONNECTION, close);
    }
    answer
}

/// Compresses dynamic answers with gzip. Brotli would make them a twentieth smaller, but take ten
/// times as long: longer than the rest of the work for a page. The build compresses files.
///
/// Streamed answers are not compressed, because compression would buffer them.
fn compressed() -> CompressionLayer<impl Predicate> {
    let whole = |_: StatusCode, _: Version, _: &HeaderMap, about: &Extensions| {
        about.get::<Streamed>().is_none()
    };
    CompressionLayer::new()
        .gzip(true)
        .compress_when(DefaultPredicate::new().and(whole))
}

/// Every route except `/live`.
pub(crate) fn router(server: &Server) -> Router {
    let shop = &server.shop;
    let public_url = shop.public_url();

    // The app's route table names the pages. They are registered one by one, because Leptos' own
    // method would register the server functions a second time.
    let all = generate_route_list(app::routes::App);
    let (of_desk, all): (Vec<_>, Vec<_>) = all
        .iter()
        .map(|page| page.path())
        .filter(|path| !["/buzz", "/connection"].contains(path))
        .partition(|path| is_of_desk(path));
    let (of_orders, others): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|path| counted::is_of_orders(path));
    let pages = others
        .into_iter()
        .fold(Router::new(), |pages, path| pages.route(path, get(render)));

    // Orders are for those who have the code: private, not cached, and protected from guessing.
    let orders = counted::orders(&of_orders)
        .router
        .route_layer(from_fn_with_state(
            shop.0.code_guess_limit.clone(),
            limit_code_guessing,
        ))
        .route_layer(from_fn_with_state(
            shop.0.order_grants.clone(),
            attach_grant,
        ))
        .route_layer(override_header(header::CACHE_CONTROL, "private, no-store"))
        .route_layer(override_header(ROBOTS, "noindex, nofollow"));

    // The connection check, for everyone, with a rate limit.
    let rate_limited = || from_fn_with_state(server.checks.clone(), connection_check::rate_limited);
    let checked = counted::connection_check()
        .router
        .route_layer(rate_limited())
        .with_state(server.checks.clone());
    // These are not compressed, because compression would buffer the pieces.
    let paced = counted::timed_checks()
        .router
        .route_layer(rate_limited())
        .method_not_allowed_fallback(wrong_method)
        .with_state(server.checks.clone());

    // Searches that ask another service.
    let asked = counted::buzz_page()
        .router
        .route_layer(from_fn_with_state(shop.clone(), buzz::rate_limited));

    // Routes that identify the shopper and are compressed.
    let shopping = pages
        .merge(asked)
        .merge(orders)
        .merge(checked)
        .merge(counted::actions().router)
        .route("/api/book", get(query::<ViewBook>))
        .route("/api/shelf", get(query::<ViewShelf>))
        .route("/api/cart", get(query::<ViewCart>))
        .route("/api/offers", get(query::<ViewOffers>))
        .route("/api/remove_from_cart", post(submit::<RemoveFromCart>))
        .route("/api/extend_hold", post(submit::<ExtendHold>))
        .route("/api/stop_waiting", post(submit::<StopWaiting>))
        .route("/api/accept_offer", post(submit::<AcceptOffer>))
        .route("/api/set_language", post(submit::<SetLanguage>))
        .route("/api/{*unknown}", axum::routing::any(no_such_action))
        .fallback(render)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(shop.0.shopper_cookie.clone(), identify))
        // The answer depends on the cookie and the language.
        .layer(default_header(header::CACHE_CONTROL, "private, no-store"))
        .layer(append_header(header::VARY, "Accept-Language, Cookie"))
        .layer(refuse_cross_site(public_url))
        .layer(from_fn_with_state(OwnPages::of(public_url), own_pages_only))
        .layer(compressed());

    // Routes that are the same for everyone: no cookie is read or set.
    let public = Router::new()
        .route("/api/search", get(search))
        .route("/robots.txt", get(sitemap::robots))
        .route("/sitemap.xml", get(sitemap::index))
        .route("/sitemaps/{part}", get(sitemap::part))
        .method_not_allowed_fallback(wrong_method)
        .layer(compressed());

    let drawn = get(drawn_cover).with_state(shop.clone());
    let files = shop.0.site.routes(drawn);
    let files = files.layer(from_fn_with_state(shop.clone(), uploaded_cover));

    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics).with_state(server.metrics()))
        .route("/offline", get(offline))
        .route("/offline.js", get(offline_script))
        .merge(files)
        .method_not_allowed_fallback(wrong_method)
        .merge(public)
        .merge(paced)
        .merge(desk(&server.desk, &of_desk).layer(compressed()))
        .merge(shopping)
        // Caches may store an answer without `Cache-Control`, so the default forbids it.
        .layer(default_header(header::CACHE_CONTROL, "no-store"))
        .with_state(shop.clone())
}

async fn offline(State(shop): State<Shop>) -> impl IntoResponse {
    offline_page(&shop.name())
}

async fn no_such_action() -> impl IntoResponse {
    refuse(StatusCode::NOT_FOUND, |language| {
        say!(language, page.no_action)
    })
}

async fn wrong_method() -> impl IntoResponse {
    refuse(StatusCode::METHOD_NOT_ALLOWED, |language| {
        say!(language, page.wrong_method)
    })
}
