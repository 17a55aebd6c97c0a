//! What clients say, and what they are answered.

use protocol::{ClientMessage, LiveMessage, Seen};
use store::Topic;
use tungstenite::protocol::frame::coding::CloseCode;

use super::{
    Millis,
    crowd::{Crowd, MemberId},
    frame::{self, Incoming, Violation},
    member::{Asking, Wire, Written, is_full},
};
use crate::live::follow::{Wanted, topics_of};

/// More frames than this between two heartbeats are a flood: a page says a few.
const FLOOD: u32 = 400;
/// One client is read so often before the others have their turn.
const TURN: usize = 4;

/// Whoever cannot be answered comes back after one to two seconds, spread by number.
const TRY_AGAIN_MS: u32 = 1_000;
const TRY_AGAIN_STEP_MS: u32 = 37;

/// A client wants to follow something else. What that is must be looked up.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Wish {
    pub(super) member: MemberId,
    pub(super) topics: Wanted,
}

enum Heard {
    Nothing,
    Wish(Wanted),
    Goodbye,
}

impl<W: Wire> Crowd<W> {
    /// Reads what a client has sent. Returns its wish, and whether there is more.
    pub(super) fn readable(&mut self, number: usize, now: Millis) -> (Option<Wish>, bool) {
        let mut wish = None;
        for _ in 0..TURN {
            let Some(member) = self.members.get_mut(number) else {
                return (wish, false);
            };
            match member.wire.read(&mut self.scratch) {
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
        let Some(member) = self.members.get_mut(number) else {
            return;
        };
        match member.write_backlog(now) {
            Written::Sent if member.leaving => member.wire.finish(),
            Written::Sent => {
                if self.offer(number, now) == Written::Gone {
                    self.remove(number);
                }
            }
            Written::Blocked => {}
            Written::Gone => self.remove(number),
        }
    }

    /// The wish has been looked up: this is what it follows from now on, and what
    /// is newer of it, or why not. Returns what it has wished for meanwhile.
    pub(super) fn granted(
        &mut self,
        id: MemberId,
        outcome: Result<(Vec<(Topic, u64)>, LiveMessage), LiveMessage>,
        now: Millis,
    ) -> Option<Wish> {
        let member = self.member(id).filter(|member| !member.leaving)?;
        let asked = std::mem::take(&mut member.asking);
        match outcome {
            Ok((follows, newer)) => self.follow(id, follows, newer, now),
            Err(refusal) if refusal.unknown.is_empty() => {
                self.send_to_try_again(id, refusal, now);
                return None;
            }
            Err(refusal) => self.say(id.number, &refusal, now),
        }
        match asked {
            Asking::Again(topics) => self.wish(id.number, topics),
            Asking::No | Asking::Yes => None,
        }
    }

    /// The store could not say what is newer. Whoever went on would follow what it did
    /// before and never know: it comes back and asks from the beginning.
    fn send_to_try_again(&mut self, id: MemberId, refusal: LiveMessage, now: Millis) {
        let retry_ms = TRY_AGAIN_MS + id.serial.wrapping_mul(TRY_AGAIN_STEP_MS) % TRY_AGAIN_MS;
        let farewell = LiveMessage {
            retry_ms: Some(retry_ms),
            ..refusal
        };
        self.say(id.number, &farewell, now);
        self.dismiss(id.number, Some(CloseCode::Again), "try again later", now);
    }

    /// Takes in what a client has said, and returns its last wish.
    pub(super) fn hear(&mut self, number: usize, bytes: &[u8], now: Millis) -> Option<Wish> {
        let member = self.members.get_mut(number)?;
        if member.leaving {
            return None;
        }
        member.heard_at = now;
        let mut input = member.input.take().unwrap_or_default();
        let (mut wish, mut over) = (None, false);
        let outcome = input.take_in(bytes, |incoming| {
            if over {
                return Ok(());
            }
            match self.answer(number, incoming, now)? {
                Heard::Wish(wished) => wish = Some(wished),
                Heard::Nothing => {}
                Heard::Goodbye => over = true,
            }
            Ok(())
        });
        if over {
            // What comes behind a goodbye is nobody's business.
        } else if let Err(Violation { code, reason }) = outcome {
            self.counters.violated(code);
            self.dismiss(number, Some(code), reason, now);
        } else if let Some(member) = self.members.get_mut(number) {
            member.input = (!input.is_empty()).then_some(input);
        }
        self.wish(number, wish?)
    }

    fn answer(
        &mut self,
        number: usize,
        incoming: Incoming,
        now: Millis,
    ) -> Result<Heard, Violation> {
        let Some(member) = self.members.get_mut(number) else {
            return Ok(Heard::Goodbye);
        };
        member.said += 1;
        if member.said > FLOOD {
            return Err(policy("that is too much at once"));
        }
        match incoming {
            Incoming::Text(text) => return self.answer_text(number, &text, now),
            Incoming::Ping(payload) => self.write(number, &frame::pong(&payload), now),
            Incoming::Pong | Incoming::Fragment => {}
            Incoming::Close(code) => {
                self.dismiss(number, code, "", now);
                return Ok(Heard::Goodbye);
            }
        }
        Ok(Heard::Nothing)
    }

    fn answer_text(&mut self, number: usize, text: &str, now: Millis) -> Result<Heard, Violation> {
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
            return Ok(Heard::Nothing);
        };
        let Some(member) = self.members.get_mut(number) else {
            return Ok(Heard::Goodbye);
        };
        // It may have heard otherwise meanwhile, in another way.
        member.told_stale = said.stale;
        let shopper = member.shopper;
        let topics = match Seen::parse(&seen) {
            Ok(seen) => topics_of(&seen, shopper),
            Err(error) => Err(Box::new(LiveMessage {
                error: Some(error.to_string()),
                ..LiveMessage::default()
            })),
        };
        match topics {
            Ok(topics) => Ok(Heard::Wish(topics)),
            Err(refusal) => {
                self.say(number, &refusal, now);
                Ok(Heard::Nothing)
            }
        }
    }

    /// A wish to be looked up, unless one is under way: then it waits for that.
    fn wish(&mut self, number: usize, topics: Wanted) -> Option<Wish> {
        let member = self.members.get_mut(number)?;
        if !matches!(member.asking, Asking::No) {
            member.asking = Asking::Again(topics);
            return None;
        }
        member.asking = Asking::Yes;
        let serial = member.serial;
        let member = MemberId { number, serial };
        Some(Wish { member, topics })
    }
}

fn policy(reason: &'static str) -> Violation {
    Violation {
        code: CloseCode::Policy,
        reason,
    }
}
