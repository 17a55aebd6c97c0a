//! The page from which a plain form was sent, and to which the browser is redirected.

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use protocol::ShopError;

use crate::http::{error_pages::wants_html, local_path::is_local};

/// The page of the form, without the notice of an earlier submission.
pub(super) struct FormPage(String);

impl FormPage {
    /// The page of the form, if the browser expects a page.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let text = |name| {
            headers
                .get(name)
                .and_then(|value: &HeaderValue| value.to_str().ok())
        };
        wants_html(headers).then(|| {
            let page = text(header::REFERER)
                .and_then(|referer| own_page(referer, text(header::HOST)?))
                .unwrap_or_else(|| "/".to_owned());
            Self(page)
        })
    }

    /// Redirects to where the server function says, or else back to the page. The cookies that the
    /// function has set are sent along.
    pub(super) fn onward(self, set: &HeaderMap) -> Response {
        let mut onward = match set.get(header::LOCATION) {
            Some(address) => {
                let location = [(header::LOCATION, address.clone())];
                (StatusCode::SEE_OTHER, location).into_response()
            }
            None => self.back(None),
        };
        let cookies = set.get_all(header::SET_COOKIE).iter();
        let cookies = cookies.map(|cookie| (header::SET_COOKIE, cookie.clone()));
        onward.headers_mut().extend(cookies);
        onward
    }

    /// Redirects back to the page, with a notice of the error.
    pub(super) fn back(self, error: Option<&ShopError>) -> Response {
        let mut page = self.0;
        if let Some(error) = error {
            page.push(if page.contains('?') { '&' } else { '?' });
            page.push_str(&error.to_query());
        }
        Redirect::to(&page).into_response()
    }
}

/// The query parameters of a notice.
const NOTICE_PARAMETERS: [&str; 2] = ["notice=", "gone="];

/// Path and query of one of our own pages; other addresses are ignored.
fn own_page(referer: &str, host: &str) -> Option<String> {
    let referer: Uri = referer.parse().ok()?;
    if referer.authority()?.as_str() != host || !is_local(referer.path_and_query()?.as_str()) {
        return None;
    }
    let query: Vec<&str> = referer
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| {
            !pair.is_empty() && !NOTICE_PARAMETERS.iter().any(|name| pair.starts_with(name))
        })
        .collect();
    Some(match query.as_slice() {
        [] => referer.path().to_owned(),
        pairs => format!("{}?{}", referer.path(), pairs.join("&")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_redirects_to_its_own_page_only() {
        let host = "127.0.0.1:3000";
        let back = |referer: &str| own_page(referer, host);
        assert_eq!(
            back("http://127.0.0.1:3000/books/x").as_deref(),
            Some("/books/x")
        );
        assert_eq!(
            back("http://127.0.0.1:3000/books/x?notice=sold_out&gone=b&q=a").as_deref(),
            Some("/books/x?q=a")
        );
        for foreign in [
            "http://evil.example/",
            "http://127.0.0.1:3000//evil.example",
            "http://127.0.0.1:3000/\\evil.example",
            "http://127.0.0.1:3000/\\/evil.example",
            "http://127.0.0.1:3000/x?q=\\",
            "javascript:x",
            "",
            "/books/x",
        ] {
            assert_eq!(back(foreign), None, "{foreign:?}");
        }
    }
}
