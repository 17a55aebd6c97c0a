//! Every route under `/desk`, and the role that it needs.
//!
//! Routes are added through [`DeskRoutes`] only, which checks the role before each and records the
//! route in a list that a test goes through.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    handler::Handler,
    http::{Method, StatusCode, header},
    middleware::from_fn_with_state,
    response::IntoResponse,
    routing::{MethodRouter, get, post},
};
use leptos_axum::generate_route_list;
use shop::Role;

use super::{
    account, activity, announcements, books, clock, counter, dashboard, figures,
    gate::{gate, permit},
    imports, invitation, journal, legal, mail_settings, orders, people, sale, set_up, settings,
    sign_in::{sign_in, sign_out},
    state::DeskState,
    stock,
};
use crate::{
    admission::origin::{OwnPages, own_pages_only},
    http::{
        refusal::refuse,
        security::{append_header, override_header, refuse_cross_site},
    },
    storefront::pages::{render, render_streamed},
};

/// The path of the sign-in page and its form, which need no session. Attempts are counted for each
/// client.
pub(crate) const SIGN_IN: &str = "/desk/sign-in";
/// The path of the pages behind links. They need no session, and are counted like attempts to sign
/// in.
pub(crate) const INVITATION: &str = "/desk/invitation/{token}";
/// The path of the page behind the set-up link of a new shop. It needs no session, and is counted like
/// attempts to sign in.
pub(crate) const SET_UP: &str = "/desk/set-up/{token}";
/// The path of the form for one's own password, whose attempts are counted, too.
pub(crate) const NEW_PASSWORD: &str = "/desk/account/password";
/// What the page behind a link sends as `Referer`: nothing of its address but the origin. With less,
/// browsers would send no `Origin` with its form.
const REFERRER_OF_INVITATION: &str = "strict-origin";
/// The largest form body of the desk.
const LARGEST_FORM: usize = 64 * 1024;

/// A route that needs a session.
#[derive(Debug, Clone)]
pub struct DeskRoute {
    /// The request method.
    pub method: Method,
    /// The path, with parameters in braces.
    pub path: String,
    /// The role that it needs.
    pub role: Role,
}

/// Every route that needs a session, as registered in the router.
#[must_use]
pub fn routes() -> Vec<DeskRoute> {
    let pages = generate_route_list(app::routes::App);
    let pages: Vec<&str> = pages
        .iter()
        .map(|page| page.path())
        .filter(|path| is_of_desk(path))
        .collect();
    desk_routes(&pages).listed
}

/// Whether a path belongs to the desk.
pub(crate) fn is_of_desk(path: &str) -> bool {
    path == "/desk" || path.starts_with("/desk/")
}

/// The routes that need a session.
struct DeskRoutes {
    router: Router<DeskState>,
    listed: Vec<DeskRoute>,
}

/// All routes. `pages` are the app's pages under `/desk`; a page that is not listed here is for
/// owners only.
fn desk_routes(pages: &[&str]) -> DeskRoutes {
    let mut desk_routes = DeskRoutes {
        router: Router::new(),
        listed: Vec::new(),
    }
    .page("/desk", Role::Clerk)
    .get("/desk/operations", Role::Owner, dashboard::page)
    .get("/desk/glance.json", Role::Owner, dashboard::figures)
    .page("/desk/orders", Role::Clerk)
    .page("/desk/orders/pick-list", Role::Clerk)
    .page("/desk/orders/{code}", Role::Clerk)
    .page("/desk/orders/{code}/receipt", Role::Clerk)
    .post("/desk/orders/{code}/ready", Role::Clerk, orders::ready)
    .post(
        "/desk/orders/{code}/not-ready",
        Role::Clerk,
        orders::not_ready,
    )
    .post("/desk/orders/{code}/collect", Role::Clerk, orders::collect)
    .post("/desk/orders/{code}/cancel", Role::Clerk, orders::cancel)
    .post(
        "/desk/orders/{code}/send-mail",
        Role::Clerk,
        orders::send_mail_again,
    )
    .post(
        "/desk/orders/{code}/erase",
        Role::Clerk,
        orders::erase_contact,
    )
    .page("/desk/counter", Role::Clerk)
    .post("/desk/counter/sell", Role::Clerk, counter::sell)
    .page("/desk/counter/return", Role::Clerk)
    .post("/desk/counter/return", Role::Clerk, counter::take_return)
    .page("/desk/counter/receipts/{code}", Role::Clerk)
    .get("/desk/stock", Role::Clerk, books::list)
    .page("/desk/books/new", Role::Clerk)
    .post_up_to(
        books::LARGEST_FORM,
        "/desk/books/new",
        Role::Clerk,
        books::add,
    )
    .page("/desk/stock/{book}", Role::Clerk)
    .page("/desk/stock/{book}/edit", Role::Clerk)
    .post_up_to(
        books::LARGEST_FORM,
        "/desk/stock/{book}/edit",
        Role::Clerk,
        books::save,
    )
    .post_up_to(
        imports::LARGEST_BODY,
        "/desk/stock/{book}/cover",
        Role::Clerk,
        books::set_cover,
    )
    .post(
        "/desk/stock/{book}/reorder",
        Role::Clerk,
        books::set_reorder_point,
    )
    .post(
        "/desk/stock/{book}/file-price",
        Role::Clerk,
        stock::take_file_price,
    )
    .post("/desk/stock/{book}/restock", Role::Clerk, stock::restock)
    .post("/desk/stock/{book}/count", Role::Clerk, stock::count)
    .post("/desk/stock/{book}/price", Role::Clerk, stock::set_price)
    .post("/desk/stock/{book}/withdraw", Role::Clerk, stock::withdraw)
    .post("/desk/stock/{book}/sale", Role::Clerk, sale::set)
    .post(
        "/desk/stock/{book}/take-back",
        Role::Clerk,
        stock::take_back,
    )
    .get("/desk/buzz", Role::Clerk, render_streamed)
    .page("/desk/news", Role::Owner)
    .post("/desk/news", Role::Owner, announcements::announce)
    .post("/desk/news/withdraw", Role::Owner, announcements::withdraw)
    .page("/desk/activity", Role::Owner)
    .get("/desk/activity/stream", Role::Owner, activity::stream)
    .get("/desk/activity/export", Role::Owner, activity::export)
    .page("/desk/figures", Role::Owner)
    .get("/desk/figures/export", Role::Owner, figures::export)
    .page("/desk/journal", Role::Owner)
    .get("/desk/journal/export", Role::Owner, journal::export)
    .page("/desk/people", Role::Owner)
    .post("/desk/people", Role::Owner, people::invite)
    .page("/desk/people/{name}", Role::Owner)
    .post(
        "/desk/people/{name}",
        Role::Owner,
        people::make_password_link,
    )
    .post("/desk/people/{name}/role", Role::Owner, people::set_role)
    .post(
        "/desk/people/{name}/sign-out",
        Role::Owner,
        people::sign_out,
    )
    .post("/desk/people/{name}/remove", Role::Owner, people::remove)
    .post(
        "/desk/people/{name}/withdraw-link",
        Role::Owner,
        people::withdraw_link,
    )
    .page("/desk/account", Role::Clerk)
    .post(NEW_PASSWORD, Role::Clerk, account::change_password)
    .post(
        "/desk/account/sign-out-others",
        Role::Clerk,
        account::sign_out_others,
    )
    .page("/desk/settings", Role::Owner)
    .post("/desk/settings", Role::Owner, settings::save)
    .page("/desk/settings/legal", Role::Owner)
    .post_up_to(
        legal::LARGEST_FORM,
        "/desk/settings/legal",
        Role::Owner,
        legal::save,
    )
    .page("/desk/settings/mail", Role::Owner)
    .post("/desk/settings/mail", Role::Owner, mail_settings::save)
    .post("/desk/clock", Role::Owner, clock::accept)
    .post("/desk/sign-out", Role::Clerk, sign_out)
    .post("/desk/imports", Role::Owner, imports::begin)
    .post_up_to(
        imports::LARGEST_BODY,
        "/desk/imports/file",
        Role::Owner,
        imports::send_file,
    )
    .post_up_to(
        imports::LARGEST_BODY,
        "/desk/imports/covers",
        Role::Owner,
        imports::send_covers,
    )
    .get("/desk/imports/{id}/upload", Role::Owner, imports::upload)
    .get(
        "/desk/imports/{id}/standing",
        Role::Owner,
        imports::standing,
    )
    .post("/desk/imports/{id}/check", Role::Owner, imports::check)
    .post("/desk/imports/{id}/apply", Role::Owner, imports::apply)
    .post("/desk/imports/{id}/cancel", Role::Owner, imports::cancel);
    for page in pages {
        let listed = desk_routes.listed.iter();
        let mut shown = listed.filter(|one| one.method == Method::GET);
        let named = shown.any(|one| one.path == *page);
        if !named && ![SIGN_IN, INVITATION, SET_UP].contains(page) {
            desk_routes = desk_routes.page(page, Role::Owner);
        }
    }
    desk_routes
}

impl DeskRoutes {
    /// Adds a page of the app.
    fn page(self, path: &str, role: Role) -> Self {
        self.get(path, role, render)
    }

    /// Adds a `GET` route.
    fn get<T: 'static>(self, path: &str, role: Role, handler: impl Handler<T, DeskState>) -> Self {
        self.add(Method::GET, path, role, get(handler))
    }

    /// Adds a `POST` route.
    fn post<T: 'static>(self, path: &str, role: Role, handler: impl Handler<T, DeskState>) -> Self {
        self.add(Method::POST, path, role, post(handler))
    }

    /// Adds a `POST` route that accepts a larger body than other forms.
    pub(crate) fn post_up_to<T: 'static>(
        self,
        bytes: usize,
        path: &str,
        role: Role,
        handler: impl Handler<T, DeskState>,
    ) -> Self {
        let handler = post(handler).layer(DefaultBodyLimit::max(bytes));
        self.add(Method::POST, path, role, handler)
    }

    fn add(
        mut self,
        method: Method,
        path: &str,
        role: Role,
        handler: MethodRouter<DeskState>,
    ) -> Self {
        let handler = handler.route_layer(from_fn_with_state(role, permit));
        self.router = self.router.route(path, handler);
        self.listed.push(DeskRoute {
            method,
            path: path.to_owned(),
            role,
        });
        self
    }
}

/// The desk, as a part of the shop's router.
pub(crate) fn desk<S>(desk: &DeskState, pages: &[&str]) -> Router<S> {
    let referrer = override_header(header::REFERRER_POLICY, REFERRER_OF_INVITATION);
    let behind_links = get(invitation::page).post(invitation::accept);
    let behind_set_up_link = get(set_up::page).post(set_up::accept);
    desk_routes(pages)
        .router
        // Unknown paths also lead to the sign-in page, so that nobody can find out which exist.
        .route("/desk/{*unknown}", axum::routing::any(not_found))
        .route_layer(from_fn_with_state(desk.shop.clone(), gate))
        .route(SIGN_IN, get(render).post(sign_in))
        .route(INVITATION, behind_links.layer(referrer.clone()))
        .route(SET_UP, behind_set_up_link.layer(referrer))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(override_header(header::CACHE_CONTROL, "private, no-store"))
        .layer(override_header(
            header::HeaderName::from_static("x-robots-tag"),
            "noindex, nofollow",
        ))
        .layer(append_header(header::VARY, "Accept-Language, Cookie"))
        .layer(refuse_cross_site(desk.shop.public_url()))
        .layer(from_fn_with_state(
            OwnPages::of(desk.shop.public_url()),
            own_pages_only,
        ))
        .with_state(desk.clone())
}

async fn not_found() -> impl IntoResponse {
    refuse(StatusCode::NOT_FOUND, |language| {
        app::say!(language, page.not_found_more)
    })
}
