//! What a page follows, kept at the newest version heard of.

use leptos::prelude::*;
use shop::{Level, News, Slug};

use super::{machine::Connection, number::Number};
#[cfg(any(feature = "hydrate", test))]
use crate::wire::{LiveMessage, Seen};
use crate::wire::{Topic, replaces};

/// The page's levels and numbers, and its connection. One for each page that is open;
/// on the server it holds what is being rendered and connects to nothing.
#[derive(Clone, Copy)]
pub struct Live {
    levels: StoredValue<Watch<Slug, Level>>,
    /// Of a cart or an order: a number that grows with every change.
    numbers: StoredValue<Watch<Topic, u64>>,
    /// What the shop says to everybody; none where the page does not show it.
    news: RwSignal<Option<News>>,
    /// Rung when the set of watched topics changes.
    topics_changed: Trigger,
    connection: RwSignal<Connection>,
    /// Milliseconds there and back, as the socket last measured them.
    round_trip: RwSignal<Option<u32>>,
}

/// What is watched. They are few, and a list costs the first visit less than a map.
type Watch<K, T> = Vec<Watched<K, T>>;

struct Watched<K, T> {
    key: K,
    value: ArcRwSignal<T>,
    /// How many parts of the page show it.
    shown: usize,
}

impl Live {
    /// A page that shows no book yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            levels: StoredValue::new(Vec::new()),
            numbers: StoredValue::new(Vec::new()),
            news: RwSignal::new(None),
            topics_changed: Trigger::new(),
            connection: RwSignal::new(Connection::Connecting),
            round_trip: RwSignal::new(None),
        }
    }

    /// Follows a book for as long as the calling component is on the page,
    /// starting from the level that came with the page.
    pub fn follow(self, initial: Level) -> Signal<Level> {
        let level = self.watch(self.levels, initial.book.clone(), initial.clone());
        self.hear(&initial);
        level.into()
    }

    /// Follows a cart or an order for as long as the calling component is on the
    /// page, which shows it as it was at this number.
    pub fn follow_number(self, topic: Topic, read_at: u64) -> Number {
        let number = Number::new(self.watch(self.numbers, topic, read_at));
        number.hear(read_at);
        number
    }

    /// Follows what the shop says to everybody for as long as the page is open, starting
    /// from what came with it.
    pub fn follow_news(self, initial: News) -> Signal<Option<News>> {
        self.news.set(Some(initial));
        self.topics_changed.notify();
        self.news.into()
    }

    /// Takes in a level from wherever it came. Only a newer one is shown.
    pub fn hear(self, level: &Level) {
        self.take(level, false);
    }

    /// How the page is connected.
    #[must_use]
    pub fn connection(self) -> Signal<Connection> {
        self.connection.into()
    }

    /// Milliseconds there and back, once the socket has measured them.
    #[must_use]
    pub fn round_trip(self) -> Signal<Option<u32>> {
        self.round_trip.into()
    }

    fn watch<K, T>(self, watched: StoredValue<Watch<K, T>>, key: K, initial: T) -> ArcRwSignal<T>
    where
        K: PartialEq + Clone + Send + Sync + 'static,
        T: Send + Sync + 'static,
    {
        let fresh = ArcRwSignal::new(initial);
        let value = watched
            .try_update_value(|watched| {
                if let Some(entry) = watched.iter_mut().find(|entry| entry.key == key) {
                    entry.shown += 1;
                    return entry.value.clone();
                }
                watched.push(Watched {
                    key: key.clone(),
                    value: fresh.clone(),
                    shown: 1,
                });
                fresh.clone()
            })
            .unwrap_or(fresh);
        self.topics_changed.notify();
        on_cleanup(move || {
            watched.try_update_value(|watched| {
                watched.retain_mut(|entry| {
                    if entry.key == key {
                        entry.shown -= 1;
                    }
                    entry.shown > 0
                });
            });
            self.topics_changed.notify();
        });
        value
    }

    fn take(self, heard: &Level, rewound: bool) {
        if let Some(level) = value_of(self.levels, &heard.book) {
            level.maybe_update(|level| {
                let changes = replaces(level.version, heard.version, rewound) && heard != level;
                if changes {
                    level.clone_from(heard);
                }
                changes
            });
        }
    }
}

fn value_of<K, T>(watched: StoredValue<Watch<K, T>>, key: &K) -> Option<ArcRwSignal<T>>
where
    K: PartialEq + Send + Sync + 'static,
    T: Send + Sync + 'static,
{
    watched
        .try_with_value(|watched| {
            let mut watched = watched.iter();
            let entry = watched.find(|entry| entry.key == *key);
            entry.map(|entry| entry.value.clone())
        })
        .flatten()
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

/// For `browser`, and for the tests: the side that talks to the server.
#[cfg(any(feature = "hydrate", test))]
impl Live {
    /// What this page has seen, as it is told to the server.
    pub(super) fn seen(self) -> Seen {
        let numbers = self.numbers.try_with_value(|watched| {
            let numbers = watched.iter();
            numbers
                .map(|entry| (entry.key.clone(), entry.value.get_untracked()))
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
        // The levels last: of a shelf too long to follow whole, the end is left out.
        let topics = numbers.into_iter().chain(levels).flatten();
        news.flatten().into_iter().chain(topics).collect()
    }

    /// Takes in everything that a message says.
    pub(super) fn take_in(self, message: &LiveMessage) {
        for level in &message.stock {
            self.take(level, message.rewound);
        }
        if let Some(number) = message.mine {
            self.take_number(&Topic::Mine, number, message.rewound);
        }
        if let Some(news) = &message.news {
            self.take_news(news, message.rewound);
        }
        for order in &message.orders {
            self.take_number(&Topic::Order(order.code), order.version, message.rewound);
        }
        self.forget(&message.unknown);
    }

    fn take_number(self, topic: &Topic, heard: u64, rewound: bool) {
        if let Some(number) = value_of(self.numbers, topic) {
            super::number::take(&number, heard, rewound);
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

    /// Stops following what the shop does not know.
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

/// For `browser` alone: the side that touches the page.
#[cfg(feature = "hydrate")]
impl Live {
    /// Runs the calling effect again when the set of followed topics changes.
    pub(super) fn track_topics(self) {
        self.topics_changed.track();
    }

    pub(super) fn show(self, connection: Connection, round_trip: Option<u32>) {
        if self.connection.try_get_untracked() != Some(connection) {
            self.connection.try_set(connection);
        }
        if self.round_trip.try_get_untracked() != Some(round_trip) {
            self.round_trip.try_set(round_trip);
        }
    }
}

#[cfg(test)]
#[path = "shelf_tests.rs"]
mod tests;
