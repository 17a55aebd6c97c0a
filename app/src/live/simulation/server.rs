//! The server's side of sockets and polls, as `/live` answers them.

use std::rc::Rc;

use protocol::{LiveMessage, Topic, Versions};

use super::{Arrival, Effect, PageId, Told, World, data::Data};

impl World {
    pub(super) fn carry_out(&mut self, id: PageId, effect: Effect) {
        let page = self.pages.get_mut(&id).unwrap();
        let epoch = page.client.epoch().filter(|_| self.compares_epochs);
        // Without its store, the server cannot tell whether its own epoch is the old one.
        let answers =
            self.server_up && !(self.stale && epoch.is_some_and(|it| *it != self.known.epoch));
        let asked = Told {
            epoch: epoch.cloned(),
            seen: page.client.asked().topics().iter().cloned().collect(),
            stale: self.tells_stale && page.client.is_stale(),
        };
        match effect {
            Effect::OpenSocket(number) => {
                page.sockets.push(number);
                if answers && !self.sockets_blocked {
                    self.sockets.insert((id, number), asked);
                    self.arrives(id, Arrival::Socket(number, LiveMessage::default()));
                } else {
                    self.arrives(id, Arrival::SocketClosed(number));
                }
            }
            Effect::CloseSocket(number) => {
                page.sockets.retain(|open| *open != number);
                self.sockets.remove(&(id, number));
            }
            Effect::SendSeen(number) => {
                if let Some(told) = self.sockets.get_mut(&(id, number)) {
                    // Keep what the server has sent already. The page may not have received it yet.
                    let stale = told.stale || asked.stale;
                    let epoch = told.epoch.take();
                    *told = Told {
                        stale,
                        epoch,
                        ..asked
                    };
                }
            }
            Effect::Poll(number) => {
                page.polls.push(number);
                if answers {
                    self.polls.insert((id, number), (self.now + 25_000, asked));
                } else {
                    self.arrives(id, Arrival::Poll(number, None));
                }
            }
            Effect::AbortPoll(number) => {
                page.polls.retain(|open| *open != number);
                self.polls.remove(&(id, number));
            }
            Effect::Show(connection) => page.shown = Some(connection),
        }
    }

    /// Sends each connection the versions that are newer than those it was sent.
    pub(super) fn serve(&mut self) {
        if !self.server_up {
            return;
        }
        // Without its store, the server keeps what it knew.
        if !self.stale {
            if self.known.epoch != self.truth.epoch {
                // Every page must connect again and say what it has seen.
                self.break_off();
            }
            self.known = Rc::clone(&self.truth);
        }
        let (truth, stale) = (Rc::clone(&self.known), self.stale);
        let tells_rewound = self.tells_rewound;
        let mut sent = Vec::new();
        for ((id, number), told) in &mut self.sockets {
            let mut message = newer(&truth, stale, told);
            message.rewound &= tells_rewound;
            if message != LiveMessage::default() {
                sent.push((*id, Arrival::Socket(*number, message)));
            }
        }
        self.polls.retain(|(id, number), (until, told)| {
            let mut message = newer(&truth, stale, told);
            message.rewound &= tells_rewound;
            let done = message != LiveMessage::default() || self.now >= *until;
            if done {
                sent.push((*id, Arrival::Poll(*number, Some(message))));
            }
            !done
        });
        for (id, arrival) in sent {
            self.arrives(id, arrival);
        }
        // Heartbeats.
        if self.now.is_multiple_of(20_000) {
            for (id, number) in self.sockets.keys().copied().collect::<Vec<_>>() {
                self.arrives(id, Arrival::Socket(number, LiveMessage::default()));
            }
        }
    }
}

/// The message with all newer versions, which count as sent from now on.
///
/// If the client has seen another epoch, the message is `rewound` and has every version. If the
/// client has seen a higher version than the newest, the message is `rewound` and has the versions
/// that went back. The server can see that only while it can read the store.
fn newer(truth: &Data, stale: bool, told: &mut Told) -> LiveMessage {
    let is_ahead = |topic: &Topic, seen: &Versions| seen.highest > truth.newest(topic).version;
    let other_epoch = told.epoch.as_ref().is_some_and(|it| *it != truth.epoch);
    let went_back = !stale && told.seen.iter().any(|(topic, seen)| is_ahead(topic, seen));
    let mut message = LiveMessage {
        epoch: other_epoch.then(|| truth.epoch.clone()),
        rewound: other_epoch || went_back,
        stale: (told.stale != stale).then_some(stale),
        ..LiveMessage::default()
    };
    told.stale = stale;
    if other_epoch {
        told.epoch = Some(truth.epoch.clone());
    }
    for (topic, seen) in &mut told.seen {
        let newest = truth.newest(topic);
        let tells = other_epoch
            || match message.rewound {
                true => is_ahead(topic, seen),
                false => newest.version > seen.lowest,
            };
        if !tells {
            continue;
        }
        *seen = newest.version.into();
        match topic {
            Topic::Book(book) => message.stock.push(shop::Level {
                book: book.clone(),
                available: newest.content,
                in_carts: false,
                price: shop::Price::from_cents(2_000),
                page: 1,
                withdrawn: false,
                version: newest.version,
            }),
            Topic::News => {
                message.news = Some(shop::News {
                    version: newest.version,
                    items: Vec::new(),
                });
            }
            _ => message.mine = Some(newest.version),
        }
    }
    message
}
