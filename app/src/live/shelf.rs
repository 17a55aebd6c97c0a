//! What a page follows, kept at the newest version heard of.

use leptos::prelude::*;
use shop::{Level, Slug};

use super::{machine::Connection, number::Number};
use crate::wire::Topic;
#[cfg(any(feature = "hydrate", test))]
use crate::wire::{LiveMessage, Seen};

/// The page's levels and numbers, and its connection. One for each page that is open;
/// on the server it holds what is being rendered and connects to nothing.
#[derive(Clone, Copy)]
pub struct Live {
    levels: StoredValue<Watch<Slug, Level>>,
    /// Of a cart or an order: a number that grows with every change.
    numbers: StoredValue<Watch<Topic, u64>>,
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
        let live = Self {
            levels: StoredValue::new(Vec::new()),
            numbers: StoredValue::new(Vec::new()),
            topics_changed: Trigger::new(),
            connection: RwSignal::new(Connection::Connecting),
            round_trip: RwSignal::new(None),
        };
        // An effect, because those run in browsers only.
        #[cfg(feature = "hydrate")]
        Effect::new(move |_| super::browser::connect(live));
        live
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
                let replaces = if rewound {
                    heard != level
                } else {
                    heard.version > level.version
                };
                if replaces {
                    level.clone_from(heard);
                }
                replaces
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
        // The numbers first: of a shelf too long to follow whole, the end is left out.
        let topics = numbers.into_iter().chain(levels);
        topics.flatten().collect()
    }

    /// Takes in everything that a message says.
    pub(super) fn take_in(self, message: &LiveMessage) {
        for level in &message.stock {
            self.take(level, message.rewound);
        }
        if let Some(number) = message.mine {
            self.take_number(&Topic::Mine, number, message.rewound);
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
mod tests {
    use std::slice;

    use super::*;

    fn level(available: u32, version: u64) -> Level {
        Level {
            book: Slug::parse("drop").unwrap(),
            available,
            in_carts: false,
            version,
        }
    }

    fn message(levels: &[Level], rewound: bool) -> LiveMessage {
        LiveMessage {
            stock: levels.to_vec(),
            rewound,
            ..LiveMessage::default()
        }
    }

    /// Every order in which four messages can arrive, the doubled one included.
    fn arrivals() -> Vec<Vec<Level>> {
        let messages = [level(9, 6), level(8, 7), level(8, 7), level(9, 8)];
        let mut orders = vec![Vec::new()];
        for message in messages {
            orders = orders
                .iter()
                .flat_map(|order: &Vec<Level>| {
                    (0..=order.len()).map(|place| {
                        let mut order = order.clone();
                        order.insert(place, message.clone());
                        order
                    })
                })
                .collect();
        }
        orders
    }

    /// Whether a page that shows these, one after the other, never goes back.
    fn only_forward(shown: &[Level]) -> bool {
        shown.is_sorted_by_key(|level| level.version) && shown.last() == Some(&level(9, 8))
    }

    #[test]
    fn a_page_never_shows_an_older_level_after_a_newer_one() {
        for arriving in arrivals() {
            Owner::new().with(|| {
                let live = Live::new();
                let page = live.follow(level(10, 5));
                let shown: Vec<Level> = arriving
                    .iter()
                    .map(|heard| {
                        live.take_in(&message(slice::from_ref(heard), false));
                        page.get_untracked()
                    })
                    .collect();
                assert!(only_forward(&shown), "{arriving:?}: {shown:?}");
                assert_eq!(live.seen().to_string(), "drop:8");
            });
        }
    }

    /// The positive control: a page that shows whatever it hears last.
    #[test]
    fn without_the_version_check_reordered_messages_show_an_older_level() {
        let misled = arrivals()
            .into_iter()
            .filter(|arriving| {
                let page = ArcRwSignal::new(level(10, 5));
                let shown: Vec<Level> = arriving
                    .iter()
                    .map(|heard| {
                        page.set(heard.clone());
                        page.get_untracked()
                    })
                    .collect();
                !only_forward(&shown)
            })
            .count();
        // All but the order in which they were sent, which the doubled one makes two.
        assert_eq!((misled, arrivals().len()), (22, 24));
    }

    #[test]
    fn a_rewound_level_is_obeyed_although_it_is_older() {
        Owner::new().with(|| {
            let live = Live::new();
            let shown = live.follow(level(3, 40));
            live.take_in(&message(&[level(10, 7)], true));
            assert_eq!(shown.get_untracked(), level(10, 7));
        });
    }

    #[test]
    fn a_book_that_is_unknown_or_no_longer_shown_is_not_asked_for() {
        let owner = Owner::new();
        owner.with(|| {
            let live = Live::new();
            live.follow(level(1, 1));
            live.take_in(&LiveMessage {
                unknown: vec!["drop".to_owned()],
                ..LiveMessage::default()
            });
            assert_eq!(live.seen(), Seen::default());
            let page = owner.child();
            page.with(|| live.follow(level(1, 1)));
            assert_eq!(live.seen().to_string(), "drop:1");
            page.cleanup();
            assert_eq!(live.seen(), Seen::default());
        });
    }
}
