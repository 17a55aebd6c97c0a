//! Messages of clients, and their answers.

use protocol::{ClientMessage, LiveMessage, Seen};
use store::Topic;
use tungstenite::protocol::frame::coding::CloseCode;

use super::{
    Millis,
    follower::{Lookup, Socket, Written, is_full},
    frame::{self, Incoming, Violation},
    hub::{FollowerId, Hub},
};
use crate::live::follow::{WantedTopics, topics_of};

/// More frames than this between two heartbeats are a flood: a page says a few.
const FLOOD: u32 = 400;
/// One client is read so often before the others have their turn.
const TURN: usize = 4;

/// Whoever cannot be answered comes back after one to two seconds, spread by number.
const TRY_AGAIN_MS: u32 = 1_000;
const TRY_AGAIN_STEP_MS: u32 = 37;

/// A client wants to follow something else. What that is must be looked up.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FollowRequest {
    pub(super) follower: FollowerId,
    pub(super) topics: WantedTopics,
}

enum Inbound {
    Nothing,
    FollowRequest(WantedTopics),
    Goodbye,
}

impl<W: Socket> Hub<W> {
    /// Reads what a client has sent. Returns the topics that it asks for, and whether there is more.
    pub(super) fn readable(&mut self, number: usize, now: Millis) -> (Option<FollowRequest>, bool) {
        let mut wish = None;
        for _ in 0..TURN {
            let Some(follower) = self.followers.get_mut(number) else {
                return (wish, false);
            };
            match follower.socket.read(&mut self.scratch) {
                Ok(0) => {
                    self.remove(number);
                    return (wish, false);
                }
                Ok(read) => {
                    // Borrowed apart, so that it need not be copied.
                    let scratch = std::mem::take(&mut self.scratch);
                    wish = self.hear(number, &scratch[..read], now).or(wish);
                    self.scratch = scratch;
                }
                Err(error) if is_full(&error) => return (wish, false),
                Err(_) => {
                    self.remove(number);
                    return (wish, false);
                }
            }
        }
        (wish, true)
    }

    /// A client reads again.
    pub(super) fn writable(&mut self, number: usize, now: Millis) {
        let Some(follower) = self.followers.get_mut(number) else {
            return;
        };
        match follower.write_backlog(now) {
            Written::Sent if follower.leaving => follower.socket.finish(),
            Written::Sent => {
                if self.offer(number, now) == Written::Gone {
                    self.remove(number);
                }
            }
            Written::Blocked => {}
            Written::Gone => self.remove(number),
        }
    }

    /// The topics have been looked up: this is what it follows from now on, and what
    /// is newer of it, or why not. Returns what it has wished for meanwhile.
    pub(super) fn granted(
        &mut self,
        id: FollowerId,
        outcome: Result<(Vec<(Topic, u64)>, LiveMessage), LiveMessage>,
        now: Millis,
    ) -> Option<FollowRequest> {
        let follower = self.follower(id).filter(|follower| !follower.leaving)?;
        let asked = std::mem::take(&mut follower.lookup);
        match outcome {
            Ok((follows, newer)) => self.follow(id, follows, newer, now),
            Err(refusal) if refusal.unknown.is_empty() => {
                self.send_to_try_again(id, refusal, now);
                return None;
            }
            Err(refusal) => self.say(id.number, &refusal, now),
        }
        match asked {
            Lookup::Superseded(topics) => self.wish(id.number, topics),
            Lookup::Idle | Lookup::Running => None,
        }
    }

    /// The store could not say what is newer. Whoever went on would follow what it did
    /// before and never know: it comes back and asks from the beginning.
    fn send_to_try_again(&mut self, id: FollowerId, refusal: LiveMessage, now: Millis) {
        let retry_ms = TRY_AGAIN_MS + id.serial.wrapping_mul(TRY_AGAIN_STEP_MS) % TRY_AGAIN_MS;
        let farewell = LiveMessage {
            retry_ms: Some(retry_ms),
            ..refusal
        };
        self.say(id.number, &farewell, now);
        self.dismiss(id.number, Some(CloseCode::Again), "try again later", now);
    }

    /// Takes in what a client has said, and returns the topics that it asked for last.
    pub(super) fn hear(
        &mut self,
        number: usize,
        bytes: &[u8],
        now: Millis,
    ) -> Option<FollowRequest> {
        let follower = self.followers.get_mut(number)?;
        if follower.leaving {
            return None;
        }
        follower.heard_at = now;
        let mut input = follower.input.take().unwrap_or_default();
        let (mut wish, mut over) = (None, false);
        let outcome = input.take_in(bytes, |incoming| {
            if over {
                return Ok(());
            }
            match self.answer(number, incoming, now)? {
                Inbound::FollowRequest(wished) => wish = Some(wished),
                Inbound::Nothing => {}
                Inbound::Goodbye => over = true,
            }
            Ok(())
        });
        if over {
            // What comes behind a goodbye is nobody's business.
        } else if let Err(Violation { code, reason }) = outcome {
            self.counters.violated(code);
            self.dismiss(number, Some(code), reason, now);
        } else if let Some(follower) = self.followers.get_mut(number) {
            follower.input = (!input.is_empty()).then_some(input);
        }
        self.wish(number, wish?)
    }

    fn answer(
        &mut self,
        number: usize,
        incoming: Incoming,
        now: Millis,
    ) -> Result<Inbound, Violation> {
        let Some(follower) = self.followers.get_mut(number) else {
            return Ok(Inbound::Goodbye);
        };
        follower.said += 1;
        if follower.said > FLOOD {
            return Err(policy("that is too much at once"));
        }
        match incoming {
            Incoming::Text(text) => return self.answer_text(number, &text, now),
            Incoming::Ping(payload) => self.write(number, &frame::pong(&payload), now),
            Incoming::Pong | Incoming::Fragment => {}
            Incoming::Close(code) => {
                self.dismiss(number, code, "", now);
                return Ok(Inbound::Goodbye);
            }
        }
        Ok(Inbound::Nothing)
    }

    fn answer_text(
        &mut self,
        number: usize,
        text: &str,
        now: Millis,
    ) -> Result<Inbound, Violation> {
        let said = serde_json::from_str::<ClientMessage>(text)
            .map_err(|_| policy("say {\"seen\":\"topic:version,…\"} or {\"ping\":…}"))?;
        if let Some(ping) = said.ping {
            let pong = LiveMessage {
                pong: Some(ping),
                ..LiveMessage::default()
            };
            self.say(number, &pong, now);
        }
        let Some(seen) = said.seen else {
            return Ok(Inbound::Nothing);
        };
        let Some(follower) = self.followers.get_mut(number) else {
            return Ok(Inbound::Goodbye);
        };
        // It may have heard otherwise meanwhile, in another way.
        follower.told_stale = said.stale;
        let shopper = follower.shopper;
        let topics = match Seen::parse(&seen) {
            Ok(seen) => topics_of(&seen, shopper),
            Err(error) => Err(Box::new(LiveMessage {
                error: Some(error.to_string()),
                ..LiveMessage::default()
            })),
        };
        match topics {
            Ok(topics) => Ok(Inbound::FollowRequest(topics)),
            Err(refusal) => {
                self.say(number, &refusal, now);
                Ok(Inbound::Nothing)
            }
        }
    }

    /// Topics to be looked up; they wait while another lookup is under way.
    fn wish(&mut self, number: usize, topics: WantedTopics) -> Option<FollowRequest> {
        let follower = self.followers.get_mut(number)?;
        if !matches!(follower.lookup, Lookup::Idle) {
            follower.lookup = Lookup::Superseded(topics);
            return None;
        }
        follower.lookup = Lookup::Running;
        let serial = follower.serial;
        let follower = FollowerId { number, serial };
        Some(FollowRequest { follower, topics })
    }
}

fn policy(reason: &'static str) -> Violation {
    Violation {
        code: CloseCode::Policy,
        reason,
    }
}
