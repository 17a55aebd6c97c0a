//! Decides what an upload does next. This code works with numbers only; the file and the socket
//! belong to its caller.

use std::{cmp::min, ops::Range, time::Duration};

/// An upload with unacknowledged pieces is reconnected after this time without progress.
const STALLED_AFTER: Duration = Duration::from_secs(30);
/// On a slow connection, pieces become smaller, but not smaller than this.
const SMALLEST_PIECE: u64 = 16 * 1024;

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Hash these bytes of the file. They were sent before the page was loaded.
    Hash(Range<u64>),
    /// Hash and send these bytes.
    Send(Range<u64>),
    /// Send the digest of the whole file.
    Finish,
    /// Wait for the shop, or for the user to resume.
    Wait,
}

/// What the shop allows on a connection.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// The most pieces that may be unacknowledged.
    window: u64,
    /// The most bytes of a piece.
    piece: u64,
}

/// How far an upload has got.
#[derive(Debug)]
pub(super) struct Sending {
    size: u64,
    /// The shop has the file up to here.
    acked: u64,
    /// The file is sent up to here.
    sent: u64,
    /// The file is hashed up to here.
    hashed: u64,
    /// `None` without a connection.
    limits: Option<Limits>,
    paused: bool,
    /// The digest was sent on this connection.
    finished: bool,
    /// How many connections in a row made no progress.
    stalls: u32,
    progress_at: Duration,
}

impl Sending {
    /// An upload of this many bytes that has no connection yet.
    pub(super) fn new(size: u64) -> Self {
        Self {
            size,
            acked: 0,
            sent: 0,
            hashed: 0,
            limits: None,
            paused: false,
            finished: false,
            stalls: 0,
            progress_at: Duration::ZERO,
        }
    }

    /// The shop has the file up to here.
    pub(super) fn acked(&self) -> u64 {
        self.acked
    }

    /// Takes in the first message on a connection: the offset at which to continue, the most pieces
    /// that may be unacknowledged, and their largest size.
    pub(super) fn start(&mut self, offset: u64, window: u32, piece: u32, now: Duration) {
        let piece = u64::from(piece);
        self.limits = Some(Limits {
            window: window.into(),
            piece: (piece >> min(self.stalls, 16)).max(min(piece, SMALLEST_PIECE)),
        });
        self.acked = offset;
        self.sent = offset;
        self.finished = false;
        self.progress_at = now;
    }

    /// Takes in an acknowledgement: the shop has the file up to here.
    pub(super) fn acknowledge(&mut self, acked: u64, now: Duration) {
        self.acked = acked;
        self.stalls = 0;
        self.progress_at = now;
    }

    /// The connection is lost. The next one says where to continue.
    pub(super) fn lose(&mut self) {
        self.limits = None;
    }

    pub(super) fn pause(&mut self, paused: bool) {
        self.paused = paused;
    }

    pub(super) fn next(&self) -> Step {
        let Some(limits) = self.limits.filter(|_| !self.paused) else {
            return Step::Wait;
        };
        let under_way = self.sent.saturating_sub(self.acked);
        if self.hashed < self.sent {
            Step::Hash(self.hashed..min(self.sent, self.hashed + limits.piece))
        } else if self.sent < self.size && under_way < limits.window * limits.piece {
            Step::Send(self.sent..min(self.size, self.sent + limits.piece))
        } else if self.acked == self.size && self.hashed == self.size && !self.finished {
            Step::Finish
        } else {
            Step::Wait
        }
    }

    /// Takes in that bytes were read, and returns which of them are not hashed yet.
    pub(super) fn hash(&mut self, read: &Range<u64>) -> Option<Range<usize>> {
        let known = self.hashed.checked_sub(read.start)?;
        if self.hashed >= read.end {
            return None;
        }
        self.hashed = read.end;
        let len = read.end - read.start;
        Some(usize::try_from(known).ok()?..usize::try_from(len).ok()?)
    }

    /// Takes in that a piece was sent.
    pub(super) fn piece_sent(&mut self, end: u64, now: Duration) {
        if self.sent == self.acked {
            // The time without progress starts now: there was nothing to acknowledge before.
            self.progress_at = now;
        }
        self.sent = end;
    }

    /// Takes in that the digest was sent.
    pub(super) fn digest_sent(&mut self) {
        self.finished = true;
    }

    /// Whether the connection makes no progress. If so, it is given up, and the next connection
    /// sends smaller pieces, in case a large piece takes too long.
    pub(super) fn has_stalled(&mut self, now: Duration) -> bool {
        let waits = self.limits.is_some() && self.sent > self.acked;
        let stalled = waits && now.saturating_sub(self.progress_at) >= STALLED_AFTER;
        if stalled {
            self.stalls += 1;
            self.limits = None;
        }
        stalled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PIECE: u32 = 65_536;
    const P: u64 = PIECE as u64;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// An upload that is connected, and may have two pieces under way.
    fn connected(size: u64, offset: u64) -> Sending {
        let mut sending = Sending::new(size);
        assert_eq!(sending.next(), Step::Wait, "there is no connection yet");
        sending.start(offset, 2, PIECE, at(0));
        sending
    }

    /// Takes steps until the upload waits, and returns them.
    fn work(sending: &mut Sending) -> Vec<Step> {
        let mut steps = Vec::new();
        loop {
            let step = sending.next();
            match &step {
                Step::Wait => return steps,
                Step::Finish => sending.digest_sent(),
                Step::Hash(read) => drop(sending.hash(read)),
                Step::Send(read) => {
                    sending.hash(read);
                    sending.piece_sent(read.end, at(0));
                }
            }
            steps.push(step);
        }
    }

    #[test]
    fn pieces_stay_within_the_window_and_the_digest_is_sent_last() {
        let mut sending = connected(2 * P + 7, 0);
        let sent = [Step::Send(0..P), Step::Send(P..2 * P)];
        assert_eq!(work(&mut sending), sent);
        sending.acknowledge(P, at(1));
        assert_eq!(work(&mut sending), [Step::Send(2 * P..2 * P + 7)]);
        sending.acknowledge(2 * P, at(1));
        assert_eq!(work(&mut sending), []);
        sending.acknowledge(2 * P + 7, at(1));
        assert_eq!(sending.acked(), 2 * P + 7);
        assert_eq!(work(&mut sending), [Step::Finish]);
    }

    #[test]
    fn bytes_sent_before_the_page_was_loaded_are_hashed_first() {
        let mut sending = connected(3 * P, P + 9);
        let steps = [
            Step::Hash(0..P),
            Step::Hash(P..P + 9),
            Step::Send(P + 9..2 * P + 9),
            Step::Send(2 * P + 9..3 * P),
        ];
        assert_eq!(work(&mut sending), steps);
    }

    #[test]
    fn pieces_that_the_shop_has_not_stored_are_sent_again_and_hashed_once() {
        let mut sending = connected(3 * P, 0);
        work(&mut sending);
        sending.lose();
        assert_eq!(sending.next(), Step::Wait);
        sending.start(P / 2, 2, PIECE, at(2));
        assert_eq!(sending.next(), Step::Send(P / 2..P / 2 + P));
        assert_eq!(sending.hash(&(P / 2..P / 2 + P)), None);
        let half = PIECE as usize / 2;
        let rest = sending.hash(&(P / 2 + P..P / 2 + 2 * P));
        assert_eq!(rest, Some(half..PIECE as usize));
    }

    #[test]
    fn the_digest_is_sent_again_on_a_new_connection() {
        let mut sending = connected(5, 0);
        work(&mut sending);
        sending.acknowledge(5, at(1));
        assert_eq!(work(&mut sending), [Step::Finish]);
        sending.lose();
        sending.start(5, 2, PIECE, at(2));
        assert_eq!(work(&mut sending), [Step::Finish]);
    }

    #[test]
    fn a_paused_upload_sends_nothing() {
        let mut sending = connected(5, 0);
        sending.pause(true);
        assert_eq!(sending.next(), Step::Wait);
        sending.pause(false);
        assert_eq!(sending.next(), Step::Send(0..5));
    }

    #[test]
    fn a_connection_without_progress_is_replaced_by_one_with_smaller_pieces() {
        let mut sending = connected(9 * P, 0);
        assert!(!sending.has_stalled(at(100)), "nothing is under way");
        sending.piece_sent(P, at(100));
        assert!(!sending.has_stalled(at(129)));
        sending.piece_sent(2 * P, at(129));
        assert!(sending.has_stalled(at(130)));
        assert!(!sending.has_stalled(at(200)), "already given up");
        sending.hash(&(0..2 * P));
        for piece in [P / 2, P / 4, P / 4] {
            sending.start(0, 2, PIECE, at(200));
            assert_eq!(sending.next(), Step::Send(0..piece));
            sending.piece_sent(piece, at(200));
            assert!(sending.has_stalled(at(230)));
        }
        sending.start(0, 2, PIECE, at(240));
        sending.acknowledge(P, at(250));
        sending.start(P, 2, PIECE, at(260));
        assert_eq!(sending.next(), Step::Send(P..2 * P), "full size again");
    }
}
