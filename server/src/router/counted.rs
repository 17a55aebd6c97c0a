//! The routes whose requests are counted for each client, with a limit.

use app::{
    cart::{AddToCart, SetQuantity},
    order::{CancelOrder, PlaceOrder, ViewOrder},
    waitlist::WaitForCopy,
};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{MethodRouter, get, post},
};
use leptos_axum::generate_route_list;

use crate::{
    desk::{INVITATION, NEW_PASSWORD, SET_UP, SIGN_IN},
    live::connection_check::{self, CheckState},
    state::Shop,
    storefront::{
        actions::{query, submit, submit_rate_limited},
        buzz,
        calendar::calendar,
        orders,
        pages::{render, render_streamed},
    },
};

/// The paths of all routes whose requests are counted for each client, with parameters in braces.
///
/// Each instance counts on its own. A proxy in front of several instances must therefore send all
/// requests of one network for these paths to the same instance. The paths are listed as the routes
/// are added, so that none is forgotten. `/live` is not among them: it counts only unknown order
/// codes, of which there are 2⁶⁰.
#[must_use]
pub fn counted_paths() -> Vec<String> {
    let pages = generate_route_list(app::routes::App);
    let pages = pages.iter().map(|page| page.path());
    let of_orders: Vec<&str> = pages.filter(|path| is_of_orders(path)).collect();
    [
        actions().paths,
        orders(&of_orders).paths,
        connection_check().paths,
        timed_checks().paths,
        buzz_page().paths,
        [SIGN_IN, INVITATION, SET_UP, NEW_PASSWORD]
            .map(str::to_owned)
            .to_vec(),
    ]
    .concat()
}

/// Whether a page is about orders.
pub(super) fn is_of_orders(path: &str) -> bool {
    path == "/orders" || path.starts_with("/orders/")
}

/// Counted routes, and their paths.
pub(super) struct CountedRoutes<S> {
    pub(super) router: Router<S>,
    paths: Vec<String>,
}

impl<S: Clone + Send + Sync + 'static> CountedRoutes<S> {
    fn new() -> Self {
        let (router, paths) = (Router::new(), Vec::new());
        Self { router, paths }
    }

    fn route(mut self, path: &str, handler: MethodRouter<S>) -> Self {
        self.paths.push(path.to_owned());
        self.router = self.router.route(path, handler);
        self
    }
}

/// Actions that may count: those that can take copies, and the line about buzz.
pub(super) fn actions() -> CountedRoutes<Shop> {
    CountedRoutes::new()
        .route("/api/add_to_cart", post(submit_rate_limited::<AddToCart>))
        .route(
            "/api/set_quantity",
            post(submit_rate_limited::<SetQuantity>),
        )
        .route(
            "/api/wait_for_copy",
            post(submit_rate_limited::<WaitForCopy>),
        )
        .route("/api/place_order", post(submit_rate_limited::<PlaceOrder>))
        .route("/api/buzz", get(buzz::line))
}

/// Orders, by their codes. `pages` are the app's pages of orders; those with a handler of their own are
/// listed below.
pub(super) fn orders(pages: &[&str]) -> CountedRoutes<Shop> {
    let answer = post(orders::show_contact).layer(DefaultBodyLimit::max(orders::LARGEST_ANSWER));
    pages
        .iter()
        .filter(|path| !["/orders", "/orders/{code}"].contains(*path))
        .fold(CountedRoutes::new(), |routes, path| {
            routes.route(path, get(render))
        })
        .route("/orders", get(orders::list))
        .route("/orders/{code}", get(render).merge(answer))
        .route("/orders/{code}/collect.ics", get(calendar))
        .route("/api/order", get(query::<ViewOrder>))
        .route("/api/cancel_order", post(submit::<CancelOrder>))
}

/// The connection check: its page and its socket.
pub(super) fn connection_check() -> CountedRoutes<CheckState> {
    CountedRoutes::new().route("/connection", get(connection_check::page_or_socket))
}

/// The parts of the connection check that take a while.
pub(super) fn timed_checks() -> CountedRoutes<CheckState> {
    CountedRoutes::new()
        .route("/connection/stream", get(connection_check::stream))
        .route("/connection/wait", get(connection_check::wait))
}

/// Searches that ask another service.
pub(super) fn buzz_page() -> CountedRoutes<Shop> {
    CountedRoutes::new().route("/buzz", get(render_streamed))
}
