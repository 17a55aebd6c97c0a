//! Keeps what an island shows as new as the live feed says that it should be.
//!
//! An island starts from what was read when its page was rendered. From then on the live
//! feed says when that has changed (a number that grows), and it is read again, with the
//! browser's own cookie. What is on the screen stays there until the new is here, so that
//! nothing flickers and nobody loses the focus or what they have typed.

use std::{cell::Cell, rc::Rc, time::Duration};

use leptos::{prelude::*, task::spawn_local};

use crate::{
    asking,
    live::{Live, Number},
    wire::Topic,
};

/// After this long an island asks again for what it could not get.
const AGAIN_AFTER: Duration = Duration::from_secs(2);

/// Reads an `address` again when a topic's number is another than the one that the island
/// `read_at`. What is read is `taken_in`, which returns its number; nothing where it is no
/// answer of the shop's.
pub(super) fn keep_new(
    topic: Topic,
    read_at: u64,
    address: String,
    take_in: impl Fn(&str) -> Option<u64> + 'static,
) -> Rc<Kept> {
    let kept = Rc::new(Kept {
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

/// Takes in what was read, and returns its number.
type TakeIn = dyn Fn(&str) -> Option<u64>;

/// What is kept new.
pub(super) struct Kept {
    number: Number,
    /// The number that the last reading was made for.
    read_at: Cell<u64>,
    reading: Cell<bool>,
    address: String,
    take_in: Box<TakeIn>,
}

impl Kept {
    /// Reads again if there is news, one reading at a time.
    fn catch_up(self: Rc<Self>) {
        let newest = self.number.newest();
        if let Some(wanted) = newest.filter(|newest| *newest != self.read_at.get()) {
            self.read_for(wanted);
        }
    }

    /// Reads again, news or none.
    pub(super) fn look_again(self: Rc<Self>) {
        let wanted = self.read_at.get();
        self.read_for(wanted);
    }

    fn read_for(self: Rc<Self>, wanted: u64) {
        if self.reading.replace(true) {
            return;
        }
        spawn_local(async move {
            let answer = asking::read(&self.address).await;
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
