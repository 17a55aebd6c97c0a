//! Whether a request comes from one of our own pages.

use axum::http::{HeaderMap, header};

use crate::config::PublicUrl;

/// Whether a request comes from one of our own pages, or from a program. Browsers send `Origin`
/// wherever it matters; programs send none.
pub(crate) fn is_same_origin(headers: &HeaderMap, public_url: &PublicUrl) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else {
        return true;
    };
    let Ok(origin) = origin.to_str() else {
        return false;
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    origin == public_url.as_str() || (authority.is_some() && authority == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_origin_and_programs_are_accepted() {
        let shop: PublicUrl = "https://books.example".parse().unwrap();
        let ours = |origin: Option<&str>, host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            is_same_origin(&headers, &shop)
        };
        assert!(ours(None, "127.0.0.1:3000"));
        assert!(ours(Some("https://books.example"), "10.0.0.7:3000"));
        assert!(ours(Some("http://127.0.0.1:3000"), "127.0.0.1:3000"));
        for foreign in [
            "https://evil.example",
            "null",
            "",
            "https://books.example.evil",
            "http://127.0.0.1:3001",
        ] {
            assert!(!ours(Some(foreign), "127.0.0.1:3000"), "{foreign:?}");
        }
    }
}
