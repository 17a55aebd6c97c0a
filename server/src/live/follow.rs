//! Following some books: what is newer than a client has seen, now and from now on.

use app::wire::{LiveMessage, Seen};
use shop::{Level, Slug};
use store::{Store, StoreError, Watch};

/// A client's place: what it watches, and the version it has of each.
#[derive(Debug)]
pub(super) struct Following {
    watch: Watch,
    seen: Vec<(Slug, u64)>,
}

impl Following {
    /// Registers, then compares: returns the place, and what is newer already.
    ///
    /// In this order a change in between is not missed: it is either in the
    /// levels that are read, or it rings.
    ///
    /// # Errors
    /// [`shop::Refusal::NoSuchBook`] for the first that is not known.
    pub(super) async fn begin(
        store: &dyn Store,
        seen: &Seen,
    ) -> Result<(Self, LiveMessage), StoreError> {
        let books: Vec<Slug> = seen.topics().iter().map(|(book, _)| book.clone()).collect();
        let watch = store.feed().watch(books);
        let levels = store.levels(watch.books()).await?;
        let mut following = Self {
            watch,
            seen: seen.topics().to_vec(),
        };
        let newer = following.compare_with_truth(levels);
        Ok((following, newer))
    }

    /// Waits until something is newer than was seen, and returns all that is.
    /// Dropping the future loses nothing.
    pub(super) async fn next(&mut self) -> LiveMessage {
        loop {
            self.watch.changed().await;
            let stock = self.take_newer(self.watch.levels());
            if !stock.is_empty() {
                return LiveMessage {
                    stock,
                    ..LiveMessage::default()
                };
            }
        }
    }

    /// How many a change of these books wakes, at the most.
    pub(super) fn crowd(&self, store: &dyn Store) -> usize {
        let books = self.watch.books().iter();
        books
            .map(|book| store.feed().watchers(book))
            .max()
            .unwrap_or(0)
    }

    /// Levels straight from the store, in the order of the topics. A client that
    /// has seen more than there is has outlived a restored backup.
    fn compare_with_truth(&mut self, levels: Vec<Level>) -> LiveMessage {
        let ahead = |level: &Level| {
            self.seen
                .iter()
                .any(|(book, seen)| *book == level.book && *seen > level.version)
        };
        let (rewound, mut stock): (Vec<_>, Vec<_>) = levels.into_iter().partition(ahead);
        if rewound.is_empty() {
            stock = self.take_newer(stock);
            return LiveMessage {
                stock,
                ..LiveMessage::default()
            };
        }
        // All of them: each is the truth, and the page obeys.
        stock.extend(rewound);
        for (book, seen) in &mut self.seen {
            if let Some(level) = stock.iter().find(|level| level.book == *book) {
                *seen = level.version;
            }
        }
        LiveMessage {
            stock,
            rewound: true,
            ..LiveMessage::default()
        }
    }

    /// Those of the levels that are newer than seen; from now on they are seen.
    fn take_newer(&mut self, levels: Vec<Level>) -> Vec<Level> {
        let seen = &mut self.seen;
        levels
            .into_iter()
            .filter(|level| {
                let place = seen.iter_mut().find(|(book, _)| *book == level.book);
                place.is_some_and(|(_, version)| {
                    let newer = level.version > *version;
                    *version = level.version.max(*version);
                    newer
                })
            })
            .collect()
    }
}
