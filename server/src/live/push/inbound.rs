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
use crate::{
    admission::client::Client,
    live::follow::{WantedTopics, topics_of},
};

/// A client may send this many frames between two heartbeats. A page sends a few.
const MOST_FRAMES: u32 = 400;
/// How many reads one client gets before the others have their turn.
const READS_PER_TURN: usize = 4;

/// When a lookup has failed, the client reconnects after one to two seconds, spread by serial.
const TRY_AGAIN_MS: u32 = 1_000;
const TRY_AGAIN_STEP_MS: u32 = 37;

/// A client's request to follow other topics, which have to be looked up.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FollowRequest {
    pub(super) follower: FollowerId,
    pub(super) client: Client,
    pub(super) topics: WantedTopics,
}

enum Inbound {
    Nothing,
    FollowRequest(WantedTopics),
    Closed,
}

impl<W: Socket> Hub<W> {
    /// Reads from a client. Returns the topics that it asks for, and whether there is more to read.
    pub(super) fn readable(&mut self, number: usize, now: Millis) -> (Option<FollowRequest>, bool) {
        let mut request = None;
        for _ in 0..READS_PER_TURN {
            let Some(follower) = self.followers.get_mut(number) else {
                return (request, false);
            };
            match follower.socket.read(&mut self.scratch) {
                Ok(0) => {
                    self.remove(number);
                    return (request, false);
                }
                Ok(read) => {
                    // The buffer is taken out, so that it is borrowed separately from the rest.
                    let scratch = std::mem::take(&mut self.scratch);
                    request = self.receive(number, &scratch[..read], now).or(request);
                    self.scratch = scratch;
                }
                Err(error) if is_full(&error) => return (request, false),
                Err(_) => {
                    self.remove(number);
                    return (request, false);
                }
            }
        }
        (request, true)
    }

    /// Continues to write to a client whose socket has room again.
    pub(super) fn writable(&mut self, number: usize, now: Millis) {
        let Some(follower) = self.followers.get_mut(number) else {
            return;
        };
        match follower.write_backlog(now) {
            Written::Sent if follower.leaving => follower.socket.finish(),
            Written::Sent => {
                if self.send_newer(number, now) == Written::Gone {
                    self.remove(number);
                }
            }
            Written::Blocked => {}
            Written::Gone => self.remove(number),
        }
    }

    /// Applies the result of a topic lookup: the topics to follow and what is newer, or an error.
    /// Returns the topics that the client has asked for meanwhile.
    pub(super) fn topics_looked_up(
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
                self.ask_to_reconnect(id, refusal, CloseCode::Again, "try again later", now);
                return None;
            }
            Err(refusal) => self.send_message(id.number, &refusal, now),
        }
        match asked {
            Lookup::Superseded(topics) => self.request_topics(id.number, topics),
            Lookup::Idle | Lookup::Running => None,
        }
    }

    /// Disconnects a client, and asks it to reconnect. This happens when its topics could not be
    /// looked up (it would silently keep its old ones), and when the data has another epoch.
    pub(super) fn ask_to_reconnect(
        &mut self,
        id: FollowerId,
        refusal: LiveMessage,
        code: CloseCode,
        reason: &str,
        now: Millis,
    ) {
        let spread = id.serial.wrapping_mul(TRY_AGAIN_STEP_MS) % TRY_AGAIN_MS;
        let retry_ms = refusal
            .retry_ms
            .unwrap_or(TRY_AGAIN_MS)
            .saturating_add(spread);
        let farewell = LiveMessage {
            retry_ms: Some(retry_ms),
            ..refusal
        };
        self.send_message(id.number, &farewell, now);
        self.start_closing(id.number, Some(code), reason, now);
    }

    /// Decodes what a client has sent, and returns the topics that it asked for last.
    pub(super) fn receive(
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
        let (mut request, mut over) = (None, false);
        let outcome = input.take_in(bytes, |incoming| {
            if over {
                return Ok(());
            }
            match self.answer(number, incoming, now)? {
                Inbound::FollowRequest(topics) => request = Some(topics),
                Inbound::Nothing => {}
                Inbound::Closed => over = true,
            }
            Ok(())
        });
        if over {
            // What follows a close frame is ignored.
        } else if let Err(Violation { code, reason }) = outcome {
            self.counters.violated(code);
            self.start_closing(number, Some(code), reason, now);
        } else if let Some(follower) = self.followers.get_mut(number) {
            follower.input = (!input.is_empty()).then_some(input);
        }
        self.request_topics(number, request?)
    }

    fn answer(
        &mut self,
        number: usize,
        incoming: Incoming,
        now: Millis,
    ) -> Result<Inbound, Violation> {
        let Some(follower) = self.followers.get_mut(number) else {
            return Ok(Inbound::Closed);
        };
        follower.said += 1;
        if follower.said > MOST_FRAMES {
            return Err(policy("too many frames"));
        }
        match incoming {
            Incoming::Text(text) => return self.answer_text(number, &text, now),
            Incoming::Ping(payload) => self.write(number, &frame::pong(&payload), now),
            // Binary messages never get here, because the rules of this socket refuse them.
            Incoming::Pong | Incoming::Fragment | Incoming::Binary(_) => {}
            Incoming::Close(code) => {
                self.start_closing(number, code, "", now);
                return Ok(Inbound::Closed);
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
            .map_err(|_| policy("send {\"seen\":\"topic:version,…\"} or {\"ping\":…}"))?;
        if let Some(ping) = said.ping {
            let pong = LiveMessage {
                pong: Some(ping),
                ..LiveMessage::default()
            };
            self.send_message(number, &pong, now);
        }
        let Some(seen) = said.seen else {
            return Ok(Inbound::Nothing);
        };
        let Some(follower) = self.followers.get_mut(number) else {
            return Ok(Inbound::Closed);
        };
        // Another instance may have told the client something else.
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
                self.send_message(number, &refusal, now);
                Ok(Inbound::Nothing)
            }
        }
    }

    /// Starts a lookup of topics, or remembers them while another is running.
    fn request_topics(&mut self, number: usize, topics: WantedTopics) -> Option<FollowRequest> {
        let follower = self.followers.get_mut(number)?;
        if !matches!(follower.lookup, Lookup::Idle) {
            follower.lookup = Lookup::Superseded(topics);
            return None;
        }
        follower.lookup = Lookup::Running;
        let (serial, client) = (follower.serial, follower.client);
        Some(FollowRequest {
            follower: FollowerId { number, serial },
            client,
            topics,
        })
    }
}

fn policy(reason: &'static str) -> Violation {
    Violation {
        code: CloseCode::Policy,
        reason,
    }
}
