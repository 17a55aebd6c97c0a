//! How much time passes while a page is open, and when somebody comes back to it.

use std::time::Duration;

/// A moment, by the two clocks that a browser has. Each has a fault that the other has
/// not: one may stand still while the machine sleeps, the other may be set back.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Moment {
    /// Milliseconds since the page was opened.
    counted: f64,
    /// Milliseconds since 1970, as the machine has it.
    wall: f64,
}

impl Moment {
    /// How long it is from `earlier` until this, by the clock that says more. Where that
    /// is too much, the page warns too soon; the other way round it would be too late.
    pub(crate) fn since(self, earlier: Self) -> Duration {
        let passed = (self.counted - earlier.counted).max(self.wall - earlier.wall);
        Duration::from_secs_f64(passed.max(0.0) / 1_000.0)
    }
}

#[cfg(any(feature = "hydrate", test))]
pub(crate) mod stopwatch;

#[cfg(not(feature = "hydrate"))]
pub(crate) use on_the_server::{now, on_return};

/// Where a page is rendered no time passes: it is read and gone.
#[cfg(not(feature = "hydrate"))]
mod on_the_server {
    pub(crate) fn now() -> super::Moment {
        super::Moment::default()
    }

    pub(crate) fn on_return(_: impl Fn() + 'static) {}
}

#[cfg(feature = "hydrate")]
pub(crate) use in_the_browser::{now, on_return};

#[cfg(feature = "hydrate")]
mod in_the_browser {
    use leptos::prelude::{document, on_cleanup, window, window_event_listener_untyped};
    use wasm_bindgen::JsCast;
    use web_sys::PageTransitionEvent;

    use super::Moment;

    /// The moment it is.
    pub(crate) fn now() -> Moment {
        Moment {
            counted: window().performance().map_or(0.0, |clock| clock.now()),
            wall: js_sys::Date::now(),
        }
    }

    /// Does something whenever the tab comes into view again, or the page comes back from
    /// the browser's back/forward cache.
    pub(crate) fn on_return(act: impl Fn() + 'static) {
        let act = std::rc::Rc::new(act);
        let again = act.clone();
        let shown = window_event_listener_untyped("visibilitychange", move |_| {
            if !document().hidden() {
                act();
            }
        });
        let back = window_event_listener_untyped("pageshow", move |event| {
            // The first showing is no return.
            if event.unchecked_ref::<PageTransitionEvent>().persisted() {
                again();
            }
        });
        on_cleanup(move || {
            shown.remove();
            back.remove();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_passes_by_the_clock_that_says_more() {
        let at = |counted, wall| Moment { counted, wall };
        let began = at(1_000.0, 50_000.0);
        let seconds = |moment: Moment| moment.since(began).as_secs();
        assert_eq!(seconds(at(61_000.0, 110_000.0)), 60);
        assert_eq!(
            seconds(at(1_500.0, 650_000.0)),
            600,
            "the machine has slept"
        );
        assert_eq!(seconds(at(61_000.0, 0.0)), 60, "the clock was set back");
        assert_eq!(began.since(at(2_000.0, 60_000.0)), Duration::ZERO);
    }
}
