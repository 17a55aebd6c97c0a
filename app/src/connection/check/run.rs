//! Runs the checks: tries each kind of connection, and shows what it finds.

use std::{cell::RefCell, rc::Rc};

use from_json::{FromJson, JsonText};
use futures::future::{join, join3};
use leptos::{prelude::*, task::spawn_local};
use protocol::Waited;

use super::{
    conclude::{self, NoAnswer, SocketOutcome, SocketTimes, WaitTimes, rounded},
    finding::Way,
    pieces::Pieces,
    platform::{EchoSocket, get, millis},
    shown::Shown,
};

/// How long the check waits for an answer, in milliseconds.
pub(super) const PATIENCE_MS: u32 = 8_000;
/// The length of the usual wait, unless the shop's longest wait is shorter.
const USUAL_WAIT_MS: u32 = 2_000;
/// How many requests are timed. The quickest counts.
const REQUESTS: usize = 3;
/// The code of a socket that was closed as intended.
const CLOSED_NORMALLY: u16 = 1000;

/// A message that is sent over the socket and comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Echoed {
    Text(String),
    Bytes(Vec<u8>),
}

/// The check of this page.
#[derive(Clone)]
pub(super) struct Check {
    shown: Shown,
    longest_wait_ms: u32,
    /// The socket for typed messages.
    socket: Rc<RefCell<Option<EchoSocket>>>,
}

impl Check {
    pub(super) fn new(shown: Shown, longest_wait_ms: u32) -> Self {
        Self {
            shown,
            longest_wait_ms,
            socket: Rc::default(),
        }
    }

    /// Checks everything, unless a check is running.
    pub(super) fn check_all(&self) {
        let check = self.clone();
        self.run_alone(async move {
            for way in Way::ALL {
                check.shown.begin(way);
            }
            // The requests come first, so that nothing slows them down.
            check_requests(check.shown).await;
            let wait = check_wait(check.shown, USUAL_WAIT_MS.min(check.longest_wait_ms));
            join3(check.check_socket(), check_stream(check.shown), wait).await;
        });
    }

    /// Checks the longest wait, unless a check is running.
    pub(super) fn check_longest_wait(&self) {
        let check = self.clone();
        self.run_alone(async move {
            check.shown.begin(Way::Wait);
            check_wait(check.shown, check.longest_wait_ms).await;
        });
    }

    fn run_alone(&self, checks: impl Future<Output = ()> + 'static) {
        let running = self.shown.running;
        if running.get_untracked() {
            return;
        }
        running.set(true);
        spawn_local(async move {
            checks.await;
            running.set(false);
        });
    }

    /// Sends a typed message, and logs whether it comes back.
    pub(super) fn send(&self, text: String) {
        let check = self.clone();
        spawn_local(async move {
            let language = check.shown.language;
            let echo = match check.open_socket().await {
                Some(socket) => send_over(&socket, text.clone()).await,
                None => None,
            };
            check.shown.log(match echo.map(rounded) {
                Some(ms) => say!(language, connection.echo_back, text, ms),
                None => say!(language, connection.echo_lost, text),
            });
        });
    }

    /// Closes the socket.
    pub(super) fn close(&self) {
        if let Some(socket) = self.socket.take() {
            socket.close();
        }
    }

    /// The open socket, or a new one.
    async fn open_socket(&self) -> Option<EchoSocket> {
        let open = self.socket.borrow().clone().filter(EchoSocket::is_open);
        match open {
            Some(open) => Some(open),
            None => self.new_socket().await,
        }
    }

    async fn new_socket(&self) -> Option<EchoSocket> {
        let shown = self.shown;
        let closed = move |code| {
            if code != CLOSED_NORMALLY {
                shown.log(say!(shown.language, connection.echo_closed, code));
            }
        };
        let socket = EchoSocket::open(closed).await?;
        self.socket.replace(Some(socket.clone()));
        Some(socket)
    }

    async fn check_socket(&self) {
        self.close();
        self.shown.socket.set(None);
        let outcome = match self.new_socket().await {
            None => SocketOutcome::NotOpened,
            Some(socket) => {
                let outcome = try_socket(&socket).await;
                self.shown.socket.set(socket.seen());
                outcome
            }
        };
        if outcome == SocketOutcome::Silent {
            self.close();
        }
        let finding = conclude::socket(self.shown.language, outcome);
        self.shown.show(Way::Socket, finding);
    }
}

/// Sends a text. If it does not come back, closes the socket, so that the next text gets a new one.
async fn send_over(socket: &EchoSocket, text: String) -> Option<f64> {
    let echo = socket.send(Echoed::Text(text)).await;
    if echo.is_none() {
        socket.close();
    }
    echo
}

async fn try_socket(socket: &EchoSocket) -> SocketOutcome {
    let text = socket.send(Echoed::Text("check".to_owned())).await;
    let Some(text) = text else {
        return SocketOutcome::Silent;
    };
    let every_byte = Echoed::Bytes((0..=u8::MAX).collect());
    let (binary, ping) = join(socket.send(every_byte), socket.ping()).await;
    SocketOutcome::Echoed(SocketTimes {
        text,
        binary: binary.is_some(),
        ping,
    })
}

async fn check_requests(shown: Shown) {
    let mut quickest = Ok(f64::INFINITY);
    for _ in 0..REQUESTS {
        quickest = match (quickest, time_request().await) {
            (Ok(quickest), Ok(time)) => Ok(time.min(quickest)),
            (Err(why), _) | (_, Err(why)) => Err(why),
        };
        if quickest.is_err() {
            break;
        }
    }
    let finding = conclude::requests(shown.language, quickest);
    shown.show(Way::Requests, finding);
}

async fn time_request() -> Result<f64, NoAnswer> {
    let begun = millis();
    let answer = get("/connection/wait?ms=0", PATIENCE_MS).await?;
    answer.text().await.ok_or(NoAnswer(None))?;
    Ok(millis() - begun)
}

async fn check_stream(shown: Shown) {
    let pieces = stream(millis()).await;
    let arrived = pieces.as_ref().map(|pieces| &*pieces.arrived);
    let finding = conclude::stream(shown.language, arrived.map_err(|why| *why));
    shown.show(Way::Stream, finding);
}

/// The pieces of the stream until its end, or until it breaks off.
async fn stream(begun: f64) -> Result<Pieces, NoAnswer> {
    let mut answer = get("/connection/stream", 2 * PATIENCE_MS).await?;
    let mut pieces = Pieces::default();
    while let Some(bytes) = answer.chunk().await
        && pieces.take_in(&bytes, millis() - begun)
    {}
    Ok(pieces)
}

async fn check_wait(shown: Shown, length: u32) {
    let begun = millis();
    let answer = wait(begun, length).await;
    let finding = conclude::wait(shown.language, millis() - begun, answer);
    shown.show(Way::Wait, finding);
}

async fn wait(begun: f64, length: u32) -> Result<WaitTimes, Option<NoAnswer>> {
    let address = format!("/connection/wait?ms={length}");
    let answer = get(&address, length.saturating_add(PATIENCE_MS)).await?;
    let accepted = millis() - begun;
    let text = answer.text().await.ok_or(None)?;
    let Waited { waited_ms, .. } = Waited::<JsonText>::from_text(&text).ok_or(None)?;
    Ok(WaitTimes {
        accepted,
        waited: waited_ms,
    })
}
