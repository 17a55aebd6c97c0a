//! Whether a request comes from one of our own pages.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::connection::Connection;
use crate::{
    config::{PublicUrl, authority::Authority},
    http::{refusal::refuse, single_header::only_text},
};

/// Whether a request comes from one of our own pages, or from a program. Browsers send `Origin`
/// wherever it matters; programs send none.
///
/// Pages loaded from a loopback address, or from the address the client has connected to, are ours
/// too. Any other name is refused even if `Origin` and `Host` agree, because the owner of a foreign
/// name can make it resolve to this server (DNS rebinding).
pub(crate) fn is_same_origin(
    headers: &HeaderMap,
    public_url: &PublicUrl,
    connection: &Connection,
) -> bool {
    if !headers.contains_key(header::ORIGIN) {
        return true;
    }
    let origin = only_text(headers, &header::ORIGIN);
    let host = only_text(headers, &header::HOST);
    origin.is_some_and(|origin| {
        origin == public_url.as_str() || is_here(origin, host, public_url, connection.local)
    })
}

/// Whether the page comes from the request's own host, and that host is ours.
fn is_here(origin: &str, host: Option<&str>, public_url: &PublicUrl, local: IpAddr) -> bool {
    let Some((scheme, named)) = origin.split_once("://") else {
        return false;
    };
    let Some(authority) = Authority::parse(named) else {
        return false;
    };
    let is_our_name = authority.host() == public_url.host()
        || authority.is_loopback()
        || authority.address() == Some(local.to_canonical());
    scheme == public_url.scheme() && Some(named) == host && is_our_name
}

/// The shortest time between two log lines about pages from other addresses.
const LOG_EVERY: Duration = Duration::from_secs(60 * 60);

/// Which pages are our own.
#[derive(Debug, Clone)]
pub(crate) struct OwnPages {
    public_url: PublicUrl,
    /// When a page from another address was last logged.
    logged_at: Arc<Mutex<Option<Instant>>>,
}

impl OwnPages {
    pub(crate) fn of(public_url: &PublicUrl) -> Self {
        Self {
            public_url: public_url.clone(),
            logged_at: Arc::default(),
        }
    }

    /// Logs which setting to change, if the page comes from the request's own host. The shop is
    /// then probably used at an address other than its public one.
    fn explain(&self, headers: &HeaderMap) {
        let origin = only_text(headers, &header::ORIGIN);
        let host = only_text(headers, &header::HOST);
        let named = origin.and_then(|origin| Some(origin.split_once("://")?.1));
        if named.is_none() || named != host || !self.is_time(Instant::now()) {
            return;
        }
        let public_url = &self.public_url;
        tracing::warn!(
            ?origin,
            %public_url,
            "a page was refused because it is not from the shop's public address: if shoppers use its \
             address, set --public-url (BURTS_PUBLIC_URL) to that"
        );
    }

    fn is_time(&self, now: Instant) -> bool {
        // Code that holds the lock cannot panic halfway through a change.
        let mut logged_at = self
            .logged_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let is_time = logged_at.is_none_or(|at| now.saturating_duration_since(at) >= LOG_EVERY);
        if is_time {
            *logged_at = Some(now);
        }
        is_time
    }
}

/// Lets requests through that change nothing, or that come from our own pages.
pub(crate) async fn own_pages_only(
    State(own): State<OwnPages>,
    request: Request,
    next: Next,
) -> Response {
    let (headers, connection) = (request.headers(), Connection::of(request.extensions()));
    if request.method().is_safe() || is_same_origin(headers, &own.public_url, connection) {
        return next.run(request).await;
    }
    own.explain(headers);
    refuse(StatusCode::FORBIDDEN, |language| {
        app::say!(language, page.cross_site)
    })
    .into_response()
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware::from_fn_with_state, routing::post};
    use tower::ServiceExt;

    use super::*;
    use crate::http::security::refuse_cross_site;

    /// Whether a page of this origin may send requests to this host. `shop` is the public address.
    fn is_allowed(shop: &str, origin: &[&str], host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        for origin in origin {
            headers.append(header::ORIGIN, origin.parse().unwrap());
        }
        let connection = Connection {
            local: "10.0.0.7".parse().unwrap(),
            ..Connection::for_test()
        };
        is_same_origin(&headers, &shop.parse().unwrap(), &connection)
    }

    const PLAIN: &str = "http://books.example";
    const SECURE: &str = "https://books.example";

    #[test]
    fn only_our_own_origin_and_programs_are_accepted() {
        assert!(is_allowed(SECURE, &[], "127.0.0.1:3000"), "a program");
        assert!(is_allowed(SECURE, &[SECURE], "books.example"));
        assert!(
            is_allowed(SECURE, &[SECURE], "10.0.0.7:3000"),
            "behind a proxy"
        );
        for foreign in [
            "https://evil.example",
            "null",
            "",
            "https://books.example.evil",
            "https://books.example:8443",
            "http://127.0.0.1:3001",
        ] {
            assert!(
                !is_allowed(SECURE, &[foreign], "127.0.0.1:3000"),
                "{foreign:?}"
            );
        }
        assert!(!is_allowed(SECURE, &[SECURE, SECURE], "books.example"));
    }

    #[test]
    fn a_page_from_one_of_our_hosts_may_send_requests_to_that_host() {
        for here in [
            "books.example:8080",
            "localhost:3000",
            "127.0.0.1:3000",
            "[::1]:3000",
            "10.0.0.7:3000",
        ] {
            let origin = format!("http://{here}");
            assert!(is_allowed(PLAIN, &[&origin], here), "{here}");
            assert!(!is_allowed(PLAIN, &[&origin], "127.0.0.1:1"), "{here}");
        }
    }

    #[test]
    fn a_foreign_name_that_resolves_here_is_refused() {
        for rebound in [
            "evil.example:3000",
            "10.0.0.8:3000",
            "localhost.evil.example",
        ] {
            let origin = format!("http://{rebound}");
            assert!(!is_allowed(PLAIN, &[&origin], rebound), "{rebound}");
        }
    }

    /// Sends a form from a page whose foreign name resolves to this server, through the router's
    /// cross-site layer, with or without the layer of this module. Returns the status.
    async fn status_of_a_rebound_form(with_own_pages_only: bool) -> StatusCode {
        let public_url = PLAIN.parse().unwrap();
        let form = Router::new()
            .route("/", post(|| async {}))
            .layer(refuse_cross_site(&public_url));
        let own = from_fn_with_state(OwnPages::of(&public_url), own_pages_only);
        let form = match with_own_pages_only {
            true => form.layer(own),
            false => form,
        };
        let rebound = Request::post("/")
            .header(header::HOST, "evil.example:3000")
            .header(header::ORIGIN, "http://evil.example:3000")
            .header("sec-fetch-site", "same-origin")
            .extension(Connection::for_test());
        let answer = form.oneshot(rebound.body(Body::empty()).unwrap()).await;
        answer.unwrap().status()
    }

    /// Control: to a browser, the page and the host of the request are one site.
    #[tokio::test]
    async fn without_own_pages_only_a_foreign_name_that_resolves_here_is_accepted() {
        assert_eq!(status_of_a_rebound_form(true).await, StatusCode::FORBIDDEN);
        assert_eq!(status_of_a_rebound_form(false).await, StatusCode::OK);
    }

    #[test]
    fn http_and_https_are_different_origins() {
        assert!(!is_allowed(SECURE, &[PLAIN], "books.example"));
        assert!(!is_allowed(
            SECURE,
            &["http://127.0.0.1:3000"],
            "127.0.0.1:3000"
        ));
        assert!(!is_allowed(PLAIN, &[SECURE], "books.example"));
    }
}
