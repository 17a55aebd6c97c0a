//! Reads the data of an island again when the live feed says that it has changed.
//!
//! The feed sends only a number that grows with each change; the data is read with the browser's
//! own cookie. What is on the screen stays there until the new data has arrived, so nothing
//! flickers, and nobody loses the focus or what they have typed.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use protocol::Topic;

use super::{LatestVersion, Live};
use crate::browser::http;

/// How long to wait after a request that failed.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Reads an `address` again whenever the number of a topic differs from the one that the island
/// was `read_at`. `take_in` shows the answer and returns its number; `None` where it is not an
/// answer of the shop's.
pub(crate) fn refetch_on_change(
    topic: Topic,
    read_at: u64,
    address: String,
    take_in: impl Fn(&str) -> Option<u64> + 'static,
) -> Rc<Refetch> {
    let kept = Rc::new(Refetch {
        number: expect_context::<Live>().follow_number(topic, read_at),
        read_at: Cell::new(read_at),
        reading: Cell::new(false),
        address,
        take_in: Box::new(take_in),
    });
    let following = kept.clone();
    Effect::new(move |_| {
        following.number.track();
        following.clone().catch_up();
    });
    kept
}

/// Shows an answer, and returns its number.
type TakeIn = dyn Fn(&str) -> Option<u64>;

/// The data of an island, and when it was read.
pub(crate) struct Refetch {
    number: LatestVersion,
    /// The number that the last reading was made for.
    read_at: Cell<u64>,
    reading: Cell<bool>,
    address: String,
    take_in: Box<TakeIn>,
}

impl Refetch {
    /// Reads again if there is a newer number, one request at a time.
    fn catch_up(self: Rc<Self>) {
        let newest = self.number.newest();
        if let Some(wanted) = newest.filter(|newest| *newest != self.read_at.get()) {
            self.read_for(wanted);
        }
    }

    /// Reads again, whether or not there is a newer number.
    pub(crate) fn refetch(self: Rc<Self>) {
        let wanted = self.read_at.get();
        self.read_for(wanted);
    }

    fn read_for(self: Rc<Self>, wanted: u64) {
        if self.reading.replace(true) {
            return;
        }
        spawn_local(async move {
            let answer = http::get(&self.address).await;
            self.reading.set(false);
            match answer {
                // It is gone for good, and the page says how it last was.
                Err(refused) if refused.is_no_such_thing() => {}
                Err(_) => self.try_later(),
                Ok(answer) => match (self.take_in)(&answer) {
                    Some(number) => self.hear(number, wanted),
                    None => self.try_later(),
                },
            }
        });
    }

    fn try_later(self: Rc<Self>) {
        set_timeout(move || self.catch_up(), AGAIN_AFTER);
    }

    fn hear(self: Rc<Self>, number: u64, wanted: u64) {
        self.read_at.set(number.max(wanted));
        // What it says already need not be read again when the feed says it too.
        self.number.hear(number);
        self.catch_up();
    }
}
