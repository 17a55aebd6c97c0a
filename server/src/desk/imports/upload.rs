//! The WebSocket over which a file is uploaded; `docs/import.md` describes its messages.

use std::time::Duration;

use axum::{
    Extension,
    extract::{Path, Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use protocol::{PIECE_HEADER, UploadEnd, UploadMessage, upload_code};
use shop::ImportId;
use store::{
    StoreError,
    imports::{Appended, ImportState, Imports, LARGEST_PIECE},
};
use tokio::time::{Instant, interval_at, timeout};

use super::{imports, random_sender};
use crate::{
    admission::connection::Connection,
    desk::{gate::StaffSession, state::DeskState},
    http::refusal::refuse,
    jobs::import::digest,
    random::hex,
    websocket::{
        encode,
        frame::{Incoming, Rules, Violation},
        handshake::Handshake,
        socket::WebSocket,
    },
};

/// How many pieces may be unacknowledged.
const WINDOW: u32 = 8;
/// The rules for a sender's frames. The largest is a piece with its offset.
static RULES: Rules = Rules {
    largest: PIECE_HEADER + LARGEST_PIECE,
    binary: true,
};
/// How often a sender gets a heartbeat and a ping.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How long a sender may stay silent.
const SILENCE: Duration = Duration::from_secs(65);
/// How long a sender may take to read a message.
const SEND_WITHIN: Duration = Duration::from_secs(20);
/// How long a sender has to answer the close frame.
const GOODBYE: Duration = Duration::from_secs(3);

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The upload is complete.
    Done,
    /// The shop is closing; reconnect.
    Closing,
    /// The message is invalid, or the piece has the wrong offset.
    Malformed,
    /// The sender has violated the WebSocket protocol.
    Violated(Violation),
    /// The session has ended.
    SignedOut,
    /// The import accepts no more data.
    NotExpected,
    /// Another connection uploads the file.
    TakenOver,
    /// The checksum does not match.
    ChecksumMismatch,
    /// The store cannot write at present; reconnect.
    Busy,
    /// The sender has disconnected.
    Disconnected,
}

impl End {
    /// The code and the reason of the close frame.
    fn close_frame(self) -> (u16, &'static str) {
        let code = match self {
            Self::Violated(Violation { code, reason }) => return (code.into(), reason),
            Self::Done => upload_code::DONE,
            Self::Closing => upload_code::CLOSING,
            Self::Busy => upload_code::BUSY,
            Self::Malformed => upload_code::MALFORMED,
            Self::SignedOut => upload_code::SIGNED_OUT,
            Self::NotExpected => upload_code::OVER,
            Self::TakenOver => upload_code::TAKEN_OVER,
            Self::ChecksumMismatch => upload_code::SPOILT,
            Self::Disconnected => 1006,
        };
        (code, "")
    }
}

/// `GET /desk/imports/{id}/upload`
pub(crate) async fn upload(
    State(desk): State<DeskState>,
    Extension(staff): Extension<StaffSession>,
    Extension(connection): Extension<Connection>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let (mut parts, _) = request.into_parts();
    let handshake = match Handshake::of(&mut parts) {
        Ok(handshake) => handshake,
        Err(wrong) => {
            let sentence = |language| app::say!(language, connection.handshake);
            return wrong.refuse(|status| refuse(status, sentence).into_response());
        }
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
    // The connection occupies its places under the limits until the upload ends.
    let kept = (visit, connection, shop.0.connections.token());
    handshake.serve(&RULES, async move |socket| {
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
    tracing::error!(error, "cannot read an import");
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
        sender: random_sender(),
        socket,
        heard: Instant::now(),
    };
    let end = tokio::select! {
        biased;
        () = shop.0.closing.cancelled() => End::Closing,
        () = staff.ended(&desk) => End::SignedOut,
        end = receiving.work() => end,
    };
    tracing::debug!(import = %id, ?end, "an upload's connection ends");
    receiving.close(end).await;
}

/// The connection of one sender.
///
/// The next piece is read only when the previous one is stored, so backpressure keeps the rest at
/// the sender. A sender pauses by sending nothing.
struct Receiving<'a> {
    imports: &'a dyn Imports,
    id: ImportId,
    sender: u32,
    socket: WebSocket,
    heard: Instant,
}

impl Receiving<'_> {
    /// Runs until the connection ends. If it is dropped midway, a piece may be stored without being
    /// acknowledged; the sender learns the offset when it reconnects.
    async fn work(&mut self) -> End {
        match self.imports.take_over(self.id, self.sender).await {
            Ok(Some(offset)) => {
                let start = UploadMessage::Start {
                    offset,
                    window: WINDOW,
                    piece: LARGEST_PIECE as u32,
                };
                if let Err(end) = self.tell(start).await {
                    return end;
                }
            }
            Ok(None) => return End::NotExpected,
            Err(error) => return failed(&error),
        }
        let mut beat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        loop {
            let outcome = tokio::select! {
                message = self.socket.receive() => match message {
                    Some(Ok(message)) => self.handle(message).await,
                    Some(Err(violation)) => Err(End::Violated(violation)),
                    None => Err(End::Disconnected),
                },
                _ = beat.tick() => self.send_heartbeat().await,
            };
            if let Err(end) = outcome {
                return end;
            }
        }
    }

    async fn handle(&mut self, message: Incoming) -> Result<(), End> {
        self.heard = Instant::now();
        match message {
            Incoming::Binary(piece) => self.store_piece(&piece).await,
            Incoming::Text(text) => self.finish(&text).await,
            Incoming::Close(_) => Err(End::Done),
            Incoming::Ping(_) | Incoming::Pong | Incoming::Fragment => Ok(()),
        }
    }

    /// Sends a heartbeat and a ping. The sender's WebSocket layer answers the ping even while the
    /// upload is paused.
    async fn send_heartbeat(&mut self) -> Result<(), End> {
        if self.heard.elapsed() > SILENCE {
            return Err(End::Disconnected);
        }
        self.tell(UploadMessage::Heartbeat {}).await?;
        self.send(&encode::ping()).await
    }

    async fn store_piece(&mut self, frame: &[u8]) -> Result<(), End> {
        let (header, piece) = frame
            .split_first_chunk::<PIECE_HEADER>()
            .ok_or(End::Malformed)?;
        if piece.is_empty() {
            return Err(End::Malformed);
        }
        let start = u64::from_be_bytes(*header);
        let kept = self
            .imports
            .append(self.id, self.sender, start, piece.to_vec())
            .await;
        match kept.map_err(|error| failed(&error))? {
            Appended::Kept(acked) => self.tell(UploadMessage::Acknowledged { acked }).await,
            Appended::Elsewhere(offset) => {
                // If this message is lost, the sender learns the offset when it reconnects.
                let _ = self.tell(UploadMessage::WrongOffset { offset }).await;
                Err(End::Malformed)
            }
            Appended::TakenOver => Err(End::TakenOver),
            Appended::Over => Err(End::NotExpected),
        }
    }

    async fn finish(&mut self, text: &str) -> Result<(), End> {
        let end: UploadEnd = serde_json::from_str(text).map_err(|_| End::Malformed)?;
        let import = self.imports.import(self.id).await;
        let import = import
            .map_err(|error| failed(&error))?
            .ok_or(End::NotExpected)?;
        if import.state != ImportState::Uploading {
            return Err(End::NotExpected);
        }
        if import.received < import.size {
            let offset = import.received;
            let _ = self.tell(UploadMessage::WrongOffset { offset }).await;
            return Err(End::Malformed);
        }
        let digest = digest(self.imports, &import).await;
        let digest = digest.map_err(|error| failed(&error))?;
        if hex(&digest) != end.sha256.to_ascii_lowercase() {
            let spoilt = self.imports.spoilt(self.id).await;
            spoilt.map_err(|error| failed(&error))?;
            return Err(End::ChecksumMismatch);
        }
        let whole = self.imports.received(self.id, digest).await;
        match whole.map_err(|error| failed(&error))? {
            true => {
                let state = ImportState::Checking.as_str().to_owned();
                self.tell(UploadMessage::Complete { state }).await?;
                Err(End::Done)
            }
            false => Err(End::NotExpected),
        }
    }

    async fn tell(&mut self, message: UploadMessage) -> Result<(), End> {
        let text = serde_json::to_string(&message).expect("a message can be written as JSON");
        self.send(&encode::text(text)).await
    }

    async fn send(&mut self, frame: &[u8]) -> Result<(), End> {
        match timeout(SEND_WITHIN, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(End::Disconnected),
        }
    }

    /// Sends the reason, and waits briefly until the sender has received it.
    async fn close(self, end: End) {
        if end != End::Disconnected {
            let (code, reason) = end.close_frame();
            self.socket.close(code, reason, GOODBYE).await;
        }
    }
}

fn failed(error: &StoreError) -> End {
    let error = error as &dyn std::error::Error;
    tracing::warn!(error, "cannot store a piece of an import");
    End::Busy
}
