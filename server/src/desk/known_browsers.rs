//! Browsers in which a member of staff has signed in before.

use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, Key, SameSite, SignedCookieJar};
use sha2::{Digest, Sha512};
use shop::StaffName;

use crate::{
    admission::shopper::LONGEST_COOKIE,
    config::PublicUrl,
    random::{hex, random_bytes},
};

/// The most names in one cookie: those of the latest sign-ins.
const MOST_NAMES: usize = 8;
/// Separates the browser's id and the names. No name contains it.
const BETWEEN: char = ':';

/// The cookie of known browsers, and the key that signs it.
///
/// A known browser keeps a signed cookie long after its session has ended. Attempts to sign in from
/// it have a limit of their own, so that strangers who try many passwords for a name cannot lock
/// out the person with that name (OWASP calls this a device cookie). The cookie gives no access.
pub(super) struct KnownBrowsers {
    key: Key,
    name: &'static str,
    secure: bool,
}

/// A browser with a valid cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KnownBrowser {
    /// A random id.
    pub(super) id: String,
    /// The names that have signed in with this browser, the latest first.
    names: Vec<String>,
}

impl KnownBrowser {
    /// A browser with this id, in which people with these names have signed in.
    #[cfg(test)]
    pub(super) fn of(id: &str, names: &[&str]) -> Self {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Self {
            id: id.to_owned(),
            names,
        }
    }

    /// Whether this member of staff has signed in here before.
    pub(super) fn knows(&self, name: &StaffName) -> bool {
        self.names.iter().any(|known| *known == name.as_str())
    }
}

impl KnownBrowsers {
    /// Derives the cookie's key from `secret`, the signing key in the shop's data.
    pub(super) fn new(secret: &[u8], public_url: &PublicUrl) -> Self {
        // No other cookie uses this key, because a signature does not cover the cookie's name.
        let key = Sha512::new()
            .chain_update(b"known browsers")
            .chain_update(secret)
            .finalize();
        let secure = public_url.is_secure();
        Self {
            key: Key::from(&key),
            name: match secure {
                true => "__Host-staff-browser",
                false => "staff-browser",
            },
            secure,
        }
    }

    /// The browser of a request, if its cookie is valid.
    pub(super) fn browser(&self, headers: &HeaderMap) -> Option<KnownBrowser> {
        let jar = SignedCookieJar::from_headers(headers, self.key.clone());
        let cookie = jar.get(self.name)?;
        let mut parts = cookie.value().split(BETWEEN).map(str::to_owned);
        Some(KnownBrowser {
            id: parts.next()?,
            names: parts.collect(),
        })
    }

    /// The cookie of a browser in which this member of staff has just signed in.
    pub(super) fn signed_in(
        &self,
        before: Option<KnownBrowser>,
        name: &StaffName,
    ) -> SignedCookieJar {
        let (id, mut names) = match before {
            Some(KnownBrowser { id, names }) => (id, names),
            None => (hex(&random_bytes::<16>()), Vec::new()),
        };
        names.retain(|known| known != name.as_str());
        names.insert(0, name.as_str().to_owned());
        names.truncate(MOST_NAMES);
        let value = format!("{id}{BETWEEN}{}", names.join(&BETWEEN.to_string()));
        let cookie = Cookie::build((self.name, value))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(self.secure)
            .max_age(LONGEST_COOKIE);
        SignedCookieJar::new(self.key.clone()).add(cookie)
    }
}

#[cfg(test)]
mod tests {
    use axum::{http::header, response::IntoResponse};

    use super::*;

    fn browsers(secret: u8) -> KnownBrowsers {
        KnownBrowsers::new(&[secret; 64], &"http://127.0.0.1:3000".parse().unwrap())
    }

    fn name(text: &str) -> StaffName {
        text.parse().unwrap()
    }

    /// The headers with which a browser returns the cookie that it was sent.
    fn returned(jar: SignedCookieJar) -> HeaderMap {
        let response = (jar, ()).into_response();
        let set = response.headers()[header::SET_COOKIE].to_str().unwrap();
        let (cookie, _) = set.split_once(';').unwrap();
        [(header::COOKIE, cookie.parse().unwrap())]
            .into_iter()
            .collect()
    }

    #[test]
    fn a_browser_knows_the_staff_who_have_signed_in() {
        let known = browsers(1);
        let headers = returned(known.signed_in(None, &name("ann")));
        let browser = known.browser(&headers).unwrap();
        assert!(browser.knows(&name("ann")) && !browser.knows(&name("ben")));
        let id = browser.id.clone();
        let headers = returned(known.signed_in(Some(browser), &name("ben")));
        let browser = known.browser(&headers).unwrap();
        assert!(browser.knows(&name("ann")) && browser.knows(&name("ben")));
        assert_eq!(browser.id, id);
    }

    #[test]
    fn a_cookie_of_another_shop_or_another_kind_is_not_valid() {
        let headers = returned(browsers(2).signed_in(None, &name("ann")));
        assert_eq!(browsers(1).browser(&headers), None);
        assert_eq!(browsers(1).browser(&HeaderMap::new()), None);
        let with_same_secret = SignedCookieJar::new(Key::from(&[1; 64]));
        let cookie = Cookie::build(("staff-browser", "0:ann")).path("/");
        let headers = returned(with_same_secret.add(cookie));
        assert_eq!(browsers(1).browser(&headers), None);
    }

    #[test]
    fn the_cookie_is_bounded() {
        let known = browsers(1);
        let mut browser = None;
        for number in 0..100 {
            let jar = known.signed_in(browser, &name(&format!("name{number}")));
            browser = known.browser(&returned(jar));
        }
        let browser = browser.unwrap();
        assert_eq!(browser.names.len(), MOST_NAMES);
        assert!(browser.knows(&name("name99")) && !browser.knows(&name("name0")));
    }
}
