//! Who is asking: the shopper's cookie.
//!
//! The cookie is a random id and a signature, HttpOnly and SameSite=Lax. It is
//! given with the first page. One that we did not sign, or signed for another
//! shop's data, is replaced; what came with it is refused, not done.

use axum::{
    extract::{Request, State},
    http::HeaderMap,
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite, SignedCookieJar};
use shop::ShopperId;
use time::Duration;

use crate::{Shop, origin::PublicUrl};

/// As long as browsers keep a cookie: 400 days.
const MAX_AGE_DAYS: i64 = 400;

/// Tells the handlers behind it whose request this is, and gives a cookie to
/// whoever has none that is valid.
pub(crate) async fn identify(
    State(shop): State<Shop>,
    mut request: Request,
    next: Next,
) -> Response {
    let name = cookie_name(shop.public_url());
    if let Some(shopper) = known_shopper(&shop, request.headers()) {
        request.extensions_mut().insert(shopper);
        return next.run(request).await;
    }

    let forged = CookieJar::from_headers(request.headers())
        .get(name)
        .is_some();
    let shopper = random_shopper();
    // An action under a cookie that is not ours is not this new shopper's action.
    if !forged || request.method().is_safe() {
        request.extensions_mut().insert(shopper);
    }
    let response = next.run(request).await;
    let jar = SignedCookieJar::new(shop.0.cookie_key.clone()).add(cookie(
        name,
        shopper,
        shop.public_url().is_secure(),
    ));
    (jar, response).into_response()
}

/// Whose cookie it is, if it is one that this shop has given out.
pub(crate) fn known_shopper(shop: &Shop, headers: &HeaderMap) -> Option<ShopperId> {
    let jar = SignedCookieJar::from_headers(headers, shop.0.cookie_key.clone());
    let cookie = jar.get(cookie_name(shop.public_url()))?;
    cookie.value().parse().ok()
}

/// `__Host-` binds the cookie to this very host; browsers take it over TLS only.
fn cookie_name(public_url: &PublicUrl) -> &'static str {
    if public_url.is_secure() {
        "__Host-shopper"
    } else {
        "shopper"
    }
}

fn cookie(name: &'static str, shopper: ShopperId, secure: bool) -> Cookie<'static> {
    Cookie::build((name, shopper.to_string()))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .max_age(Duration::days(MAX_AGE_DAYS))
        .build()
}

fn random_shopper() -> ShopperId {
    let mut bits = [0; 16];
    getrandom::fill(&mut bits).expect("the system has random numbers");
    ShopperId::from_bytes(bits)
}
