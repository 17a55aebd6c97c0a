//! The ledger as it grows, on a WebSocket, at its reader's pace.
//!
//! The next page is read from the ledger only when the reader has room for it: it acknowledges
//! what it has processed, and at most [`WINDOW`] pages are unacknowledged. Between two pages the
//! server keeps only the reader's position, so a stalled reader costs no more than an idle one.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use app::desk::activity::ledger_row;
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use futures::{SinkExt, StreamExt, stream::SplitSink};
use protocol::LedgerRow;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Cursor, Filter, Ledger, PageLimits, StoreError};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};

/// How much is read and sent at a time; as many are looked through where a filter leaves
/// little over.
const PAGE: PageLimits = PageLimits {
    most: 500,
    look: 20_000,
};
/// So many pages may be on their way. With one, a reader would wait for each.
const WINDOW: usize = 2;
/// Whoever has read all there is is told of what is new at most every so often, with all
/// that has come meanwhile.
const PACE: Duration = Duration::from_millis(50);
/// Where a filter leaves nothing over, how far the search has come is told every so often.
const PROGRESS: Duration = Duration::from_secs(1);
/// How often the server says that it is there, and asks whether the reader is.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// A reader that has said nothing for so long, not even that it is there, is gone.
const SILENCE: Duration = Duration::from_secs(60);
/// A socket that takes nothing for so long is dead.
const UNSENT: Duration = Duration::from_secs(60);
/// More frames than this between two heartbeats are no reader's.
const MOST_FRAMES: u32 = 4_000;
/// How long a reader has to hear goodbye.
const GOODBYE: Duration = Duration::from_secs(5);
/// The session is over: signed out, revoked or expired.
const SESSION_OVER: u16 = 4401;

/// What one frame tells.
#[derive(Debug, Serialize)]
struct Told {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rows: Vec<LedgerRow>,
    /// To be acknowledged, and to begin with after a lost connection.
    next: String,
    /// About how many movements come behind that.
    behind: u64,
    /// The reader has seen what the ledger does not have: a backup was restored.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    rewound: bool,
}

/// The one thing that a reader says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Acknowledged {
    /// Everything up to here was dealt with.
    next: String,
}

/// Why a stream ends.
#[derive(Debug)]
pub(super) enum End {
    /// The session is over.
    SessionOver,
    /// The shop closes; come back after this.
    Closing(u32),
    /// The reader has left, or its line is broken.
    Left,
    /// The reader says what means nothing.
    Nonsense(&'static str),
    /// The reader says nothing at all.
    Silent,
    /// The ledger cannot be read.
    Unreadable(StoreError),
}

/// Serves a reader from a place on until one of both has enough, or `end` says so.
pub(super) async fn serve(
    socket: WebSocket,
    ledger: Arc<dyn Ledger>,
    (after, filter): (Cursor, Filter),
    end: impl Future<Output = End>,
) {
    let (socket, mut heard) = socket.split();
    let mut reader = Reader {
        socket,
        ledger,
        filter,
        place: after,
        on_their_way: VecDeque::with_capacity(WINDOW),
        told: None,
        rewound: false,
    };
    let end = tokio::select! {
        end = end => end,
        end = reader.read(&mut heard) => end,
    };
    reader.dismiss(end).await;
}

/// A reader, as the server knows it.
struct Reader {
    socket: SplitSink<WebSocket, Message>,
    ledger: Arc<dyn Ledger>,
    filter: Filter,
    /// Everything up to here was sent.
    place: Cursor,
    /// Where the pages end that were not acknowledged yet.
    on_their_way: VecDeque<Cursor>,
    /// What it was told last: how far it is, how much there is behind that, and when.
    told: Option<(Cursor, u64, Instant)>,
    rewound: bool,
}

impl Reader {
    async fn read(
        &mut self,
        heard: &mut (impl StreamExt<Item = Result<Message, axum::Error>> + Unpin),
    ) -> End {
        // Before the first reading: what is written meanwhile is not missed.
        let mut growth = self.ledger.growth();
        if let Err(end) = self.look_for_the_end().await {
            return end;
        }
        let mut beat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut heard_at, mut frames) = (Instant::now(), 0_u32);
        let mut look = interval_at(Instant::now() + PROGRESS, PROGRESS);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // Whether there may be more to read, and when it may be read.
        let (mut more, mut not_before) = (true, Instant::now());
        loop {
            let room = self.on_their_way.len() < WINDOW;
            tokio::select! {
                said = heard.next() => {
                    let Some(Ok(said)) = said else {
                        return End::Left;
                    };
                    heard_at = Instant::now();
                    frames += 1;
                    if frames > MOST_FRAMES {
                        return End::Nonsense("too many frames");
                    }
                    if let Err(end) = self.hear(&said) {
                        return end;
                    }
                }
                _ = beat.tick() => {
                    if heard_at.elapsed() >= SILENCE {
                        return End::Silent;
                    }
                    frames = 0;
                    if let Err(end) = self.greet().await {
                        return end;
                    }
                }
                _ = look.tick(), if !room => if let Err(end) = self.tell_how_far_behind().await {
                    return end;
                },
                () = growth.more(), if room && !more => more = true,
                () = sleep_until(not_before), if room && more => match self.turn_page().await {
                    Ok(ended) => {
                        more = !ended;
                        not_before = Instant::now() + if ended { PACE } else { Duration::ZERO };
                    }
                    Err(end) => return end,
                },
            }
        }
    }

    /// A reader that has seen more than there is goes on from the end.
    async fn look_for_the_end(&mut self) -> Result<(), End> {
        let head = self.ledger.head().await.map_err(End::Unreadable)?;
        if self.place > head.place {
            self.place = head.place;
            self.rewound = true;
        }
        Ok(())
    }

    /// Reads the next page and sends it; whether it was the last there is.
    async fn turn_page(&mut self) -> Result<bool, End> {
        let page = self.ledger.after(self.place, &self.filter, PAGE).await;
        let page = page.map_err(End::Unreadable)?;
        let head = self.ledger.head().await.map_err(End::Unreadable)?;
        self.place = page.next;
        let behind = head.behind(page.next);
        let news = match self.told {
            None => true,
            Some((place, told, at)) => {
                // Of what a filter leaves out it hears now and then, and at the end.
                let moved = place != page.next && at.elapsed() >= PROGRESS;
                moved || (page.ended && behind == 0 && told != 0)
            }
        };
        let has_rows = !page.entries.is_empty();
        if has_rows || news {
            if has_rows {
                self.on_their_way.push_back(page.next);
            }
            let rows = page.entries.into_iter().map(ledger_row).collect();
            self.tell(rows, behind).await?;
        }
        Ok(page.ended)
    }

    /// To a reader that has no room for more.
    async fn tell_how_far_behind(&mut self) -> Result<(), End> {
        let head = self.ledger.head().await.map_err(End::Unreadable)?;
        let behind = head.behind(self.place);
        match self.told {
            Some((_, told, _)) if told == behind => Ok(()),
            _ => self.tell(Vec::new(), behind).await,
        }
    }

    async fn tell(&mut self, rows: Vec<LedgerRow>, behind: u64) -> Result<(), End> {
        let told = Told {
            rows,
            next: self.place.to_string(),
            behind,
            rewound: std::mem::take(&mut self.rewound),
        };
        let text = serde_json::to_string(&told).expect("rows are plain data");
        self.say(Message::Text(text.into())).await?;
        self.told = Some((self.place, behind, Instant::now()));
        Ok(())
    }

    fn hear(&mut self, said: &Message) -> Result<(), End> {
        match said {
            Message::Text(text) => {
                let said: Result<Acknowledged, _> = serde_json::from_str(text);
                let next = said.ok().and_then(|said| said.next.parse().ok());
                let next: Cursor = next.ok_or(End::Nonsense("no acknowledgement"))?;
                if next > self.place {
                    return Err(End::Nonsense("nothing was sent up to there"));
                }
                while self.on_their_way.front().is_some_and(|page| *page <= next) {
                    self.on_their_way.pop_front();
                }
                Ok(())
            }
            Message::Binary(_) => Err(End::Nonsense("text only")),
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(End::Left),
        }
    }

    async fn greet(&mut self) -> Result<(), End> {
        self.say(Message::Ping(Vec::new().into())).await?;
        self.say(Message::Text("{}".into())).await
    }

    /// Returns when the socket has taken all of it.
    async fn say(&mut self, message: Message) -> Result<(), End> {
        match timeout(UNSENT, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(End::Left),
            Err(_) => Err(End::Silent),
        }
    }

    async fn dismiss(&mut self, end: End) {
        let (last, code, reason) = match end {
            End::SessionOver => (None, SESSION_OVER, "the session is over"),
            End::Closing(after) => {
                let last = json!({ "retry_ms": after });
                (Some(last), close_code::RESTART, "the shop is closing")
            }
            End::Left => return,
            End::Nonsense(reason) => (None, close_code::POLICY, reason),
            End::Silent => (None, close_code::POLICY, "silent for too long"),
            End::Unreadable(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the ledger cannot be read"
                );
                let sentence = "The shop cannot read its ledger right now.";
                let last = json!({ "error": sentence, "retry_ms": 1_000 });
                (Some(last), close_code::AGAIN, "the ledger cannot be read")
            }
        };
        let farewell = async {
            if let Some(last) = last {
                self.socket
                    .send(Message::Text(last.to_string().into()))
                    .await?;
            }
            let frame = CloseFrame {
                code,
                reason: reason.into(),
            };
            self.socket.send(Message::Close(Some(frame))).await
        };
        // Whoever does not hear it has gone already.
        let _ = timeout(GOODBYE, farewell).await;
    }
}
