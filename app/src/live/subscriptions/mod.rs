//! The topics that a page follows, each with the newest version that has arrived.

#[cfg(any(feature = "browser", test))]
mod feed;
#[cfg(feature = "browser")]
mod status;
#[cfg(test)]
mod tests;

use leptos::prelude::*;
use protocol::{Topic, replaces};
use shop::{Level, News, Slug};

use super::{
    latest_version::{LatestVersion, Version},
    reconnect::Connection,
};

/// The topics that the page follows, and the state of its connection.
///
/// There is one for each open page. On the server it only holds what is rendered.
#[derive(Clone, Copy)]
pub struct Live {
    levels: StoredValue<Watch<Slug, Level>>,
    /// The topics that are followed by their version alone, such as `@mine` and orders.
    numbers: StoredValue<Watch<Topic, Version>>,
    /// The announcements. `None` if the page does not show them.
    news: RwSignal<Option<News>>,
    /// The number of the data's history: 0 at first, then +1 with each new epoch. Versions of
    /// different histories cannot be compared.
    history: RwSignal<u32>,
    /// Notified when the set of followed topics changes.
    topics_changed: Trigger,
    connection: RwSignal<Connection>,
    /// The round-trip time in milliseconds, as last measured on the socket.
    round_trip: RwSignal<Option<u32>>,
}

/// The followed topics of one kind. They are few, and a list needs less code than a map.
type Watch<K, T> = Vec<Watched<K, T>>;

struct Watched<K, T> {
    key: K,
    value: ArcRwSignal<T>,
    /// How many components show it.
    shown: usize,
}

impl Live {
    /// A client that follows nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            levels: StoredValue::new(Vec::new()),
            numbers: StoredValue::new(Vec::new()),
            news: RwSignal::new(None),
            history: RwSignal::new(0),
            topics_changed: Trigger::new(),
            connection: RwSignal::new(Connection::Connecting),
            round_trip: RwSignal::new(None),
        }
    }

    /// Follows a book's level for as long as the calling component is on the page. `initial` is the
    /// level that the page was rendered with.
    pub fn follow(self, initial: Level) -> Signal<Level> {
        let level = self.watch(self.levels, initial.book.clone(), initial.clone());
        self.take(&initial, false);
        level.into()
    }

    /// Follows the version of a topic for as long as the calling component is on the page.
    /// `read_at` is the version that the component shows.
    pub fn follow_number(self, topic: Topic, read_at: u64) -> LatestVersion {
        let read = Version {
            number: read_at,
            history: self.history(),
        };
        let number = LatestVersion::new(self.watch(self.numbers, topic, read));
        number.hear(read_at);
        number
    }

    /// Follows the announcements for as long as the page is open. `initial` are those that the page
    /// was rendered with.
    pub fn follow_news(self, initial: News) -> Signal<Option<News>> {
        self.news.set(Some(initial));
        self.topics_changed.notify();
        self.news.into()
    }

    /// The number of the data's history. The page counts: 0 at first, then +1 with each new epoch.
    #[must_use]
    pub fn history(self) -> u32 {
        self.history.try_get_untracked().unwrap_or_default()
    }

    /// Makes the calling effect run again when the data has another history.
    pub fn track_history(self) {
        self.history.track();
    }

    /// Takes in a level that did not come from the live feed, but was requested in `history`. It is
    /// shown only if it is newer, and not from before a backup was restored.
    pub fn hear(self, level: &Level, history: u32) {
        if history == self.history() {
            self.take(level, false);
        }
    }

    /// How the page is connected.
    #[must_use]
    pub fn connection(self) -> Signal<Connection> {
        self.connection.into()
    }

    /// The round-trip time in milliseconds, once it has been measured on the socket.
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
