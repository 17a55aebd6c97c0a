//! The whole HTTP surface, in one list.

use std::{
    convert::Infallible, panic::AssertUnwindSafe, pin::Pin, sync::atomic::Ordering::Relaxed,
};

use app::say;
use axum::{
    Router,
    http::{Extensions, HeaderMap, HeaderValue, Request, StatusCode, Uri, Version, header},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures::FutureExt;
use hyper::{body::Incoming, service::Service};
use leptos_axum::generate_route_list;
use tower::ServiceExt;
use tower_http::compression::{
    CompressionLayer,
    predicate::{DefaultPredicate, Predicate},
};

use crate::{
    admission::{code_guessing::no_guessing, connection::Connection, shopper::identify},
    desk::{desk, is_of_desk},
    http::{
        canonical_path::is_plain,
        error_pages::{broken, is_person, offline, offline_script, shown_to},
        language,
        refusal::refuse,
        security::{also, always, cross_site, overriding},
    },
    live::{LiveState, connection_check, live},
    ops::{metrics::metrics, readiness::ready},
    server::Server,
    state::Shop,
    storefront::{
        actions::{call, call_sparingly},
        buzz,
        calendar::calendar,
        covers::{cover, sent_first},
        pages::{InPieces, render, render_in_pieces},
        search::search,
        sitemap,
    },
};

/// Where an address leads that is written in another way than any page's.
const NOWHERE: &str = "/-";
/// For whoever collects pages.
const ROBOTS: header::HeaderName = header::HeaderName::from_static("x-robots-tag");
/// The shop, as one connection meets it.
#[derive(Clone)]
pub(crate) struct Surface {
    live: LiveState,
    router: Router,
    connection: Connection,
}

impl Surface {
    pub(crate) fn new(server: &Server, router: &Router, connection: Connection) -> Self {
        Self {
            live: server.live.clone(),
            router: router.clone(),
            connection,
        }
    }
}

impl Service<Request<Incoming>> for Surface {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    /// `/live`, where most of all wait, and everything else.
    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        let (shop, connection) = (self.live.shop.clone(), self.connection.clone());
        if request.uri().path() == "/live" {
            let answer = live(self.live.clone(), connection, request);
            return Box::pin(answer.map(move |answer| Ok(last_if_leaving(&shop, answer))));
        }
        request.extensions_mut().insert(connection);
        let (person, language) = (
            is_person(request.headers()),
            language::asked_for(request.headers()),
        );
        request.extensions_mut().insert(language);
        if !is_plain(request.uri().path()) {
            *request.uri_mut() = Uri::from_static(NOWHERE);
        }
        let answer = self.router.clone().oneshot(request);
        Box::pin(async move {
            // Nothing of it is used after it has panicked.
            let answer = match AssertUnwindSafe(answer).catch_unwind().await {
                Ok(answer) => answer?,
                Err(_) => broken(),
            };
            Ok(last_if_leaving(&shop, shown_to(person, language, answer)))
        })
    }
}

/// Says so where an answer is its connection's last. A stream's connection is told otherwise.
fn last_if_leaving(shop: &Shop, mut answer: Response) -> Response {
    if shop.0.leaving.load(Relaxed) && answer.status() != StatusCode::SWITCHING_PROTOCOLS {
        let close = HeaderValue::from_static("close");
        answer.headers_mut().insert(header::CONNECTION, close);
    }
    answer
}

/// What is made for one request is compressed for one, by gzip: Brotli makes it a twentieth
/// smaller and takes ten times as long, longer than all the rest of a page. Files were
/// compressed by the build.
///
/// What comes in pieces is not: they would be gathered.
fn compressed() -> CompressionLayer<impl Predicate> {
    let whole = |_: StatusCode, _: Version, _: &HeaderMap, about: &Extensions| {
        about.get::<InPieces>().is_none()
    };
    CompressionLayer::new()
        .gzip(true)
        .compress_when(DefaultPredicate::new().and(whole))
}

/// Everything but `/live`.
pub(crate) fn router(server: &Server) -> Router {
    let shop = &server.shop;
    let public_url = shop.public_url().clone();

    // The app's own route table says which pages there are. Listed here one by one
    // rather than by Leptos, which would add the server functions a second time.
    let all = generate_route_list(app::routes::App);
    let (of_desk, all): (Vec<_>, Vec<_>) = all
        .iter()
        .map(|page| page.path())
        .filter(|path| !["/buzz", "/connection"].contains(path))
        .partition(|path| is_of_desk(path));
    let (of_orders, others): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|path| path.starts_with("/orders/"));
    let pages = |paths: Vec<&str>| {
        let none = Router::new();
        paths
            .into_iter()
            .fold(none, |pages, path| pages.route(path, get(render)))
    };

    // What a code opens: it is for whoever has it, kept by nobody, and not for guessing.
    let orders = pages(of_orders)
        .route("/orders/{code}/collect.ics", get(calendar))
        .route("/api/order", get(call))
        .route("/api/cancel_order", post(call))
        .route_layer(from_fn_with_state(shop.0.guesses.clone(), no_guessing))
        .route_layer(overriding(header::CACHE_CONTROL, "private, no-store"))
        .route_layer(overriding(ROBOTS, "noindex, nofollow"));

    // Whether anything gets through from there: for everyone, now and then.
    let sparingly = || from_fn_with_state(server.checks.clone(), connection_check::sparingly);
    let checked = Router::new()
        .route("/connection", get(connection_check::page_or_socket))
        .route_layer(sparingly())
        .with_state(server.checks.clone());
    // Not behind what compresses, which would gather the pieces.
    let paced = Router::new()
        .route("/connection/stream", get(connection_check::stream))
        .route("/connection/wait", get(connection_check::wait))
        .route_layer(sparingly())
        .method_not_allowed_fallback(wrong_method)
        .with_state(server.checks.clone());

    // What somebody else is asked.
    let asked = Router::new()
        .route("/buzz", get(render_in_pieces))
        .route_layer(from_fn_with_state(shop.clone(), buzz::sparingly));

    // What knows its shopper, and is worth compressing.
    let shopping = pages(others)
        .merge(asked)
        .route("/api/buzz", get(buzz::line))
        .merge(orders)
        .merge(checked)
        .route("/api/book", get(call))
        .route("/api/shelf", get(call))
        .route("/api/cart", get(call))
        .route("/api/add_to_cart", post(call_sparingly))
        .route("/api/set_quantity", post(call_sparingly))
        .route("/api/remove_from_cart", post(call))
        .route("/api/extend_hold", post(call))
        .route("/api/wait_for_copy", post(call_sparingly))
        .route("/api/stop_waiting", post(call))
        .route("/api/accept_offer", post(call))
        .route("/api/place_order", post(call))
        .route("/api/set_language", post(call))
        .route("/api/{*unknown}", axum::routing::any(no_such_action))
        .fallback(render)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(shop.0.shopper_cookie.clone(), identify))
        // It depends on whose cookie comes with it, and in which language it is asked for.
        .layer(always(header::CACHE_CONTROL, "private, no-store"))
        .layer(also(header::VARY, "Accept-Language, Cookie"))
        .layer(cross_site(&public_url))
        .layer(compressed());

    // The same for everybody: no cookie is read or set.
    let everybodys = Router::new()
        .route("/api/search", get(search))
        .route("/robots.txt", get(sitemap::robots))
        .route("/sitemap.xml", get(sitemap::index))
        .route("/sitemaps/{part}", get(sitemap::part))
        .method_not_allowed_fallback(wrong_method)
        .layer(compressed());

    let drawn = get(cover).with_state(shop.clone());
    let files = shop.0.site.routes(drawn);
    let files = files.layer(from_fn_with_state(shop.clone(), sent_first));

    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics).with_state(server.metrics()))
        .route("/offline", get(offline))
        .route("/offline.js", get(offline_script))
        .merge(files)
        .method_not_allowed_fallback(wrong_method)
        .merge(everybodys)
        .merge(paced)
        .merge(desk(&server.desk, &of_desk).layer(compressed()))
        .merge(shopping)
        // Whoever says nothing else of it: caches may keep what says nothing.
        .layer(always(header::CACHE_CONTROL, "no-store"))
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(always(header::REFERRER_POLICY, "same-origin"))
        .with_state(shop.clone())
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
