//! The shop's clock, as far as a page can tell.

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
    /// By what the shop has `told` with each reading. While somebody `needs` it, it ticks
    /// with the shop's own seconds.
    pub(crate) fn new(
        told: impl Fn() -> Timestamp + Send + Sync + 'static,
        needs: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        let tick = Trigger::new();
        let read = Memo::new(move |_| (told(), page::now()));
        let clock = Self { read, tick };
        let needs = Memo::new(move |_| needs());
        Effect::new(move |_| {
            if !needs.get() {
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
        let (told, then) = self.read.get();
        told + page::now().since(then)
    }
}
