//! The stream: what is newer at once, then each change, conflated.

use std::time::Duration;

use app::wire::{ClientMessage, LiveMessage, Seen};
use axum::{
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    response::Response,
};
use shop::ShopperId;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};

use super::{
    error_message,
    follow::{Following, topics_of},
    nobodys_own,
};
use crate::Shop;

/// The largest message of a client: a hundred topics with their versions fit twice.
const LARGEST_MESSAGE: usize = 16 * 1024;
/// Buffers of a connection; the library's own are made for bulk, 128 KiB each.
const BUFFER: usize = 1024;
const LARGEST_BACKLOG: usize = 64 * 1024;

/// How often the server says that it is there, and asks whether the client is.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// A client that has been silent for this long is gone.
const SILENCE: Duration = Duration::from_secs(60);
/// A client that has not read for this long is dropped.
const SLOW_READER: Duration = Duration::from_secs(30);
/// At most 20 messages a second; what changes in between is in the next one.
const SPACING: Duration = Duration::from_millis(50);
/// When the shop closes, clients come back over this long.
const RETRY_SPREAD_MS: u32 = 2_000;

/// Turns the request into a stream.
pub(super) fn open(
    shop: Shop,
    upgrade: WebSocketUpgrade,
    shopper: Option<ShopperId>,
    following: Following,
    newer: LiveMessage,
) -> Response {
    // Taken now, so that closing waits for a socket that is just being opened.
    let place = shop.0.connections.token();
    upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(LARGEST_BACKLOG)
        .max_message_size(LARGEST_MESSAGE)
        .max_frame_size(LARGEST_MESSAGE)
        .on_upgrade(move |socket| {
            let stream = Stream {
                shop,
                socket,
                shopper,
                following,
                next_at: Instant::now(),
            };
            async move {
                let _place = place;
                stream.run(newer).await;
            }
        })
}

struct Stream {
    shop: Shop,
    socket: WebSocket,
    shopper: Option<ShopperId>,
    following: Following,
    /// The next change is not sent before.
    next_at: Instant,
}

/// The stream has ended: nobody is there any more, or should be.
struct Ended;

impl Stream {
    async fn run(mut self, newer: LiveMessage) {
        // Each way to end is an end; the client comes back by itself.
        let Err(Ended) = self.follow(newer).await;
    }

    async fn follow(&mut self, newer: LiveMessage) -> Result<std::convert::Infallible, Ended> {
        if newer != LiveMessage::default() {
            self.send_change(&newer).await?;
        }
        let closing = self.shop.0.closing.clone();
        let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard_at = Instant::now();
        loop {
            let next_at = self.next_at;
            let following = &mut self.following;
            let change = async move {
                sleep_until(next_at).await;
                following.next().await
            };
            tokio::select! {
                message = change => self.send_change(&message).await?,
                incoming = self.socket.recv() => {
                    heard_at = Instant::now();
                    match incoming {
                        Some(Ok(Message::Text(text))) => self.hear(&text).await?,
                        Some(Ok(Message::Binary(_))) => {
                            return self.close(close_code::UNSUPPORTED, "text only").await;
                        }
                        // Pings are answered by the library.
                        Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                        Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Ended),
                    }
                }
                _ = heartbeat.tick() => {
                    if heard_at.elapsed() > SILENCE {
                        return self.close(close_code::POLICY, "silent for too long").await;
                    }
                    self.send(&LiveMessage::default()).await?;
                    self.transmit(Message::Ping(bytes::Bytes::new())).await?;
                }
                () = closing.cancelled() => return self.send_away().await,
            }
        }
    }

    /// What a client says: what it has seen, or a ping, or neither.
    async fn hear(&mut self, text: &str) -> Result<(), Ended> {
        let message = match serde_json::from_str::<ClientMessage>(text) {
            Ok(message) if message != ClientMessage::default() => message,
            _ => {
                let sentence = "Say {\"seen\":\"topic:version,…\"} or {\"ping\":…}.";
                return self.complain(sentence.to_owned()).await;
            }
        };
        if let Some(value) = message.ping {
            let pong = LiveMessage {
                pong: Some(value),
                ..LiveMessage::default()
            };
            self.send(&pong).await?;
        }
        match message.seen.as_deref().map(Seen::parse) {
            None => Ok(()),
            Some(Err(error)) => self.complain(error.to_string()).await,
            Some(Ok(seen)) => {
                let Ok(topics) = topics_of(&seen, self.shopper) else {
                    return self.send(&nobodys_own()).await;
                };
                match Following::begin(&*self.shop.0.store, topics).await {
                    Err(error) => self.send(&error_message(&error)).await,
                    Ok((following, newer)) => {
                        self.following = following;
                        if newer == LiveMessage::default() {
                            return Ok(());
                        }
                        self.send_change(&newer).await
                    }
                }
            }
        }
    }

    async fn complain(&mut self, sentence: String) -> Result<(), Ended> {
        self.send(&LiveMessage {
            error: Some(sentence),
            ..LiveMessage::default()
        })
        .await
    }

    async fn send_change(&mut self, message: &LiveMessage) -> Result<(), Ended> {
        self.send(message).await?;
        self.next_at = Instant::now() + SPACING;
        Ok(())
    }

    async fn send(&mut self, message: &LiveMessage) -> Result<(), Ended> {
        let text = serde_json::to_string(message).expect("a message is plain data");
        self.transmit(Message::Text(text.into())).await
    }

    async fn transmit(&mut self, message: Message) -> Result<(), Ended> {
        match timeout(SLOW_READER, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Ended),
        }
    }

    /// The shop closes: come back after a while, not all at once.
    async fn send_away<T>(&mut self) -> Result<T, Ended> {
        let retry_ms = Some(random_below(RETRY_SPREAD_MS));
        self.send(&LiveMessage {
            retry_ms,
            ..LiveMessage::default()
        })
        .await?;
        self.close(close_code::RESTART, "the shop is closing").await
    }

    async fn close<T>(&mut self, code: u16, reason: &'static str) -> Result<T, Ended> {
        let frame = CloseFrame {
            code,
            reason: reason.into(),
        };
        self.transmit(Message::Close(Some(frame))).await?;
        Err(Ended)
    }
}

fn random_below(bound: u32) -> u32 {
    getrandom::u32().unwrap_or(0) % bound
}
