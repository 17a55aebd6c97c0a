//! The shopper's cookie.
//!
//! It is a random id and a signature, `HttpOnly` and `SameSite=Lax`, and is set with the first
//! page. A cookie that this shop has not signed, or has signed for other data, is replaced, and an
//! action that came with it is refused.

use axum::{
    extract::{Request, State},
    http::HeaderMap,
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, Key, SameSite, SignedCookieJar};
use shop::ShopperId;
use time::Duration;

use crate::config::PublicUrl;

/// As long as browsers keep a cookie: 400 days.
const MAX_AGE_DAYS: i64 = 400;

/// The cookie that names a shopper: what it is called, and the key that signs it.
#[derive(Clone)]
pub(crate) struct ShopperCookie {
    key: Key,
    name: &'static str,
    secure: bool,
}

impl ShopperCookie {
    /// The cookie of a shop. `secret` is the part of its data that signs cookies.
    pub(crate) fn new(secret: &[u8], public_url: &PublicUrl) -> Self {
        let secure = public_url.is_secure();
        Self {
            key: Key::from(secret),
            // `__Host-` binds the cookie to this very host; browsers take it over TLS only.
            name: if secure { "__Host-shopper" } else { "shopper" },
            secure,
        }
    }

    /// The shopper whom a request names by a cookie that this shop has signed.
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
            .max_age(Duration::days(MAX_AGE_DAYS));
        SignedCookieJar::new(self.key.clone()).add(cookie)
    }
}

/// Tells the handlers behind it whose request this is, and gives a cookie to
/// whoever has none that is valid.
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
    let shopper = random_shopper();
    // An action under a cookie that is not ours is not this new shopper's action.
    if !forged || request.method().is_safe() {
        request.extensions_mut().insert(shopper);
    }
    let response = next.run(request).await;
    (cookie.signed(shopper), response).into_response()
}

fn random_shopper() -> ShopperId {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).expect("the system has random numbers");
    ShopperId::from_bytes(bits)
}
