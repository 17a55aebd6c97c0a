//! The shopper's cookie: a random id and a signature.

use app::server::WithoutCookie;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, Key, SameSite, SignedCookieJar};
use shop::ShopperId;
use time::Duration;

use crate::{config::PublicUrl, random::random_bytes};

/// The longest time for which browsers keep a cookie.
pub(crate) const LONGEST_COOKIE: Duration = Duration::days(400);

/// Headers that browsers send with every form and script request, and programs usually do not.
/// `Sec-Fetch-Mode` is not among them, because Node's `fetch` sends it too.
const BROWSER_HEADERS: [HeaderName; 3] = [
    header::ORIGIN,
    header::REFERER,
    HeaderName::from_static("sec-fetch-site"),
];

/// The name of the shopper's cookie, and the key that signs it.
///
/// The cookie is `HttpOnly` and `SameSite=Lax`, and set with the first page.
#[derive(Clone)]
pub(crate) struct ShopperCookie {
    key: Key,
    name: &'static str,
    secure: bool,
}

impl ShopperCookie {
    /// The cookie of a shop. `secret` is the signing key in the shop's data.
    pub(crate) fn new(secret: &[u8], public_url: &PublicUrl) -> Self {
        let secure = public_url.is_secure();
        Self {
            key: Key::from(secret),
            // `__Host-` binds the cookie to this host. Browsers accept it over TLS only.
            name: if secure { "__Host-shopper" } else { "shopper" },
            secure,
        }
    }

    /// The shopper in the request's cookie, if the signature is valid.
    pub(crate) fn shopper(&self, headers: &HeaderMap) -> Option<ShopperId> {
        let jar = SignedCookieJar::from_headers(headers, self.key.clone());
        jar.get(self.name)?.value().parse().ok()
    }

    fn is_in(&self, headers: &HeaderMap) -> bool {
        CookieJar::from_headers(headers).get(self.name).is_some()
    }

    fn signed(&self, shopper: ShopperId) -> SignedCookieJar {
        let cookie = Cookie::build((self.name, shopper.to_string()))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .max_age(LONGEST_COOKIE);
        SignedCookieJar::new(self.key.clone()).add(cookie)
    }
}

/// Adds the shopper to the request, and sets a cookie if the request has no valid one.
///
/// A cookie with an invalid signature (perhaps the data was replaced) is replaced, and an action
/// sent with it is refused. An action that a browser sends without a cookie is refused too: if the
/// browser keeps no cookies, the copies would be held for a shopper who can never come back. A
/// program gets its cookie with its first action.
pub(crate) async fn identify(
    State(cookie): State<ShopperCookie>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(shopper) = cookie.shopper(request.headers()) {
        request.extensions_mut().insert(shopper);
        return next.run(request).await;
    }

    let forged = cookie.is_in(request.headers());
    let browser = is_browser(request.headers());
    let shopper = ShopperId::from_bytes(random_bytes());
    if request.method().is_safe() || !(forged || browser) {
        request.extensions_mut().insert(shopper);
    } else if !forged {
        request.extensions_mut().insert(WithoutCookie);
    }
    let response = next.run(request).await;
    (cookie.signed(shopper), response).into_response()
}

fn is_browser(headers: &HeaderMap) -> bool {
    BROWSER_HEADERS
        .iter()
        .any(|name| headers.contains_key(name))
}
