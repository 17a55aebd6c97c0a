//! Refuses requests that HTTP/1.1 (RFC 9112) forbids and the HTTP library accepts.

use app::say;
use axum::{
    http::{HeaderMap, HeaderValue, Request, StatusCode, Version, header},
    response::{IntoResponse, Response},
};

use super::refusal::refuse;
use crate::config::authority::Authority;

/// Refuses a request that violates the RFC, and closes its connection.
pub(crate) fn refuse_malformed<B>(request: &Request<B>) -> Result<(), Box<Response>> {
    let (status, sentence) = match () {
        () if !has_valid_host(request) => (
            StatusCode::BAD_REQUEST,
            (|language| say!(language, page.malformed)) as fn(_) -> _,
        ),
        // RFC 9112, section 6.1.
        () if !is_plainly_chunked(request.headers()) => (
            StatusCode::NOT_IMPLEMENTED,
            (|language| say!(language, page.no_coding)) as fn(_) -> _,
        ),
        () => return Ok(()),
    };
    let mut refusal = refuse(status, sentence).into_response();
    let close = HeaderValue::from_static("close");
    refusal.headers_mut().insert(header::CONNECTION, close);
    Err(Box::new(refusal))
}

/// Whether the request has exactly one valid `Host`, which only HTTP/1.0 may leave out (RFC 9112,
/// section 3.2). If the request line names a host too, it must be the same one.
fn has_valid_host<B>(request: &Request<B>) -> bool {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let Some(host) = hosts.next() else {
        return request.version() < Version::HTTP_11;
    };
    let host = host.to_str().ok().and_then(Authority::parse);
    let named = request.uri().authority();
    let named = named.map(|named| Authority::parse(named.as_str()));
    host.is_some() && hosts.next().is_none() && named.is_none_or(|named| named == host)
}

/// Whether no transfer coding but `chunked` is used.
fn is_plainly_chunked(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let chunked = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"chunked");
    codings.next().is_none_or(chunked) && codings.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The status of the refusal, or 200.
    fn status(version: Version, address: &str, headers: &[(header::HeaderName, &str)]) -> u16 {
        let mut request = Request::builder().version(version).uri(address);
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        match refuse_malformed(&request.body(()).unwrap()) {
            Ok(()) => 200,
            Err(refusal) => refusal.status().as_u16(),
        }
    }

    #[test]
    fn a_request_has_exactly_one_valid_host() {
        let host = |hosts: &[&str]| {
            let headers: Vec<_> = hosts.iter().map(|host| (header::HOST, *host)).collect();
            status(Version::HTTP_11, "/", &headers)
        };
        assert_eq!(host(&["books.example"]), 200);
        assert_eq!(host(&["127.0.0.1:3000"]), 200);
        for wrong in [
            &[] as &[&str],
            &[""],
            &["a b"],
            &["a/b"],
            &["u@a"],
            &["a:99999"],
            &["a", "a"],
            &["a", "b"],
        ] {
            assert_eq!(host(wrong), 400, "{wrong:?}");
        }
        assert_eq!(status(Version::HTTP_10, "/", &[]), 200);
        let two = [(header::HOST, "a"), (header::HOST, "b")];
        assert_eq!(status(Version::HTTP_10, "/", &two), 400);
    }

    #[test]
    fn the_host_in_an_absolute_address_is_the_same_as_in_the_header() {
        let full = |host| {
            status(
                Version::HTTP_11,
                "http://a.example/cart",
                &[(header::HOST, host)],
            )
        };
        assert_eq!(full("a.example"), 200);
        assert_eq!(full("A.example"), 200);
        assert_eq!(full("b.example"), 400);
        assert_eq!(full("a.example:81"), 400);
    }

    #[test]
    fn chunked_is_the_only_transfer_coding() {
        let coded = |codings: &[&str]| {
            let codings = codings
                .iter()
                .map(|coding| (header::TRANSFER_ENCODING, *coding));
            let headers: Vec<_> = codings.chain([(header::HOST, "a")]).collect();
            status(Version::HTTP_11, "/", &headers)
        };
        assert_eq!(coded(&["chunked"]), 200);
        assert_eq!(coded(&["Chunked"]), 200);
        for other in [
            &["gzip, chunked"] as &[&str],
            &["gzip", "chunked"],
            &["chunked, chunked"],
            &["identity"],
            &["xchunked"],
        ] {
            assert_eq!(coded(other), 501, "{other:?}");
        }
    }
}
