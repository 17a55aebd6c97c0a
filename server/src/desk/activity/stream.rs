//! The ledger as a live stream on a WebSocket, at the pace of its reader.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use app::desk::activity::row::ledger_row;
use protocol::{LedgerAcknowledgement, LedgerMessage, LedgerRow, SESSION_OVER};
use store::{Cursor, Filter, Ledger, PageLimits, StoreError};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use tungstenite::protocol::frame::coding::CloseCode;

use crate::websocket::{
    encode,
    frame::{Incoming, Violation},
    socket::WebSocket,
};

/// The most movements to send at a time (`most`), and to examine in order to find them (`look`).
const PAGE: PageLimits = PageLimits {
    most: 500,
    look: 20_000,
};
/// How many pages may be unacknowledged. With only one, a reader would wait a round trip for each.
const WINDOW: usize = 2;
/// The shortest time between two pages to a reader that is up to date.
const PACE: Duration = Duration::from_millis(50);
/// How often the position is reported while no rows are sent.
const PROGRESS: Duration = Duration::from_secs(1);
/// How often the server sends a heartbeat.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// A reader that has sent nothing for this long, not even a pong, is disconnected.
const SILENCE: Duration = Duration::from_secs(60);
/// A socket that accepts nothing for this long is dead.
const UNSENT: Duration = Duration::from_secs(30);
/// A reader that sends more frames than this between two heartbeats is disconnected.
const MOST_FRAMES: u32 = 4_000;
/// How long a reader has to answer the close frame.
const GOODBYE: Duration = Duration::from_secs(5);

/// Why a stream ends.
#[derive(Debug)]
pub(super) enum End {
    /// The session has ended.
    SessionOver,
    /// The shop is closing; reconnect after this many milliseconds.
    Closing(u32),
    /// The reader has disconnected.
    Disconnected,
    /// The reader sent an invalid message.
    Malformed(&'static str),
    /// The reader has violated the protocol.
    Violated(Violation),
    /// Nothing could be received from the reader, or sent to it, for too long.
    Silent,
    /// The ledger cannot be read.
    Unreadable(StoreError),
}

/// Where a reader starts.
#[derive(Debug, Clone, Copy)]
pub(super) struct StartingPlace {
    pub(super) after: Cursor,
    /// Whether the position is from another epoch, and so means nothing in this ledger.
    pub(super) is_of_other_epoch: bool,
}

/// Serves a reader from a position on, until it disconnects or `end` resolves.
pub(super) async fn serve(
    socket: WebSocket,
    ledger: Arc<dyn Ledger>,
    from: StartingPlace,
    filter: Filter,
    end: impl Future<Output = End>,
) {
    let mut reader = Reader {
        socket,
        ledger,
        filter,
        place: from.after,
        unacknowledged: VecDeque::with_capacity(WINDOW),
        reported: None,
        rewound: from.is_of_other_epoch,
    };
    let end = tokio::select! {
        end = end => end,
        end = reader.read() => end,
    };
    reader.close(end).await;
}

/// A connected reader.
///
/// The next page is read only when the reader has room for it: it acknowledges what it has
/// processed, and at most [`WINDOW`] pages are unacknowledged. Between two pages the server keeps
/// only the reader's position, so a stalled reader costs no more than an idle one.
struct Reader {
    socket: WebSocket,
    ledger: Arc<dyn Ledger>,
    filter: Filter,
    /// The position up to which everything was sent.
    place: Cursor,
    /// The end positions of the unacknowledged pages.
    unacknowledged: VecDeque<Cursor>,
    /// The last report: position, number of movements after it, and time.
    reported: Option<(Cursor, u64, Instant)>,
    rewound: bool,
}

impl Reader {
    async fn read(&mut self) -> End {
        // Subscribes before the first read, so that nothing written in between is missed.
        let mut growth = self.ledger.growth();
        if let Err(end) = self.start_no_later_than_end().await {
            return end;
        }
        let mut beat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut heard_at, mut frames) = (Instant::now(), 0_u32);
        let mut look = interval_at(Instant::now() + PROGRESS, PROGRESS);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // Whether there may be more to read, and the earliest time to read it.
        let (mut more, mut not_before) = (true, Instant::now());
        loop {
            let room = self.unacknowledged.len() < WINDOW;
            tokio::select! {
                said = self.socket.receive() => {
                    let said = match said {
                        Some(Ok(said)) => said,
                        Some(Err(violation)) => return End::Violated(violation),
                        None => return End::Disconnected,
                    };
                    heard_at = Instant::now();
                    frames += 1;
                    if frames > MOST_FRAMES {
                        return End::Malformed("too many frames");
                    }
                    if let Err(end) = self.receive(&said) {
                        return end;
                    }
                }
                _ = beat.tick() => {
                    if heard_at.elapsed() >= SILENCE {
                        return End::Silent;
                    }
                    frames = 0;
                    if let Err(end) = self.send_heartbeat().await {
                        return end;
                    }
                }
                _ = look.tick(), if !room => if let Err(end) = self.report_position().await {
                    return end;
                },
                () = growth.more(), if room && !more => more = true,
                () = sleep_until(not_before), if room && more => match self.send_next_page().await {
                    Ok(ended) => {
                        more = !ended;
                        not_before = Instant::now() + if ended { PACE } else { Duration::ZERO };
                    }
                    Err(end) => return end,
                },
            }
        }
    }

    /// Starts at the ledger's end if the position is beyond it, or from another epoch.
    async fn start_no_later_than_end(&mut self) -> Result<(), End> {
        let head = self.ledger.head().await.map_err(End::Unreadable)?;
        if self.rewound || self.place > head.place {
            self.place = head.place;
            self.rewound = true;
        }
        Ok(())
    }

    /// Reads and sends the next page. Returns whether it was the last one for now.
    async fn send_next_page(&mut self) -> Result<bool, End> {
        let page = self.ledger.after(self.place, &self.filter, PAGE).await;
        let page = page.map_err(End::Unreadable)?;
        let head = self.ledger.head().await.map_err(End::Unreadable)?;
        self.place = page.next;
        let behind = head.behind(page.next);
        let must_report = match self.reported {
            None => true,
            Some((place, was_behind, at)) => {
                // Without rows, the position is reported at most once a second, and when the
                // reader has caught up.
                let moved = place != page.next && at.elapsed() >= PROGRESS;
                moved || (page.ended && behind == 0 && was_behind != 0)
            }
        };
        let has_rows = !page.entries.is_empty();
        if has_rows || must_report {
            if has_rows {
                self.unacknowledged.push_back(page.next);
            }
            let rows = page.entries.into_iter().map(ledger_row).collect();
            self.send_update(rows, behind).await?;
        }
        Ok(page.ended)
    }

    /// Tells a reader without room how far it is behind, if that has changed.
    async fn report_position(&mut self) -> Result<(), End> {
        let head = self.ledger.head().await.map_err(End::Unreadable)?;
        let behind = head.behind(self.place);
        match self.reported {
            Some((_, was_behind, _)) if was_behind == behind => Ok(()),
            _ => self.send_update(Vec::new(), behind).await,
        }
    }

    async fn send_update(&mut self, rows: Vec<LedgerRow>, behind: u64) -> Result<(), End> {
        let update = LedgerMessage {
            rows,
            next: Some(self.place.to_string()),
            behind: Some(behind),
            rewound: std::mem::take(&mut self.rewound),
            ..LedgerMessage::default()
        };
        self.send(&message(&update)).await?;
        self.reported = Some((self.place, behind, Instant::now()));
        Ok(())
    }

    fn receive(&mut self, said: &Incoming) -> Result<(), End> {
        match said {
            Incoming::Text(text) => {
                let said: Result<LedgerAcknowledgement, _> = serde_json::from_str(text);
                let next = said.ok().and_then(|said| said.next.parse().ok());
                let next: Cursor = next.ok_or(End::Malformed("not an acknowledgement"))?;
                if next > self.place {
                    return Err(End::Malformed("not a position that was sent"));
                }
                while self
                    .unacknowledged
                    .front()
                    .is_some_and(|page| *page <= next)
                {
                    self.unacknowledged.pop_front();
                }
                Ok(())
            }
            Incoming::Binary(_) => Err(End::Malformed("only text is accepted")),
            Incoming::Ping(_) | Incoming::Pong | Incoming::Fragment => Ok(()),
            Incoming::Close(_) => Err(End::Disconnected),
        }
    }

    async fn send_heartbeat(&mut self) -> Result<(), End> {
        self.send(&encode::ping()).await?;
        self.send(&message(&LedgerMessage::default())).await
    }

    /// Sends a frame. Fails if the socket has not accepted all of it within [`UNSENT`].
    async fn send(&mut self, frame: &[u8]) -> Result<(), End> {
        match timeout(UNSENT, self.socket.send(frame)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Disconnected),
            Err(_) => Err(End::Silent),
        }
    }

    async fn close(mut self, end: End) {
        let policy = u16::from(CloseCode::Policy);
        let (last, code, reason) = match end {
            End::SessionOver => (None, SESSION_OVER, "the session has ended"),
            End::Closing(after) => {
                let last = LedgerMessage {
                    retry_ms: Some(after),
                    ..LedgerMessage::default()
                };
                (Some(last), CloseCode::Restart.into(), "the shop is closing")
            }
            // Not used if the reader sent a close frame, which is answered with its own code.
            End::Disconnected => (None, CloseCode::Normal.into(), ""),
            End::Malformed(reason) => (None, policy, reason),
            End::Violated(Violation { code, reason }) => (None, code.into(), reason),
            End::Silent => (None, policy, "silent for too long"),
            End::Unreadable(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "cannot read the ledger"
                );
                let last = LedgerMessage {
                    error: Some("The shop cannot read its ledger right now.".to_owned()),
                    retry_ms: Some(1_000),
                    ..LedgerMessage::default()
                };
                (
                    Some(last),
                    CloseCode::Again.into(),
                    "cannot read the ledger",
                )
            }
        };
        if let Some(last) = last {
            // A failure is ignored, because the reader may be gone already.
            let _ = timeout(GOODBYE, self.socket.send(&message(&last))).await;
        }
        self.socket.close(code, reason, GOODBYE).await;
    }
}

fn message(message: &LedgerMessage) -> Vec<u8> {
    encode::text(serde_json::to_vec(message).expect("rows can always be serialized"))
}
