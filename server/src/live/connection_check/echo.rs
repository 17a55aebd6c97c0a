//! A WebSocket that echoes text and binary messages, within the limits of the shop's sockets.
//!
//! With `?report` it first sends what the server sees of the client, and then how long a ping took
//! to come back: one line of JSON each, `{"seen":…}` and `{"ping_ms":…}`.

use std::time::Duration;

use app::connection::origin::RequestOrigin;
use axum::{http::request::Parts, response::Response};
use protocol::EchoReport;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use tungstenite::protocol::frame::coding::CloseCode;

use super::{CheckSlot, CheckState, counters::Ended};
use crate::websocket::{
    encode,
    frame::{Incoming, LARGEST_MESSAGE, Rules, Violation},
    handshake::Handshake,
    socket::WebSocket,
};

/// The rules for a client's frames: as in `/live`, but binary messages are accepted too.
static RULES: Rules = Rules {
    largest: LARGEST_MESSAGE,
    binary: true,
};
/// How often the server pings the client.
const PING_EVERY: Duration = Duration::from_secs(20);
/// How many frames a client may send between two pings, as in `/live`.
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
    Closed(Ended, CloseCode, &'static str),
}

/// Accepts the handshake, and echoes once the answer has been sent.
pub(super) fn accept(
    checks: &CheckState,
    handshake: Handshake,
    parts: &Parts,
    slot: CheckSlot,
) -> Response {
    let asked = parts.uri.query().unwrap_or_default();
    let reports = asked.split('&').any(|part| part == "report");
    let arrival = parts.extensions.get::<RequestOrigin>().cloned();
    let checks = checks.clone();
    handshake.serve(&RULES, async move |socket| {
        let _held = slot;
        let counters = &checks.counters;
        counters.socket_opened();
        let mut echo = Echo {
            socket,
            to_report: arrival.filter(|_| reports),
            asked_at: None,
        };
        let end = echo.run(checks.shop.0.closing.cancelled()).await;
        let (code, reason) = match end {
            // Not used if the client sent a close frame, which is answered with its own code.
            End::Gone => (CloseCode::Normal, ""),
            End::Closing => (CloseCode::Restart, "the shop is closing"),
            End::Closed(why, code, reason) => {
                counters.ended(why);
                (code, reason)
            }
        };
        echo.socket.close(code.into(), reason, GOODBYE).await;
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
        let mut frames = 0;
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
            let received = tokio::select! {
                () = &mut closing => return End::Closing,
                () = sleep_until(end.min(idle_at)) => {
                    let reason = match Instant::now() < end {
                        true => "silent for too long",
                        false => "open for too long",
                    };
                    return End::Closed(Ended::Over, CloseCode::Policy, reason);
                }
                _ = pings.tick() => {
                    frames = 0;
                    match self.ping().await {
                        Ok(()) => continue,
                        Err(end) => return end,
                    }
                }
                received = self.socket.receive() => received,
            };
            frames += 1;
            if frames > MOST_FRAMES {
                return End::Closed(Ended::Policy, CloseCode::Policy, "too many messages");
            }
            let outcome = match received {
                None | Some(Ok(Incoming::Close(_))) => return End::Gone,
                Some(Err(violation)) => return violated(violation),
                Some(Ok(Incoming::Pong)) => self.report_ping().await,
                Some(Ok(message)) => {
                    idle_at = Instant::now() + IDLE;
                    match message {
                        Incoming::Text(text) => self.send(&encode::text(text)).await,
                        Incoming::Binary(bytes) => self.send(&encode::binary(&bytes)).await,
                        // The socket answers pings.
                        _ => Ok(()),
                    }
                }
            };
            if let Err(end) = outcome {
                return end;
            }
        }
    }

    async fn ping(&mut self) -> Result<(), End> {
        self.send(&encode::ping()).await
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
        self.send(&encode::text(json)).await
    }

    /// Sends a frame completely. Nothing is queued for a client that does not read.
    async fn send(&mut self, frame: &[u8]) -> Result<(), End> {
        match timeout(SLOW_READER, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Gone),
            Err(_) => Err(End::Closed(
                Ended::SlowReader,
                CloseCode::Policy,
                "slow reader",
            )),
        }
    }
}

/// The end of a socket whose client has violated the protocol or a limit.
fn violated(Violation { code, reason }: Violation) -> End {
    let why = match code {
        CloseCode::Size => Ended::TooLarge,
        CloseCode::Invalid => Ended::NotUtf8,
        CloseCode::Policy => Ended::Policy,
        _ => Ended::Malformed,
    };
    End::Closed(why, code, reason)
}
