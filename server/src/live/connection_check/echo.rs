//! A WebSocket that echoes text and binary messages, within the limits of the shop's sockets.
//!
//! There are few of them, so axum's own implementation is good enough. With `?report` it first
//! sends what the server sees of the client, and then how long a ping took to come back: one line
//! of JSON each, `{"seen":…}` and `{"ping_ms":…}`.

use std::time::Duration;

use app::connection::origin::RequestOrigin;
use axum::{
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    http::request::Parts,
    response::Response,
};
use protocol::EchoReport;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use tungstenite::Error;

use super::{CheckSlot, CheckState, counters::Ended};

/// The largest message, as in `/live`.
const LARGEST_MESSAGE: usize = 16 * 1024;
/// Somewhat larger messages are read to the end, so that the client receives the reason for the
/// close.
const LARGEST_HEARD: usize = 4 * LARGEST_MESSAGE;
/// The buffers of a connection. The library's defaults are 128 KiB for reading and no limit for
/// writing.
const READ_BUFFER: usize = 4 * 1024;
const MOST_UNSENT: usize = 2 * LARGEST_HEARD;
/// How often the server pings the client.
const PING_EVERY: Duration = Duration::from_secs(20);
/// The frames that a client may send between two pings, as in `/live`.
const MOST_FRAMES: u32 = 400;
/// An idle socket is closed after this time, to make room for others.
const IDLE: Duration = Duration::from_secs(60);
/// Any socket is closed after this time.
const LONGEST: Duration = Duration::from_secs(10 * 60);
/// A client that does not read for this long is disconnected.
const SLOW_READER: Duration = Duration::from_secs(10);
/// How long a client has to answer the close frame.
const GOODBYE: Duration = Duration::from_secs(5);

/// Why a socket ends.
enum End {
    /// The client has disconnected.
    Gone,
    /// The shop is closing.
    Closing,
    /// The shop closes the socket.
    Closed(Ended, u16, &'static str),
}

/// Accepts the handshake, and echoes once the answer has been sent.
pub(super) fn accept(
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
            let mut conversation = Echo {
                socket,
                to_report: arrival.filter(|_| reports),
                asked_at: None,
            };
            match conversation.run(checks.shop.0.closing.cancelled()).await {
                End::Gone => conversation.drain().await,
                End::Closing => {
                    let reason = "the shop is closing";
                    conversation.close(close_code::RESTART, reason).await;
                }
                End::Closed(why, code, reason) => {
                    counters.ended(why);
                    conversation.close(code, reason).await;
                }
            }
            counters.socket_closed();
        })
}

struct Echo {
    socket: WebSocket,
    /// What to report about the client; `None` once it was sent.
    to_report: Option<RequestOrigin>,
    /// The time of the ping whose round trip is to be reported.
    asked_at: Option<Instant>,
}

impl Echo {
    /// Echoes messages until the socket ends.
    async fn run(&mut self, closing: impl Future<Output = ()>) -> End {
        tokio::pin!(closing);
        let end = Instant::now() + LONGEST;
        let mut idle_at = Instant::now() + IDLE;
        let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut said = 0;
        if let Some(arrival) = self.to_report.take() {
            let report = EchoReport {
                seen: Some(arrival),
                ping_ms: None,
            };
            if let Err(end) = self.report(&report).await {
                return end;
            }
            self.asked_at = Some(Instant::now());
        }
        // The ping comes first, because frames are counted from one ping to the next.
        if let Err(end) = self.ping().await {
            return end;
        }
        loop {
            let heard = tokio::select! {
                () = &mut closing => return End::Closing,
                () = sleep_until(end.min(idle_at)) => {
                    let reason = match Instant::now() < end {
                        true => "silent for too long",
                        false => "open for too long",
                    };
                    return End::Closed(Ended::Over, close_code::POLICY, reason);
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
            if said > MOST_FRAMES {
                return End::Closed(Ended::Policy, close_code::POLICY, "too many messages");
            }
            let outcome = match heard {
                None | Some(Ok(Message::Close(_))) => return End::Gone,
                Some(Err(error)) => return close_reason(error),
                // The library answers pings.
                Some(Ok(Message::Ping(_))) => {
                    idle_at = Instant::now() + IDLE;
                    Ok(())
                }
                Some(Ok(Message::Pong(_))) => self.report_ping().await,
                Some(Ok(message)) => {
                    if length(&message) > LARGEST_MESSAGE {
                        let reason = "the message is too large";
                        return End::Closed(Ended::TooLarge, close_code::SIZE, reason);
                    }
                    idle_at = Instant::now() + IDLE;
                    self.send(message).await
                }
            };
            if let Err(end) = outcome {
                return end;
            }
        }
    }

    async fn ping(&mut self) -> Result<(), End> {
        self.send(Message::Ping("check".into())).await
    }

    /// Reports the round trip of the first ping, once.
    async fn report_ping(&mut self) -> Result<(), End> {
        let Some(asked_at) = self.asked_at.take() else {
            return Ok(());
        };
        let millis = asked_at.elapsed().as_secs_f64() * 1_000.0;
        let report = EchoReport {
            seen: None,
            ping_ms: Some((millis * 10.0).round() / 10.0),
        };
        self.report(&report).await
    }

    async fn report(&mut self, report: &EchoReport<RequestOrigin>) -> Result<(), End> {
        let json = serde_json::to_string(report).expect("it can always be serialized");
        self.send(Message::text(json)).await
    }

    /// Sends a message completely. Nothing is queued for a client that does not read.
    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(SLOW_READER, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Closed(
                Ended::SlowReader,
                close_code::POLICY,
                "slow reader",
            )),
        }
    }

    /// Sends the reason, and gives the client time to answer.
    async fn close(&mut self, code: u16, reason: &'static str) {
        let farewell = Message::Close(Some(CloseFrame {
            code,
            reason: reason.into(),
        }));
        if matches!(
            timeout(GOODBYE, self.socket.send(farewell)).await,
            Ok(Ok(()))
        ) {
            self.drain().await;
        }
    }

    /// Reads to the end, which sends the library's answer to the close frame.
    async fn drain(&mut self) {
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

/// The reason for the close, if the client caused the error.
fn close_reason(error: axum::Error) -> End {
    let error = error.into_inner();
    match error.downcast_ref::<Error>() {
        Some(Error::Capacity(_)) => {
            let reason = "the message is too large";
            End::Closed(Ended::TooLarge, close_code::SIZE, reason)
        }
        Some(Error::Utf8(_)) => {
            let reason = "text that is not UTF-8";
            End::Closed(Ended::NotUtf8, close_code::INVALID, reason)
        }
        // A client that breaks off the connection also causes this error.
        Some(Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake)) => {
            End::Gone
        }
        Some(Error::Protocol(_)) => {
            let reason = "against the protocol";
            End::Closed(Ended::Malformed, close_code::PROTOCOL, reason)
        }
        _ => End::Gone,
    }
}
