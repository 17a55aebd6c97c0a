//! The WebSocket handshake (RFC 6455, section 4.2).
//!
//! After it, the connection leaves the HTTP library and its buffers, and goes to one of the event
//! loops of `push` as a plain socket.

use std::sync::Arc;

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use protocol::LiveMessage;
use shop::ShopperId;
use tokio::net::TcpStream;
use tungstenite::handshake::derive_accept_key;

use super::{
    LiveState,
    errors::refuse,
    follow::LiveSubscription,
    push::{SocketGuard, UpgradedSocket},
};
use crate::http::deadlines::TimedStream;

/// The WebSocket version that all browsers use.
const VERSION: HeaderValue = HeaderValue::from_static("13");

/// Whether a request asks for a WebSocket. Other upgrades, such as curl's offer of HTTP/2, are
/// ignored.
pub(crate) fn is_wanted(headers: &HeaderMap) -> bool {
    names(headers, &header::UPGRADE, "websocket")
}

/// A valid handshake request.
pub(super) struct Handshake {
    accept: HeaderValue,
    upgrade: OnUpgrade,
}

impl Handshake {
    /// Takes what the handshake needs from the request.
    ///
    /// # Errors
    /// The answer to an invalid handshake.
    pub(super) fn of(parts: &mut Parts) -> Result<Self, Box<Response>> {
        let headers = &parts.headers;
        if headers.get(header::SEC_WEBSOCKET_VERSION) != Some(&VERSION) {
            let sentence = "This address needs version 13 of the WebSocket protocol.";
            let mut response = refuse(StatusCode::UPGRADE_REQUIRED, sentence);
            let headers = response.headers_mut();
            headers.insert(header::SEC_WEBSOCKET_VERSION, VERSION);
            return Err(Box::new(response));
        }
        let key = headers
            .get(header::SEC_WEBSOCKET_KEY)
            .filter(|_| names(headers, &header::CONNECTION, "upgrade"))
            .map(|key| derive_accept_key(key.as_bytes()));
        let upgrade = parts.extensions.remove::<OnUpgrade>();
        match (key, upgrade) {
            (Some(key), Some(upgrade)) => Ok(Self {
                accept: HeaderValue::from_str(&key).expect("base64 is a valid header value"),
                upgrade,
            }),
            _ => Err(Box::new(refuse(
                StatusCode::BAD_REQUEST,
                "This is not a WebSocket handshake: it needs HTTP/1.1, `Connection: Upgrade` and a key.",
            ))),
        }
    }

    /// Agrees, and hands the socket on once the answer has gone out.
    pub(super) fn complete(
        self,
        live: &LiveState,
        shopper: Option<ShopperId>,
        following: LiveSubscription,
        newer: LiveMessage,
        place: SocketGuard,
    ) -> Response {
        let Self { accept, upgrade } = self;
        let push = Arc::clone(&live.push);
        tokio::spawn(async move {
            // A client that disconnects during the handshake is not reported.
            let Ok(upgraded) = upgrade.await else {
                return;
            };
            let parts = upgraded
                .downcast::<TokioIo<TimedStream<TcpStream>>>()
                .expect("every connection is a TCP stream with deadlines");
            let opened = UpgradedSocket {
                stream: parts.io.into_inner().into_inner(),
                said: parts.read_buf.into(),
                shopper,
                following,
                newer,
                place,
            };
            if let Err(error) = push.adopt(opened) {
                tracing::error!(%error, "cannot pass on a socket");
            }
        });
        let headers = [
            (header::CONNECTION, HeaderValue::from_static("upgrade")),
            (header::UPGRADE, HeaderValue::from_static("websocket")),
            (header::SEC_WEBSOCKET_ACCEPT, accept),
        ];
        (StatusCode::SWITCHING_PROTOCOLS, headers, Body::empty()).into_response()
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
