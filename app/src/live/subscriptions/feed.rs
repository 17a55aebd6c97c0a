//! The side of [`Live`] that exchanges messages with the server.

use leptos::prelude::*;
use protocol::{LiveMessage, Seen, Topic, replaces};
use shop::News;

use super::{Live, value_of};
use crate::live::latest_version::{Version, take};

impl Live {
    /// The topics of this page and the versions it has seen, for the server.
    pub(in crate::live) fn seen(self) -> Seen {
        let numbers = self.numbers.try_with_value(|watched| {
            let numbers = watched.iter();
            numbers
                .map(|entry| (entry.key.clone(), entry.value.get_untracked().number))
                .collect::<Vec<_>>()
        });
        let levels = self.levels.try_with_value(|watched| {
            let levels = watched.iter();
            levels
                .map(|entry| {
                    let version = entry.value.read_untracked().version;
                    (Topic::Book(entry.key.clone()), version)
                })
                .collect::<Vec<_>>()
        });
        let news = self.news.try_with_untracked(|news| {
            let version = news.as_ref()?.version;
            Some((Topic::News, version))
        });
        // The levels come last, so that if there are too many topics, only books at the end of a
        // shelf are left out.
        let topics = numbers.into_iter().chain(levels).flatten();
        news.flatten().into_iter().chain(topics).collect()
    }

    /// Takes in a message from the server.
    pub(crate) fn take_in(self, message: &LiveMessage) {
        // A message also has the epoch if the page did not name one, but is then not `rewound`.
        if message.rewound && message.epoch.is_some() {
            self.begin_history();
        }
        for level in &message.stock {
            self.take(level, message.rewound);
            let book = Topic::Book(level.book.clone());
            self.take_number(&book, level.version, message.rewound);
        }
        if let Some(number) = message.mine {
            self.take_number(&Topic::Mine, number, message.rewound);
        }
        if let Some(news) = &message.news {
            self.take_news(news, message.rewound);
            self.take_number(&Topic::News, news.version, message.rewound);
        }
        for order in &message.orders {
            self.take_number(&Topic::Order(order.code), order.version, message.rewound);
        }
        self.forget(&message.unknown);
    }

    /// Forgets all versions, which mean nothing in another history. The page goes on showing its
    /// data until the server sends other data, and asks for whatever the server does not send.
    fn begin_history(self) {
        let history = self.history() + 1;
        self.history.set(history);
        self.levels.try_update_value(|watched| {
            for entry in watched {
                entry.value.update_untracked(|level| level.version = 0);
            }
        });
        self.numbers.try_update_value(|watched| {
            for entry in watched {
                entry.value.set(Version { number: 0, history });
            }
        });
        self.news.try_update_untracked(|news| {
            if let Some(news) = news {
                news.version = 0;
            }
        });
    }

    fn take_number(self, topic: &Topic, heard: u64, rewound: bool) {
        if let Some(number) = value_of(self.numbers, topic) {
            take(&number, heard, rewound);
        }
    }

    fn take_news(self, heard: &News, rewound: bool) {
        self.news.maybe_update(|news| {
            let shown = news.as_ref().map(|news| news.version);
            let changes = shown.is_some_and(|shown| replaces(shown, heard.version, rewound));
            if changes {
                *news = Some(heard.clone());
            }
            changes
        });
    }

    /// Stops following topics that the shop does not know.
    fn forget(self, unknown: &[String]) {
        if unknown.is_empty() {
            return;
        }
        let is_unknown = |named: &str| unknown.iter().any(|name| name == named);
        self.levels.try_update_value(|watched| {
            watched.retain(|entry| !is_unknown(entry.key.as_str()));
        });
        self.numbers.try_update_value(|watched| {
            watched.retain(|entry| !is_unknown(&entry.key.to_string()));
        });
        self.topics_changed.notify();
    }
}
