//! The shop's clock, as far as a page can tell it.

use std::time::Duration;

use leptos::prelude::*;
use shop::Timestamp;

use super::{Moment, page};

const SECOND: u64 = 1_000;

/// The moment of the last reading, and what has passed here since. On the server it stands
/// still. A page is never ahead of the shop by this: what was read is as old as the way
/// that it has come.
#[derive(Clone, Copy)]
pub(crate) struct ShopClock {
    read: Memo<(Timestamp, Moment)>,
    /// That time has passed. How much, no tick can say: a tab that nobody sees is given
    /// few of them, and a machine that sleeps none.
    tick: Trigger,
}

impl ShopClock {
    /// A clock set by the time that came with each reading (`shop_time`). While it `is_needed`, it
    /// ticks with the shop's seconds.
    pub(crate) fn new(
        shop_time: impl Fn() -> Timestamp + Send + Sync + 'static,
        is_needed: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        let tick = Trigger::new();
        let read = Memo::new(move |_| (shop_time(), page::now()));
        let clock = Self { read, tick };
        let is_needed = Memo::new(move |_| is_needed());
        Effect::new(move |_| {
            if !is_needed.get() {
                return;
            }
            let next = Duration::from_millis(SECOND - clock.now().millis() % SECOND);
            if let Ok(ticking) = set_timeout_with_handle(move || tick.notify(), next) {
                on_cleanup(move || ticking.clear());
            }
        });
        clock
    }

    /// The moment it is.
    pub(crate) fn now(self) -> Timestamp {
        self.tick.track();
        let (shop_time, then) = self.read.get();
        shop_time + page::now().since(then)
    }
}
