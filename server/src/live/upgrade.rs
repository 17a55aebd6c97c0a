//! Passes a socket on to the event loops.
//!
//! After the handshake, the connection leaves the HTTP library and its buffers, and goes to one of
//! the event loops of `push` as a plain socket.

use std::sync::Arc;

use axum::response::Response;
use hyper_util::rt::TokioIo;
use protocol::LiveMessage;
use shop::ShopperId;
use tokio::net::TcpStream;

use super::{
    LiveState,
    follow::LiveSubscription,
    push::{SocketGuard, UpgradedSocket},
};
use crate::{
    admission::client::Client, http::deadlines::TimedStream, websocket::handshake::Handshake,
};

/// Accepts the handshake, and hands the socket on once the answer has gone out.
pub(super) fn complete(
    handshake: Handshake,
    live: &LiveState,
    client: Client,
    shopper: Option<ShopperId>,
    following: LiveSubscription,
    newer: LiveMessage,
    place: SocketGuard,
) -> Response {
    let (response, upgrade) = handshake.switch();
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
            client,
            shopper,
            following,
            newer,
            place,
        };
        if let Err(error) = push.adopt(opened) {
            tracing::error!(%error, "cannot pass on a socket");
        }
    });
    response
}
