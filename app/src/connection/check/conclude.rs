//! What the check concludes from its measurements. All times are in milliseconds.

use shop::Language;

use super::finding::{Finding, Verdict};

/// A stream or wait was held back if it took less than this share of its time on the server.
const AT_ONCE: f64 = 0.5;
/// The server accepts a wait after this time, by sending the headers, and answers it later.
const ACCEPTED_AFTER: f64 = 1_000.0;
const TOO_MANY_REQUESTS: u16 = 429;

/// The request was not answered as expected. Holds the status of the answer, if there was one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoAnswer(pub(super) Option<u16>);

impl NoAnswer {
    fn words(self, language: Language) -> String {
        match self.0 {
            None => say!(language, connection.no_answer).to_owned(),
            Some(TOO_MANY_REQUESTS) => say!(language, connection.too_often_here).to_owned(),
            Some(status) => say!(language, connection.status, status),
        }
    }
}

/// How a socket behaved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum SocketOutcome {
    /// It could not be opened.
    NotOpened,
    /// Nothing came back.
    Silent,
    Echoed(SocketTimes),
}

/// What came back over an open socket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct SocketTimes {
    /// The round trip of a text.
    pub(super) text: f64,
    /// Whether bytes came back intact.
    pub(super) binary: bool,
    /// The round trip of the server's ping.
    pub(super) ping: Option<f64>,
}

/// When a piece of the stream was sent, and when it arrived, both since the beginning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Piece {
    pub(super) of: u32,
    pub(super) sent: f64,
    pub(super) arrived: f64,
}

/// When an answered wait was accepted, and how long the server waited.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct WaitTimes {
    pub(super) accepted: f64,
    pub(super) waited: u64,
}

/// Concludes from the quickest round trip of a request.
pub(super) fn requests(language: Language, quickest: Result<f64, NoAnswer>) -> Finding {
    match quickest {
        Ok(time) => {
            let ms = rounded(time);
            let found = say!(language, connection.requests_ok, ms);
            finding(language, Verdict::Through, [found])
        }
        Err(why) => {
            let found = say!(language, connection.requests_no).to_owned();
            finding(language, Verdict::Blocked, [found, why.words(language)])
        }
    }
}

/// Concludes from what came back over a socket.
pub(super) fn socket(language: Language, outcome: SocketOutcome) -> Finding {
    let blocked = |found: &str| finding(language, Verdict::Blocked, [found.to_owned()]);
    match outcome {
        SocketOutcome::NotOpened => blocked(say!(language, connection.socket_no)),
        SocketOutcome::Silent => blocked(say!(language, connection.socket_silent)),
        SocketOutcome::Echoed(times) => echoed(language, times),
    }
}

fn echoed(language: Language, times: SocketTimes) -> Finding {
    let verdict = match times.binary && times.ping.is_some() {
        true => Verdict::Through,
        false => Verdict::Hindered,
    };
    let text = say!(language, connection.socket_ok, ms = rounded(times.text));
    let binary = match times.binary {
        true => say!(language, connection.socket_binary),
        false => say!(language, connection.socket_no_binary),
    };
    let ping = match times.ping {
        Some(ping) => say!(language, connection.socket_ping, ms = rounded(ping)),
        None => say!(language, connection.socket_no_ping).to_owned(),
    };
    finding(language, verdict, [text, binary.to_owned(), ping])
}

/// Concludes from the pieces of a stream that arrived before it ended or broke off.
pub(super) fn stream(language: Language, pieces: Result<&[Piece], NoAnswer>) -> Finding {
    let nothing = |why: NoAnswer| {
        let found = say!(language, connection.stream_no).to_owned();
        finding(language, Verdict::Blocked, [found, why.words(language)])
    };
    let pieces = match pieces {
        Ok(pieces) => pieces,
        Err(why) => return nothing(why),
    };
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
        return nothing(NoAnswer(None));
    };
    let (count, ms) = (pieces.len(), rounded(last.arrived));
    let together = last.arrived - first.arrived < AT_ONCE * (last.sent - first.sent);
    let (verdict, found) = if count < first.of as usize {
        let found = say!(
            language,
            connection.stream_short,
            pieces = count,
            all = first.of
        );
        (Verdict::Hindered, found)
    } else if together {
        let found = say!(language, connection.stream_lump, pieces = count, ms);
        (Verdict::Hindered, found)
    } else {
        let found = say!(language, connection.stream_ok, pieces = count, ms);
        (Verdict::Through, found)
    };
    finding(language, verdict, [found])
}

/// Concludes from a wait that ended at `end`. `Err(None)` if it was accepted, but cut off.
pub(super) fn wait(
    language: Language,
    end: f64,
    answer: Result<WaitTimes, Option<NoAnswer>>,
) -> Finding {
    let ms = rounded(end);
    let WaitTimes { accepted, waited } = match answer {
        Ok(times) => times,
        Err(why) => {
            let found = say!(language, connection.wait_no, ms);
            let why = why.map(|why| why.words(language));
            let found = [found].into_iter().chain(why);
            return finding(language, Verdict::Blocked, found);
        }
    };
    let held_back = end - accepted < AT_ONCE * (waited as f64 - ACCEPTED_AFTER);
    let (verdict, found) = if held_back {
        let found = say!(language, connection.wait_late, ms);
        (Verdict::Hindered, found)
    } else {
        let head = rounded(accepted);
        let found = say!(language, connection.wait_ok, head, ms, waited);
        (Verdict::Through, found)
    };
    finding(language, verdict, [found])
}

/// Formats a time for people, to a tenth below ten milliseconds. It uses whole numbers, because
/// code that formats any `f64` weighs 7 kB.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a time of some seconds"
)]
pub(super) fn rounded(millis: f64) -> String {
    let tenths = (millis * 10.0).round() as u64;
    match (tenths / 10, tenths % 10) {
        (0..10, 1..) => format!("{}.{}", tenths / 10, tenths % 10),
        (whole @ 0..10, 0) => whole.to_string(),
        _ => (millis.round() as u64).to_string(),
    }
}

fn finding(
    language: Language,
    verdict: Verdict,
    sentences: impl IntoIterator<Item = String>,
) -> Finding {
    let found = sentences
        .into_iter()
        .reduce(|first, second| say!(language, format.sentences, first, second));
    Finding { verdict, found }
}

#[cfg(test)]
mod tests;
