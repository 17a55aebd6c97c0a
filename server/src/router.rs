//! The whole HTTP surface, in one list.

use std::{convert::Infallible, pin::Pin};

use axum::{
    Router,
    extract::State,
    http::{Request, StatusCode, header},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures::FutureExt;
use hyper::{body::Incoming, service::Service};
use leptos_axum::generate_route_list;
use tower::ServiceExt;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::{
    Shop,
    api::{call, call_sparingly, refuse},
    client::Connection,
    live,
    metrics::metrics,
    pages::render,
    security::{always, cross_site},
    shopper::identify,
};

/// The shop, as one connection meets it.
#[derive(Clone)]
pub(crate) struct Surface {
    shop: Shop,
    router: Router,
    connection: Connection,
}

impl Surface {
    pub(crate) fn new(shop: &Shop, router: &Router, connection: Connection) -> Self {
        Self {
            shop: shop.clone(),
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
        let connection = self.connection.clone();
        if request.uri().path() == "/live" {
            let answer = live::live(self.shop.clone(), connection, request);
            return Box::pin(answer.map(Ok));
        }
        request.extensions_mut().insert(connection);
        Box::pin(self.router.clone().oneshot(request))
    }
}

/// Everything but `/live`.
pub(crate) fn router(shop: &Shop) -> Router {
    let public_url = shop.public_url().clone();

    // The app's own route table says which pages there are. Listed here one by one
    // rather than by Leptos, which would add the server functions a second time.
    let pages = generate_route_list(app::App)
        .iter()
        .fold(Router::new(), |pages, page| {
            pages.route(page.path(), get(render))
        });

    // What knows its shopper, and is worth compressing.
    let shopping = pages
        .route("/api/book", get(call))
        .route("/api/shelf", get(call))
        .route("/api/cart", get(call))
        .route("/api/order", get(call))
        .route("/api/add_to_cart", post(call_sparingly))
        .route("/api/set_quantity", post(call_sparingly))
        .route("/api/remove_from_cart", post(call))
        .route("/api/extend_hold", post(call))
        .route("/api/place_order", post(call))
        .route("/api/cancel_order", post(call))
        .route("/api/{*unknown}", axum::routing::any(no_such_action))
        .fallback(render)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(shop.clone(), identify))
        .layer(cross_site(&public_url))
        .layer(CompressionLayer::new());

    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .merge(shop.0.site.routes())
        .method_not_allowed_fallback(wrong_method)
        .merge(shopping)
        .layer(CatchPanicLayer::new())
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(always(header::REFERRER_POLICY, "same-origin"))
        .with_state(shop.clone())
}

/// Whether this instance should be sent shoppers.
async fn ready(State(shop): State<Shop>) -> impl IntoResponse {
    if shop.0.closing.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "closing");
    }
    // One read, however many books there are: whoever asks asks often.
    match shop.0.store.cookie_secret().await {
        Ok(_) => (StatusCode::OK, "ready"),
        Err(error) => {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the store cannot be read"
            );
            (StatusCode::SERVICE_UNAVAILABLE, "the store cannot be read")
        }
    }
}

async fn no_such_action() -> impl IntoResponse {
    refuse(
        StatusCode::NOT_FOUND,
        "There is no such action in this shop.",
    )
}

async fn wrong_method() -> impl IntoResponse {
    refuse(
        StatusCode::METHOD_NOT_ALLOWED,
        "This address does not answer to that method.",
    )
}
