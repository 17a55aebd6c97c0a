//! The levels that a page shows, kept at the newest version heard of.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shop::{Level, Slug};

use super::machine::Connection;
#[cfg(any(feature = "hydrate", test))]
use crate::wire::{LiveMessage, Seen, Topic};

/// The page's levels and its connection. One for each page that is open; on the
/// server it holds what is being rendered and connects to nothing.
#[derive(Clone, Copy)]
pub struct Live {
    watched: StoredValue<BTreeMap<Slug, Watched>>,
    /// Rung when the set of watched books changes.
    books_changed: Trigger,
    connection: RwSignal<Connection>,
}

struct Watched {
    level: ArcRwSignal<Level>,
    /// How many parts of the page show it.
    shown: usize,
}

impl Live {
    /// A page that shows no book yet.
    #[must_use]
    pub fn new() -> Self {
        let live = Self {
            watched: StoredValue::new(BTreeMap::new()),
            books_changed: Trigger::new(),
            connection: RwSignal::new(Connection::Connecting),
        };
        // An effect, because those run in browsers only.
        #[cfg(feature = "hydrate")]
        Effect::new(move |_| super::browser::connect(live));
        live
    }

    /// Follows a book for as long as the calling component is on the page,
    /// starting from the level that came with the page.
    pub fn follow(self, initial: Level) -> Signal<Level> {
        let book = initial.book.clone();
        let level = self
            .watched
            .try_update_value(|watched| {
                let entry = watched.entry(book.clone()).or_insert_with(|| Watched {
                    level: ArcRwSignal::new(initial.clone()),
                    shown: 0,
                });
                entry.shown += 1;
                entry.level.clone()
            })
            .unwrap_or_else(|| ArcRwSignal::new(initial.clone()));
        self.hear(&initial);
        self.books_changed.notify();
        on_cleanup(move || {
            self.watched.try_update_value(|watched| {
                if let Some(entry) = watched.get_mut(&book) {
                    entry.shown -= 1;
                    if entry.shown == 0 {
                        watched.remove(&book);
                    }
                }
            });
            self.books_changed.notify();
        });
        level.into()
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

    fn take(self, heard: &Level, rewound: bool) {
        let shown = self
            .watched
            .try_with_value(|watched| watched.get(&heard.book).map(|entry| entry.level.clone()))
            .flatten();
        if let Some(level) = shown {
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
        self.watched
            .try_with_value(|watched| {
                watched
                    .iter()
                    .map(|(book, entry)| {
                        let version = entry.level.read_untracked().version;
                        (Topic::Book(book.clone()), version)
                    })
                    .collect()
            })
            .unwrap_or_default()
    }

    /// Takes in everything that a message says of levels.
    pub(super) fn take_in(self, message: &LiveMessage) {
        for level in &message.stock {
            self.take(level, message.rewound);
        }
    }

    /// Stops following books that the shop does not know.
    pub(super) fn forget(self, unknown: &[String]) {
        if unknown.is_empty() {
            return;
        }
        self.watched.try_update_value(|watched| {
            watched.retain(|book, _| !unknown.iter().any(|name| name == book.as_str()));
        });
        self.books_changed.notify();
    }
}

/// For `browser` alone: the side that touches the page.
#[cfg(feature = "hydrate")]
impl Live {
    /// Runs the calling effect again when the set of followed books changes.
    pub(super) fn track_books(self) {
        self.books_changed.track();
    }

    pub(super) fn show(self, connection: Connection) {
        if self.connection.try_get_untracked() != Some(connection) {
            self.connection.try_set(connection);
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
            live.forget(&["drop".to_owned()]);
            assert_eq!(live.seen(), Seen::default());
            let page = owner.child();
            page.with(|| live.follow(level(1, 1)));
            assert_eq!(live.seen().to_string(), "drop:1");
            page.cleanup();
            assert_eq!(live.seen(), Seen::default());
        });
    }
}
