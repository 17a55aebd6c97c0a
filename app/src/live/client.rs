//! The live client of one page: [`Machine`], which decides how to connect, and what the connection
//! asks for.

use protocol::{LiveMessage, Seen};
use shop::Epoch;

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
    /// The page has taken in this message, which arrived on the socket or poll with this number.
    Said(u32, LiveMessage),
}

/// One page's client.
///
/// Like the machine, it is pure, and tested without a browser.
#[derive(Debug)]
pub struct Client {
    machine: Machine,
    /// The epoch of the data that the page shows; `None` if the page did not name it.
    epoch: Option<Epoch>,
    away: bool,
    following: bool,
    /// The topics and versions that the connection asks for.
    asked: Seen,
}

impl Client {
    /// The client of a visible page that follows nothing yet, and was rendered in this epoch.
    #[must_use]
    pub fn new(epoch: Option<Epoch>, now: Millis) -> Self {
        Self {
            machine: Machine::new(now),
            epoch,
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
            Event::Said(id, message) => {
                // What arrived by this connection is not asked for again, unless the data has gone
                // back: the server may then believe that the page still has its higher version.
                if !message.rewound {
                    self.asked.hear(&message);
                }
                let stale = message.stale.map(reconnect::Event::Stale);
                let began = message.epoch.filter(|epoch| self.begins(epoch));
                let began = began.map(|_| reconnect::Event::OtherEpoch(id));
                let events = stale.into_iter().chain(began);
                let on = |event| self.machine.on(event, now, chance);
                events.flat_map(on).collect()
            }
        };
        if let Some(event) = self.ask(seen) {
            effects.extend(self.machine.on(event, now, chance));
        }
        effects
    }

    /// The epoch of what the page shows, for the server.
    #[must_use]
    pub fn epoch(&self) -> Option<&Epoch> {
        self.epoch.as_ref()
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

    /// Takes in the epoch of the data. Returns whether the page showed another epoch before.
    fn begins(&mut self, epoch: &Epoch) -> bool {
        let before = self.epoch.replace(epoch.clone());
        before.is_some_and(|before| before != *epoch)
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
        let epoch = Some("q7".parse().unwrap());
        let (mut client, own) = (Client::new(epoch, 0), seen("drop:5"));
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
        assert_eq!(client.on(Event::Said(1, message), &own, 2, 0.5), []);
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
            client.on(Event::Said(1, message), &own, 2, 0.5),
            [Effect::SendSeen(1)]
        );
    }

    fn of_epoch(epoch: &str) -> LiveMessage {
        LiveMessage {
            epoch: Some(epoch.parse().unwrap()),
            rewound: true,
            ..LiveMessage::default()
        }
    }

    /// Any other connection still asks about the previous epoch.
    #[test]
    fn a_page_in_another_epoch_keeps_only_the_connection_that_said_so() {
        let own = seen("drop:5");
        let said = |id| Event::Said(id, of_epoch("q8"));
        let mut client = live();
        assert_eq!(client.on(said(1), &own, 1, 0.5), [], "the socket stays");
        assert_eq!(client.epoch().map(Epoch::as_str), Some("q8"));
        assert_eq!(client.on(said(1), &own, 2, 0.5), [], "already known");

        // Two connections: a poll, because the first socket was refused, and another socket.
        let mut client = Client::new(Some("q7".parse().unwrap()), 0);
        client.on(Event::Follows, &own, 0, 0.5);
        let closed = Event::Wire(reconnect::Event::Closed(1));
        assert_eq!(
            client.on(closed, &own, 1, 0.0),
            [Effect::OpenSocket(2), Effect::Poll(3)]
        );
        assert_eq!(
            client.on(said(3), &own, 2, 0.5),
            [Effect::CloseSocket(2), Effect::OpenSocket(4)]
        );
    }

    #[test]
    fn a_page_that_did_not_know_its_epoch_learns_it() {
        let mut client = Client::new(None, 0);
        let own = seen("drop:5");
        client.on(Event::Follows, &own, 0, 0.5);
        let message = LiveMessage {
            rewound: false,
            ..of_epoch("q7")
        };
        assert_eq!(client.on(Event::Said(1, message), &own, 1, 0.5), []);
        assert_eq!(client.epoch().map(Epoch::as_str), Some("q7"));
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
