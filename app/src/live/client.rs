//! The live client of one page: [`Machine`], which decides how to connect, and what the connection
//! asks for.

use protocol::{LiveMessage, Seen};

use super::reconnect::{self, Effect, Machine, Millis};

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An event of the connection.
    Wire(reconnect::Event),
    /// The topics that the page follows have changed.
    Follows,
    /// The page has been frozen or put into the back/forward cache, or is back from there.
    Away(bool),
    /// The page has taken in this message of the server.
    Said(LiveMessage),
}

/// One page's client.
#[derive(Debug)]
pub struct Client {
    machine: Machine,
    away: bool,
    following: bool,
    /// The topics and versions that the connection asks for.
    asked: Seen,
}

impl Client {
    /// The client of a visible page that follows nothing yet.
    #[must_use]
    pub fn new(now: Millis) -> Self {
        Self {
            machine: Machine::new(now),
            away: false,
            following: false,
            asked: Seen::default(),
        }
    }

    /// Handles an event at `now` and returns the effects, in order.
    ///
    /// `seen` is what the page has seen, and `chance` a fresh random number from 0 up to 1.
    pub fn on(&mut self, event: Event, seen: &Seen, now: Millis, chance: f64) -> Vec<Effect> {
        let mut effects = match event {
            Event::Wire(event) => self.machine.on(event, now, chance),
            Event::Follows => Vec::new(),
            Event::Away(away) => {
                self.away = away;
                Vec::new()
            }
            Event::Said(message) => {
                // What arrived by this connection need not be asked for again, unless the data has
                // gone back: then the server may have taken the higher version for the new one.
                if !message.rewound {
                    self.asked.hear(&message);
                }
                let stale = message.stale.map(reconnect::Event::Stale);
                stale.map_or_else(Vec::new, |event| self.machine.on(event, now, chance))
            }
        };
        if let Some(event) = self.ask(seen) {
            effects.extend(self.machine.on(event, now, chance));
        }
        effects
    }

    /// The topics and versions to ask the server for.
    #[must_use]
    pub fn asked(&self) -> &Seen {
        &self.asked
    }

    /// Whether to tell the server that the client knows its data may be out of date.
    #[must_use]
    pub fn is_stale(&self) -> bool {
        self.machine.is_stale()
    }

    /// When to send [`reconnect::Event::Woken`] next, if ever.
    #[must_use]
    pub fn deadline(&self) -> Option<Millis> {
        self.machine.deadline()
    }

    /// Asks for what the page follows now.
    fn ask(&mut self, seen: &Seen) -> Option<reconnect::Event> {
        let following = !self.away && !seen.topics().is_empty();
        let anew = seen.asks_more_than(&self.asked);
        self.asked.clone_from(seen);
        if following != self.following {
            self.following = following;
            return Some(reconnect::Event::Following(following));
        }
        (following && anew).then_some(reconnect::Event::SeenChanged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str) -> Seen {
        Seen::parse(text).unwrap()
    }

    /// A page with socket number 1, which follows a book at version 5.
    fn live() -> Client {
        let (mut client, own) = (Client::new(0), seen("drop:5"));
        assert_eq!(
            client.on(Event::Follows, &own, 0, 0.5),
            [Effect::OpenSocket(1)]
        );
        let heard = Event::Wire(reconnect::Event::Heard(1));
        client.on(heard, &own, 0, 0.5);
        client
    }

    #[test]
    fn a_new_topic_is_asked_for_and_an_arrived_version_is_not() {
        let mut client = live();
        let message = LiveMessage {
            mine: Some(6),
            ..LiveMessage::default()
        };
        let own = seen("drop:5,@mine:4");
        assert_eq!(
            client.on(Event::Follows, &own, 1, 0.5),
            [Effect::SendSeen(1)]
        );
        let own = seen("drop:5,@mine:6");
        assert_eq!(client.on(Event::Said(message), &own, 2, 0.5), []);
        assert_eq!(client.asked(), &own);
    }

    #[test]
    fn a_page_whose_data_has_gone_back_tells_the_server_its_new_versions() {
        let mut client = live();
        let message = LiveMessage {
            mine: Some(2),
            rewound: true,
            ..LiveMessage::default()
        };
        client.on(Event::Follows, &seen("drop:5,@mine:4"), 1, 0.5);
        let own = seen("drop:5,@mine:2");
        assert_eq!(
            client.on(Event::Said(message), &own, 2, 0.5),
            [Effect::SendSeen(1)]
        );
    }

    #[test]
    fn a_page_that_is_away_has_no_connection() {
        let (mut client, own) = (live(), seen("drop:5"));
        assert_eq!(
            client.on(Event::Away(true), &own, 1, 0.5),
            [Effect::CloseSocket(1)]
        );
        assert_eq!(client.deadline(), None);
        assert_eq!(client.on(Event::Follows, &own, 2, 0.5), []);
        assert_eq!(
            client.on(Event::Away(false), &own, 3, 0.5),
            [Effect::OpenSocket(2)]
        );
    }
}
