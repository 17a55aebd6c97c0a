//! The WebSocket over which a file is uploaded.
//!
//! The shop says where to start, and how many pieces may be unacknowledged:
//! `{"offset":n,"window":8,"piece":262144}`. Each binary frame is a piece: eight bytes of offset
//! (big-endian) and up to `piece` bytes of the file. It is acknowledged when it is kept:
//! `{"acked":n}`, the offset of the next one. At the end the sender says `{"sha256":"…"}` of the
//! whole file and is told `{"state":"checking"}`.
//!
//! One piece is read at a time, and none while one is being kept: backpressure holds the rest at
//! the sender. To pause, a sender sends nothing. See `docs/import.md`.

use std::time::Duration;

use axum::{
    Extension,
    body::Bytes,
    extract::{
        Path, State,
        ws::{
            CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade,
            rejection::WebSocketUpgradeRejection,
        },
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};
use shop::ImportId;
use store::{
    StoreError,
    imports::{Appended, ImportState, Imports, LARGEST_PIECE},
};
use tokio::time::{Instant, interval_at, timeout};

use super::{imports, random};
use crate::{
    admission::connection::Connection,
    desk::{gate::StaffSession, state::DeskState},
    http::refusal::refuse,
    jobs::import::digest,
};

/// Pieces that may be under way.
const WINDOW: u32 = 8;
/// The offset before each.
const HEADER: usize = 8;
/// A sender that is silent is asked for a sign of life this often, and is gone after so long.
const ASK_EVERY: Duration = Duration::from_secs(20);
const GONE_AFTER: Duration = Duration::from_secs(65);
/// Somebody who does not read what they are told is gone too.
const TOLD_WITHIN: Duration = Duration::from_secs(20);

/// What a socket is closed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// All is well.
    Done,
    /// The shop closes: come back.
    Leaving,
    /// What was sent makes no sense, or begins in the wrong place.
    Nonsense,
    /// The session is over.
    SignedOut,
    /// Nothing more is wanted of this import.
    Over,
    /// Another connection sends.
    TakenOver,
    /// The file is not the one that was sent.
    Spoilt,
    /// The store cannot keep anything just now: come back.
    Busy,
    /// Nobody is there any more.
    Gone,
}

impl End {
    const fn code(self) -> u16 {
        match self {
            Self::Done => 1000,
            Self::Leaving => 1001,
            Self::Busy => 1013,
            Self::Nonsense => 4400,
            Self::SignedOut => 4401,
            Self::Over => 4404,
            Self::TakenOver => 4409,
            Self::Spoilt => 4422,
            Self::Gone => 1006,
        }
    }
}

/// What a sender says in words.
#[derive(Deserialize)]
struct Finish {
    sha256: String,
}

/// `GET /desk/imports/{id}/upload`
pub(crate) async fn upload(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    Extension(connection): Extension<Connection>,
    Path(id): Path<String>,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(socket) = socket else {
        let sentence = "This address accepts only WebSocket connections.";
        return (StatusCode::UPGRADE_REQUIRED, sentence).into_response();
    };
    let shop = &desk.shop;
    let known = match id.parse::<ImportId>() {
        Ok(id) => imports(shop).import(id).await,
        Err(_) => Ok(None),
    };
    let id = match known {
        Ok(Some(import)) => import.id,
        Ok(None) => return not_found(),
        Err(error) => return busy(&error),
    };
    let Ok(visit) = desk.streams.acquire(staff.session) else {
        return refuse(StatusCode::TOO_MANY_REQUESTS, |language| {
            app::say!(language, activity.too_many)
        })
        .into_response();
    };
    // All that this connection counts for is kept as long as its stream.
    let kept = (visit, connection, shop.0.connections.token());
    socket
        .max_message_size(HEADER + LARGEST_PIECE)
        .max_frame_size(HEADER + LARGEST_PIECE)
        // A piece is read into what it needs; who pauses costs little.
        .read_buffer_size(16 * 1024)
        .write_buffer_size(0)
        .max_write_buffer_size(64 * 1024)
        .on_upgrade(async move |socket| {
            receive(desk, staff, id, socket).await;
            drop(kept);
        })
}

fn not_found() -> Response {
    refuse(StatusCode::NOT_FOUND, |language| {
        app::say!(language, page.not_found_more)
    })
    .into_response()
}

fn busy(error: &StoreError) -> Response {
    let error = error as &dyn std::error::Error;
    tracing::error!(error, "an import cannot be read");
    refuse(StatusCode::SERVICE_UNAVAILABLE, |language| {
        app::say!(language, error.busy)
    })
    .into_response()
}

async fn receive(desk: DeskState, staff: StaffSession, id: ImportId, socket: WebSocket) {
    let shop = &desk.shop;
    let imports = imports(shop);
    let mut receiving = Receiving {
        imports: &*imports,
        id,
        sender: random(),
        socket,
        heard: Instant::now(),
    };
    let end = tokio::select! {
        biased;
        () = shop.0.closing.cancelled() => End::Leaving,
        () = staff.ended(&desk) => End::SignedOut,
        end = receiving.work() => end,
    };
    tracing::debug!(import = %id, ?end, "an upload's socket closes");
    receiving.close(end).await;
}

/// One sender's connection.
struct Receiving<'a> {
    imports: &'a dyn Imports,
    id: ImportId,
    sender: u32,
    socket: WebSocket,
    heard: Instant,
}

impl Receiving<'_> {
    /// Until it ends. Given up in the middle, a piece is kept or not, and the sender who was
    /// not told asks again.
    async fn work(&mut self) -> End {
        match self.imports.take_over(self.id, self.sender).await {
            Ok(Some(offset)) => {
                let piece = LARGEST_PIECE;
                let hello = json!({"offset": offset, "window": WINDOW, "piece": piece});
                if let Err(end) = self.tell(hello).await {
                    return end;
                }
            }
            Ok(None) => return End::Over,
            Err(error) => return failed(&error),
        }
        let mut asking = interval_at(Instant::now() + ASK_EVERY, ASK_EVERY);
        loop {
            let heard = tokio::select! {
                message = self.socket.recv() => match message {
                    Some(Ok(message)) => self.hear(message).await,
                    Some(Err(_)) | None => Err(End::Gone),
                },
                _ = asking.tick() => self.ask().await,
            };
            if let Err(end) = heard {
                return end;
            }
        }
    }

    async fn hear(&mut self, message: Message) -> Result<(), End> {
        self.heard = Instant::now();
        match message {
            Message::Binary(piece) => self.keep(&piece).await,
            Message::Text(text) => self.finish(&text).await,
            Message::Close(_) => Err(End::Done),
            Message::Ping(_) | Message::Pong(_) => Ok(()),
        }
    }

    async fn ask(&mut self) -> Result<(), End> {
        if self.heard.elapsed() > GONE_AFTER {
            return Err(End::Gone);
        }
        self.send(Message::Ping(Bytes::new())).await
    }

    async fn keep(&mut self, frame: &[u8]) -> Result<(), End> {
        let (header, piece) = frame.split_first_chunk::<HEADER>().ok_or(End::Nonsense)?;
        if piece.is_empty() {
            return Err(End::Nonsense);
        }
        let start = u64::from_be_bytes(*header);
        let kept = self
            .imports
            .append(self.id, self.sender, start, piece.to_vec())
            .await;
        match kept.map_err(|error| failed(&error))? {
            Appended::Kept(end) => self.tell(json!({"acked": end})).await,
            Appended::Elsewhere(offset) => {
                // It may yet be read; the next connection says it again.
                let _ = self.tell(json!({"offset": offset})).await;
                Err(End::Nonsense)
            }
            Appended::TakenOver => Err(End::TakenOver),
            Appended::Over => Err(End::Over),
        }
    }

    async fn finish(&mut self, text: &str) -> Result<(), End> {
        let finish: Finish = serde_json::from_str(text).map_err(|_| End::Nonsense)?;
        let import = self.imports.import(self.id).await;
        let import = import.map_err(|error| failed(&error))?.ok_or(End::Over)?;
        if import.state != ImportState::Uploading {
            return Err(End::Over);
        }
        if import.received < import.size {
            let _ = self.tell(json!({"offset": import.received})).await;
            return Err(End::Nonsense);
        }
        let digest = digest(self.imports, &import).await;
        let digest = digest.map_err(|error| failed(&error))?;
        if hex(&digest) != finish.sha256.to_ascii_lowercase() {
            let spoilt = self.imports.spoilt(self.id).await;
            spoilt.map_err(|error| failed(&error))?;
            return Err(End::Spoilt);
        }
        let whole = self.imports.received(self.id, digest).await;
        match whole.map_err(|error| failed(&error))? {
            true => {
                self.tell(json!({"state": ImportState::Checking.as_str()}))
                    .await?;
                Err(End::Done)
            }
            false => Err(End::Over),
        }
    }

    async fn tell(&mut self, what: Value) -> Result<(), End> {
        self.send(Message::Text(what.to_string().into())).await
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        match timeout(TOLD_WITHIN, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Gone),
        }
    }

    /// Says why, and waits a moment for the other side to have heard.
    async fn close(mut self, end: End) {
        if end == End::Gone {
            return;
        }
        let frame = CloseFrame {
            code: end.code(),
            reason: Utf8Bytes::default(),
        };
        let _ = self.send(Message::Close(Some(frame))).await;
        let hung_up = async {
            // What was under way is read and thrown away: closing over it would lose the
            // reason on its way.
            while let Some(Ok(message)) = self.socket.recv().await {
                if matches!(message, Message::Close(_)) {
                    break;
                }
            }
        };
        let _ = timeout(Duration::from_secs(3), hung_up).await;
    }
}

fn failed(error: &StoreError) -> End {
    let error = error as &dyn std::error::Error;
    tracing::warn!(error, "a piece of an import cannot be kept");
    End::Busy
}

/// In hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
