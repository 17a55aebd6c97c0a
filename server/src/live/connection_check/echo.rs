//! A WebSocket that echoes text and binary messages, within the limits of the shop's sockets.
//!
//! There are few of them, so axum's own implementation will do. With `?report` it first says what
//! the server sees of the client, and then how long a ping took to come back: one line of JSON
//! each, `{"seen":…}` and `{"ping_ms":…}`.

use std::time::Duration;

use app::connection::origin::RequestOrigin;
use axum::{
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    http::request::Parts,
    response::Response,
};
use serde_json::json;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use tungstenite::Error;

use super::{CheckSlot, CheckState, counters::Ended};

/// The largest message, as in `/live`.
const LARGEST_MESSAGE: usize = 16 * 1024;
/// What is somewhat larger is heard to its end, so that its sender hears why it is sent away.
const LARGEST_HEARD: usize = 4 * LARGEST_MESSAGE;
/// A connection's own buffers: the library's would be 128 KiB each, and without an end.
const READ_BUFFER: usize = 4 * 1024;
const MOST_UNSENT: usize = 2 * LARGEST_HEARD;
/// How often the server asks whether the other end is there.
const PING_EVERY: Duration = Duration::from_secs(20);
/// Between two pings so much may be said, as in `/live`.
const MOST_SAID: u32 = 400;
/// A socket on which nothing is said is given up: somebody else may need the place.
const IDLE: Duration = Duration::from_secs(60);
/// And so is one that has been there for so long.
const LONGEST: Duration = Duration::from_secs(10 * 60);
/// Whoever does not read for so long is gone.
const SLOW_READER: Duration = Duration::from_secs(10);
/// How long a client has to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

/// How a conversation ends.
enum End {
    /// The client has left, or the line broke.
    Gone,
    /// The shop closes.
    Closing,
    /// The client is sent away.
    Sent(Ended, u16, &'static str),
}

/// Agrees to the handshake, and converses once the answer has gone out.
pub(super) fn agree(
    checks: &CheckState,
    upgrade: WebSocketUpgrade,
    parts: &Parts,
    slot: CheckSlot,
) -> Response {
    let asked = parts.uri.query().unwrap_or_default();
    let reports = asked.split('&').any(|part| part == "report");
    let arrival = parts.extensions.get::<RequestOrigin>().cloned();
    let checks = checks.clone();
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(MOST_UNSENT)
        .max_message_size(LARGEST_HEARD)
        .max_frame_size(LARGEST_HEARD)
        .on_upgrade(async move |socket| {
            let _held = slot;
            let counters = &checks.counters;
            counters.socket_opened();
            let mut conversation = Conversation {
                socket,
                to_report: arrival.filter(|_| reports),
                asked_at: None,
            };
            match conversation.hold(checks.shop.0.closing.cancelled()).await {
                End::Gone => conversation.part().await,
                End::Closing => {
                    let reason = "the shop is closing";
                    conversation.dismiss(close_code::RESTART, reason).await;
                }
                End::Sent(why, code, reason) => {
                    counters.ended(why);
                    conversation.dismiss(code, reason).await;
                }
            }
            counters.socket_closed();
        })
}

struct Conversation {
    socket: WebSocket,
    /// What is to be said of the client, where it wants to know; none once it was said.
    to_report: Option<RequestOrigin>,
    /// When the ping was sent whose way back is to be reported.
    asked_at: Option<Instant>,
}

impl Conversation {
    /// Says what it is told, until there is a reason to end.
    async fn hold(&mut self, closing: impl Future<Output = ()>) -> End {
        tokio::pin!(closing);
        let end = Instant::now() + LONGEST;
        let mut idle_at = Instant::now() + IDLE;
        let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut said = 0;
        if let Some(arrival) = self.to_report.take() {
            let seen = json!({ "seen": arrival }).to_string();
            if let Err(end) = self.say(Message::text(seen)).await {
                return end;
            }
            self.asked_at = Some(Instant::now());
        }
        // Before anything is heard: what is said is counted from here to the next one.
        if let Err(end) = self.ping().await {
            return end;
        }
        loop {
            let heard = tokio::select! {
                () = &mut closing => return End::Closing,
                () = sleep_until(end.min(idle_at)) => {
                    let reason = match Instant::now() < end {
                        true => "silent for too long",
                        false => "there for long enough",
                    };
                    return End::Sent(Ended::Over, close_code::POLICY, reason);
                }
                _ = pings.tick() => {
                    said = 0;
                    match self.ping().await {
                        Ok(()) => continue,
                        Err(end) => return end,
                    }
                }
                heard = self.socket.recv() => heard,
            };
            said += 1;
            if said > MOST_SAID {
                return End::Sent(Ended::Policy, close_code::POLICY, "too many messages");
            }
            let outcome = match heard {
                None | Some(Ok(Message::Close(_))) => return End::Gone,
                Some(Err(error)) => return blamed(error),
                // The library has answered it.
                Some(Ok(Message::Ping(_))) => {
                    idle_at = Instant::now() + IDLE;
                    Ok(())
                }
                Some(Ok(Message::Pong(_))) => self.report_ping().await,
                Some(Ok(message)) => {
                    if length(&message) > LARGEST_MESSAGE {
                        let reason = "the message is too large";
                        return End::Sent(Ended::TooLarge, close_code::SIZE, reason);
                    }
                    idle_at = Instant::now() + IDLE;
                    self.say(message).await
                }
            };
            if let Err(end) = outcome {
                return end;
            }
        }
    }

    async fn ping(&mut self) -> Result<(), End> {
        self.say(Message::Ping("check".into())).await
    }

    /// Says how long the first ping took, once.
    async fn report_ping(&mut self) -> Result<(), End> {
        let Some(asked_at) = self.asked_at.take() else {
            return Ok(());
        };
        let millis = asked_at.elapsed().as_secs_f64() * 1_000.0;
        let report = json!({ "ping_ms": (millis * 10.0).round() / 10.0 });
        self.say(Message::text(report.to_string())).await
    }

    /// Says it to the end: nothing is kept for whoever does not read.
    async fn say(&mut self, message: Message) -> Result<(), End> {
        match timeout(SLOW_READER, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Sent(
                Ended::SlowReader,
                close_code::POLICY,
                "slow reader",
            )),
        }
    }

    /// Says why it ends, and gives the client a while to say goodbye.
    async fn dismiss(&mut self, code: u16, reason: &'static str) {
        let farewell = Message::Close(Some(CloseFrame {
            code,
            reason: reason.into(),
        }));
        if matches!(
            timeout(GOODBYE, self.socket.send(farewell)).await,
            Ok(Ok(()))
        ) {
            self.part().await;
        }
    }

    /// Hears the client to its end, which sends what the library has answered it.
    async fn part(&mut self) {
        let goodbye = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        let _ = timeout(GOODBYE, goodbye).await;
    }
}

fn length(message: &Message) -> usize {
    match message {
        Message::Text(text) => text.len(),
        Message::Binary(bytes) => bytes.len(),
        Message::Ping(_) | Message::Pong(_) | Message::Close(_) => 0,
    }
}

/// Whether the client is to blame, and for what.
fn blamed(error: axum::Error) -> End {
    let error = error.into_inner();
    match error.downcast_ref::<Error>() {
        Some(Error::Capacity(_)) => {
            let reason = "the message is too large";
            End::Sent(Ended::TooLarge, close_code::SIZE, reason)
        }
        Some(Error::Utf8(_)) => {
            let reason = "text that is not UTF-8";
            End::Sent(Ended::NotUtf8, close_code::INVALID, reason)
        }
        // Whoever breaks off says so in this way too.
        Some(Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake)) => {
            End::Gone
        }
        Some(Error::Protocol(_)) => {
            let reason = "against the protocol";
            End::Sent(Ended::Malformed, close_code::PROTOCOL, reason)
        }
        _ => End::Gone,
    }
}
