//! Reads the data of an island again when the live feed says that it has changed.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use protocol::Topic;

use super::{LatestVersion, Live, latest_version::Version};
use crate::browser::{effect::effect, platform::http};

/// The wait before a failed request is retried.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Reads `address` again whenever the topic's version differs from the last version read.
///
/// `read_at` is the version that the island was rendered with. `take_in` shows an answer and
/// returns its version, or `None` if the answer is not from the shop.
///
/// The feed sends only a version, and the data is read with the browser's own cookie. The old data
/// stays on the screen until the new data has arrived, so nothing flickers, and the focus and typed
/// text stay.
pub(crate) fn refetch_on_change(
    topic: Topic,
    read_at: u64,
    address: String,
    take_in: impl Fn(&str) -> Option<u64> + 'static,
) -> Rc<Refetch> {
    follow(topic, read_at, address, Box::new(take_in))
}

/// Not generic, because each instance would add code to the first download.
fn follow(topic: Topic, read_at: u64, address: String, take_in: Box<TakeIn>) -> Rc<Refetch> {
    let live = expect_context::<Live>();
    let history = live.history();
    let kept = Rc::new(Refetch {
        number: live.follow_number(topic, read_at),
        read_at: Cell::new(Version {
            number: read_at,
            history,
        }),
        reading: Cell::new(false),
        again: Cell::new(false),
        address,
        take_in,
    });
    let following = kept.clone();
    effect(move || {
        following.number.track();
        following.clone().catch_up();
    });
    kept
}

/// Shows an answer, and returns its version.
type TakeIn = dyn Fn(&str) -> Option<u64>;

/// Keeps the data of an island up to date.
pub(crate) struct Refetch {
    number: LatestVersion,
    /// The version of the last read.
    read_at: Cell<Version>,
    reading: Cell<bool>,
    /// Whether to read again even without a newer version, because somebody called
    /// [`Self::refetch`] or a read has failed.
    again: Cell<bool>,
    address: String,
    take_in: Box<TakeIn>,
}

impl Refetch {
    /// Reads again if there is a newer version, with one request at a time.
    fn catch_up(self: Rc<Self>) {
        let newest = self.number.newest();
        let is_due = |newest: &Version| *newest != self.read_at.get() || self.again.get();
        if let Some(wanted) = newest.filter(is_due) {
            self.read_for(wanted);
        }
    }

    /// Reads again, even without a newer version.
    pub(crate) fn refetch(self: Rc<Self>) {
        self.again.set(true);
        self.catch_up();
    }

    fn read_for(self: Rc<Self>, wanted: Version) {
        if self.reading.replace(true) {
            return;
        }
        self.again.set(false);
        spawn_local(async move {
            let answer = http::get(&self.address).await;
            self.reading.set(false);
            match answer {
                // The book or order is gone for good. The page keeps showing its last state.
                Err(refused) if refused.is_no_such_thing() => {}
                Err(_) => self.try_later(),
                // The answer may be from before a backup was restored.
                Ok(_) if !self.is_in(wanted.history) => self.catch_up(),
                Ok(answer) => match (self.take_in)(&answer) {
                    Some(number) => self.hear(number, wanted),
                    None => self.try_later(),
                },
            }
        });
    }

    fn try_later(self: Rc<Self>) {
        self.again.set(true);
        set_timeout(move || self.catch_up(), AGAIN_AFTER);
    }

    fn is_in(&self, history: u32) -> bool {
        let newest = self.number.newest();
        newest.is_none_or(|newest| newest.history == history)
    }

    fn hear(self: Rc<Self>, number: u64, wanted: Version) {
        self.read_at.set(Version {
            number: number.max(wanted.number),
            history: wanted.history,
        });
        // Then the same version from the feed causes no second read.
        self.number.hear(number);
        self.catch_up();
    }
}
