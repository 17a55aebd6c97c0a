//! The WebSocket handshake (RFC 6455, section 4.2).
//!
//! After it the connection leaves the HTTP library and its buffers, and goes to one of the event
//! loops of `push` as a bare socket.

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

/// The version that everybody speaks.
const VERSION: HeaderValue = HeaderValue::from_static("13");

/// Whether a request wants to become a stream. Other upgrades that a client may
/// offer, as curl does HTTP/2, are none of our business.
pub(crate) fn is_wanted(headers: &HeaderMap) -> bool {
    names(headers, &header::UPGRADE, "websocket")
}

/// A request that can become a stream.
pub(super) struct Handshake {
    accept: HeaderValue,
    upgrade: OnUpgrade,
}

impl Handshake {
    /// Takes what it needs out of the request.
    ///
    /// # Errors
    /// The answer to a request that wants a stream in a wrong way.
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
                accept: HeaderValue::from_str(&key).expect("base 64 fits into a header"),
                upgrade,
            }),
            _ => Err(Box::new(refuse(
                StatusCode::BAD_REQUEST,
                "This is not a WebSocket handshake: it needs HTTP/1.1, `Connection: Upgrade` and a key.",
            ))),
        }
    }

    /// Agrees, and hands the socket on once the answer has gone out.
    pub(super) fn agree(
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
            // Whoever leaves before it is there is no event.
            let Ok(upgraded) = upgrade.await else {
                return;
            };
            let parts = upgraded
                .downcast::<TokioIo<TcpStream>>()
                .expect("every connection is a TCP stream");
            let opened = UpgradedSocket {
                stream: parts.io.into_inner(),
                said: parts.read_buf.into(),
                shopper,
                following,
                newer,
                place,
            };
            if let Err(error) = push.adopt(opened) {
                tracing::error!(%error, "a socket cannot be handed on");
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

/// Whether one of the words in this header is that one.
fn names(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let values = headers.get_all(name).iter();
    let mut words = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    words.any(|named| named.trim().eq_ignore_ascii_case(word))
}
