//! The shop's clock, as an open page estimates it.

use std::time::Duration;

use leptos::prelude::*;
use shop::Timestamp;

use super::{Moment, effect::effect, page, platform::arrival::received};

const SECOND: u64 = 1_000;

/// The shop's time at the last read, plus the time that has passed in the browser since.
///
/// It is never ahead of the shop's clock, only behind it by the time that the answer took to
/// arrive. It counts from the page's arrival, however late hydration is. On the server it stands
/// still.
#[derive(Clone, Copy)]
pub(crate) struct ShopClock {
    read: Memo<(Timestamp, Moment)>,
    /// Notifies that time has passed, but not how much: a hidden tab gets few ticks, and a sleeping
    /// machine none.
    tick: Trigger,
}

impl ShopClock {
    /// A clock that is set to `shop_time`, the time in each answer. It ticks with the shop's
    /// seconds while `is_needed` holds.
    pub(crate) fn new(
        shop_time: impl Fn() -> Timestamp + Send + Sync + 'static,
        is_needed: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::of(Box::new(shop_time), Box::new(is_needed))
    }

    /// Not generic, because each instance would add code to the first download.
    fn of(
        shop_time: Box<dyn Fn() -> Timestamp + Send + Sync>,
        is_needed: Box<dyn Fn() -> bool + Send + Sync>,
    ) -> Self {
        let tick = Trigger::new();
        let rendered_at = untrack(&shop_time);
        // Hydration expects what the server rendered, so the first view is without the arrival.
        let arrived = RwSignal::new(None);
        effect(move || arrived.set(Some(received())));
        let read = Memo::new(move |_| {
            let (time, arrived) = (shop_time(), arrived.get());
            let read_at = arrived.filter(|_| time == rendered_at);
            (time, read_at.unwrap_or_else(page::now))
        });
        let clock = Self { read, tick };
        let is_needed = Memo::new(move |_| is_needed());
        effect(move || {
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

    /// The current time by the shop's clock.
    pub(crate) fn now(self) -> Timestamp {
        self.tick.track();
        let (shop_time, read_at) = self.read.get();
        shop_time + page::now().since(read_at)
    }
}
