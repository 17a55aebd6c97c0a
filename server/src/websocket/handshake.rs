//! The WebSocket handshake (RFC 6455, section 4.2).

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use hyper::upgrade::OnUpgrade;
use tungstenite::handshake::derive_accept_key;

use crate::http::single_header::only;

/// The version that all browsers use.
const VERSION: HeaderValue = HeaderValue::from_static("13");
const UPGRADE: HeaderValue = HeaderValue::from_static("upgrade");
const WEBSOCKET: HeaderValue = HeaderValue::from_static("websocket");

/// Whether a request asks for a WebSocket. Other upgrades, such as curl's offer of HTTP/2, are
/// ignored.
pub(crate) fn is_wanted(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::GET && names(headers, &header::UPGRADE, "websocket")
}

/// A valid handshake request.
pub(crate) struct Handshake {
    accept: HeaderValue,
    upgrade: OnUpgrade,
}

/// Why a request does not become a WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InvalidHandshake {
    /// It does not ask for a WebSocket, or asks for another version of the protocol.
    UpgradeRequired,
    /// It is not a complete handshake: it needs HTTP/1.1, `Connection: Upgrade`, and a key.
    Incomplete,
}

impl InvalidHandshake {
    /// Refuses the request. `body` makes the response for a status; the required headers are added.
    pub(crate) fn refuse(self, body: impl FnOnce(StatusCode) -> Response) -> Response {
        match self {
            Self::Incomplete => body(StatusCode::BAD_REQUEST),
            Self::UpgradeRequired => {
                let mut response = body(StatusCode::UPGRADE_REQUIRED);
                let headers = response.headers_mut();
                // RFC 9110, section 15.5.22.
                headers.insert(header::CONNECTION, UPGRADE);
                headers.insert(header::UPGRADE, WEBSOCKET);
                headers.insert(header::SEC_WEBSOCKET_VERSION, VERSION);
                response
            }
        }
    }
}

impl Handshake {
    /// Takes what the handshake needs from the request.
    ///
    /// # Errors
    /// [`InvalidHandshake`].
    pub(crate) fn of(parts: &mut Parts) -> Result<Self, InvalidHandshake> {
        let headers = &parts.headers;
        let version = only(headers, &header::SEC_WEBSOCKET_VERSION);
        if !is_wanted(&parts.method, headers) || version != Some(&VERSION) {
            return Err(InvalidHandshake::UpgradeRequired);
        }
        let key = only(headers, &header::SEC_WEBSOCKET_KEY)
            .map(HeaderValue::as_bytes)
            .filter(|key| is_key(key) && names(headers, &header::CONNECTION, "upgrade"))
            .map(derive_accept_key);
        match (key, parts.extensions.remove::<OnUpgrade>()) {
            (Some(key), Some(upgrade)) => Ok(Self {
                accept: HeaderValue::from_str(&key).expect("base64 is a valid header value"),
                upgrade,
            }),
            _ => Err(InvalidHandshake::Incomplete),
        }
    }

    /// Accepts the handshake. Returns the answer, and the connection after the answer has gone out.
    pub(crate) fn switch(self) -> (Response, OnUpgrade) {
        let headers = [
            (header::CONNECTION, UPGRADE),
            (header::UPGRADE, WEBSOCKET),
            (header::SEC_WEBSOCKET_ACCEPT, self.accept),
        ];
        let response = (StatusCode::SWITCHING_PROTOCOLS, headers, Body::empty());
        (response.into_response(), self.upgrade)
    }
}

/// Whether this is the base64 of sixteen bytes: 22 digits, of which the last has only two bits.
fn is_key(key: &[u8]) -> bool {
    let digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    match key {
        [digits @ .., last, b'=', b'='] => {
            digits.len() == 21 && digits.iter().all(digit) && b"AQgw".contains(last)
        }
        _ => false,
    }
}

/// Whether a header contains this token.
fn names(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let values = headers.get_all(name).iter();
    let mut words = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    words.any(|named| named.trim().eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_sixteen_bytes_in_base64() {
        assert!(is_key(b"dGhlIHNhbXBsZSBub25jZQ=="));
        for wrong in [
            "",
            "==",
            "dGhlIHNhbXBsZSBub25jZQ",
            "dGhlIHNhbXBsZSBub25j",
            "dGhlIHNhbXBsZSBub25jZQ= ",
            "dGhlIHNhbXBsZSBub25jZR==",
            "dGhlIHNhbXBsZSBub25j-Q==",
            "dGhlIHNhbXBsZSBub25jZWQxMQ==",
        ] {
            assert!(!is_key(wrong.as_bytes()), "{wrong:?}");
        }
    }
}
