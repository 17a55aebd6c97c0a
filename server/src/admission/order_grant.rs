//! The cookie of a browser that has said whose order it is. For a while, it sees the order's contact.

use std::time::{Duration, SystemTime};

use app::server::OrderGrant;
use axum::{
    extract::{Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use axum_extra::extract::cookie::{Cookie, Key, SameSite, SignedCookieJar};
use sha2::{Digest, Sha512};
use shop::OrderCode;

use crate::config::PublicUrl;

/// How long a browser sees the contact of an order that it has not placed.
const LASTS: Duration = Duration::from_secs(15 * 60);
/// Separates the order's code and the end of the grant, in seconds since 1970. No code contains it.
const BETWEEN: char = ':';

/// The name of the cookie, and the key that signs it. It is for one order, the last one.
#[derive(Clone)]
pub(crate) struct OrderGrants {
    key: Key,
    name: &'static str,
    secure: bool,
}

impl OrderGrants {
    /// Derives the cookie's key from `secret`, the signing key in the shop's data.
    pub(crate) fn new(secret: &[u8], public_url: &PublicUrl) -> Self {
        // No other cookie uses this key, because a signature does not cover the cookie's name.
        let key = Sha512::new()
            .chain_update(b"order grants")
            .chain_update(secret)
            .finalize();
        let secure = public_url.is_secure();
        Self {
            key: Key::from(&key),
            name: match secure {
                true => "__Host-order-contact",
                false => "order-contact",
            },
            secure,
        }
    }

    /// The order whose contact the sender of these headers may see now.
    pub(crate) fn granted(&self, headers: &HeaderMap, now: SystemTime) -> Option<OrderCode> {
        let jar = SignedCookieJar::from_headers(headers, self.key.clone());
        let cookie = jar.get(self.name)?;
        let (code, end) = cookie.value().split_once(BETWEEN)?;
        let end: u64 = end.parse().ok()?;
        let code = code.parse().ok()?;
        (seconds(now) < end).then_some(code)
    }

    /// The cookie with which a browser sees the contact of this order.
    pub(crate) fn grant(&self, code: OrderCode, now: SystemTime) -> SignedCookieJar {
        let end = seconds(now + LASTS);
        let cookie = Cookie::build((self.name, format!("{code}{BETWEEN}{end}")))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .max_age(time::Duration::try_from(LASTS).unwrap_or(time::Duration::ZERO));
        SignedCookieJar::new(self.key.clone()).add(cookie)
    }
}

/// Adds the order that the browser may see to the request.
pub(crate) async fn attach_grant(
    State(grants): State<OrderGrants>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(code) = grants.granted(request.headers(), SystemTime::now()) {
        request.extensions_mut().insert(OrderGrant(code));
    }
    next.run(request).await
}

fn seconds(at: SystemTime) -> u64 {
    let since = at.duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use axum::{http::header, response::IntoResponse};

    use super::*;

    fn grants(secret: u8) -> OrderGrants {
        OrderGrants::new(&[secret; 64], &"http://127.0.0.1:3000".parse().unwrap())
    }

    /// The headers with which a browser returns the cookie that it was sent.
    fn returned(jar: SignedCookieJar) -> HeaderMap {
        let response = (jar, ()).into_response();
        let set = response.headers()[header::SET_COOKIE].to_str().unwrap();
        let (cookie, attributes) = set.split_once(';').unwrap();
        assert!(attributes.contains("HttpOnly") && attributes.contains("SameSite=Lax"));
        [(header::COOKIE, cookie.parse().unwrap())]
            .into_iter()
            .collect()
    }

    #[test]
    fn a_grant_is_for_one_order_and_a_quarter_of_an_hour() {
        let (code, now) = (OrderCode::from_bits(77), SystemTime::now());
        let headers = returned(grants(1).grant(code, now));
        let granted = |after: Duration| grants(1).granted(&headers, now + after);
        assert_eq!(granted(Duration::ZERO), Some(code));
        assert_eq!(granted(LASTS - Duration::from_secs(2)), Some(code));
        assert_eq!(granted(LASTS + Duration::from_secs(2)), None);
    }

    #[test]
    fn a_grant_of_another_shop_or_without_a_signature_is_worth_nothing() {
        let (code, now) = (OrderCode::from_bits(77), SystemTime::now());
        let headers = returned(grants(1).grant(code, now));
        assert_eq!(grants(2).granted(&headers, now), None);
        let forged = format!("order-contact={code}:9000000000");
        let forged = [(header::COOKIE, forged.parse().unwrap())];
        assert_eq!(grants(1).granted(&forged.into_iter().collect(), now), None);
    }
}
