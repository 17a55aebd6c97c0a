//! Decides when the page is read again: soon after a change, one read at a time, and with growing
//! waits after failures.

use crate::live::reconnect::{Backoff, Millis};

/// Debounce: several changes within this time cause one read.
const SOON_MS: Millis = 150;
const BACKOFF: Backoff = Backoff::new(4_000, 30_000);

/// What happened to the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// Something on the page may be out of date.
    Changed,
    /// The page is visible again, or the network is back.
    Returned,
    /// The wait of an [`Effect::Wake`] is over.
    Woken,
    /// A read has ended. `false` if it failed, or the page is still out of date.
    Read(bool),
}

/// What the caller does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// Send [`Event::Woken`] after this time, instead of any earlier wake.
    Wake(Millis),
    /// Read the page, and send [`Event::Read`].
    Read,
}

/// The reads of one page.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    state: State,
    /// Failed reads in a row.
    failures: u32,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Idle,
    Waiting,
    Reading {
        /// Something has changed since the read began.
        again: bool,
    },
}

impl Schedule {
    /// Handles an event. `chance` is a fresh random number from 0 up to 1.
    pub(super) fn on(&mut self, event: Event, visible: bool, chance: f64) -> Option<Effect> {
        let (state, effect) = match (event, self.state) {
            (Event::Changed | Event::Returned, State::Reading { .. }) => {
                (State::Reading { again: true }, None)
            }
            // A return also ends the wait after a failure, because somebody looks at the page.
            (Event::Changed, State::Idle) | (Event::Returned, _) => soon(),
            (Event::Woken, State::Waiting) if visible => {
                (State::Reading { again: false }, Some(Effect::Read))
            }
            // A hidden page is read when it is visible again.
            (Event::Woken, State::Waiting) => (State::Idle, None),
            (Event::Read(true), state) => {
                self.failures = 0;
                match state {
                    State::Reading { again: true } => soon(),
                    _ => (State::Idle, None),
                }
            }
            (Event::Read(false), _) => {
                let wait = BACKOFF.wait(self.failures, chance);
                self.failures += 1;
                (State::Waiting, Some(Effect::Wake(wait.max(SOON_MS))))
            }
            (Event::Changed | Event::Woken, state) => (state, None),
        };
        self.state = state;
        effect
    }
}

fn soon() -> (State, Option<Effect>) {
    (State::Waiting, Some(Effect::Wake(SOON_MS)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Option<Effect> = Some(Effect::Wake(SOON_MS));
    const READ: Option<Effect> = Some(Effect::Read);

    /// The effects of these events, on a visible page and with the longest waits.
    fn effects(events: &[Event]) -> Vec<Option<Effect>> {
        let mut schedule = Schedule::default();
        let events = events.iter();
        events.map(|event| schedule.on(*event, true, 1.0)).collect()
    }

    #[test]
    fn several_changes_cause_one_read() {
        let events = [Event::Changed, Event::Changed, Event::Woken];
        assert_eq!(effects(&events), [SOON, None, READ]);
    }

    #[test]
    fn a_change_during_a_read_causes_another_read() {
        let events = [
            Event::Changed,
            Event::Woken,
            Event::Changed,
            Event::Read(true),
            Event::Woken,
            Event::Read(true),
        ];
        assert_eq!(effects(&events), [SOON, READ, None, SOON, READ, None]);
    }

    #[test]
    fn waits_after_failed_reads_grow_and_changes_do_not_shorten_them() {
        let mut events = vec![Event::Changed];
        for _ in 0..5 {
            events.extend([Event::Woken, Event::Read(false), Event::Changed]);
        }
        let effects = effects(&events);
        let waits: Vec<_> = effects
            .iter()
            .filter_map(|effect| match effect {
                Some(Effect::Wake(wait)) => Some(*wait),
                _ => None,
            })
            .collect();
        assert_eq!(waits, [150, 4_000, 8_000, 16_000, 30_000, 30_000]);
    }

    #[test]
    fn a_successful_read_resets_the_waits() {
        let events = [
            Event::Changed,
            Event::Woken,
            Event::Read(false),
            Event::Woken,
            Event::Read(true),
            Event::Changed,
            Event::Woken,
            Event::Read(false),
        ];
        assert_eq!(effects(&events).last(), Some(&Some(Effect::Wake(4_000))));
    }

    #[test]
    fn a_return_ends_the_wait_after_a_failed_read() {
        let events = [
            Event::Changed,
            Event::Woken,
            Event::Read(false),
            Event::Returned,
            Event::Woken,
        ];
        assert_eq!(effects(&events)[3..], [SOON, READ]);
    }

    #[test]
    fn a_hidden_page_is_not_read_until_it_returns() {
        let mut schedule = Schedule::default();
        assert_eq!(schedule.on(Event::Changed, false, 0.5), SOON);
        assert_eq!(schedule.on(Event::Woken, false, 0.5), None);
        assert_eq!(schedule.on(Event::Returned, true, 0.5), SOON);
        assert_eq!(schedule.on(Event::Woken, true, 0.5), READ);
    }

    /// The random wait may be very short.
    #[test]
    fn a_failed_read_is_never_repeated_at_once() {
        let mut schedule = Schedule::default();
        for event in [Event::Changed, Event::Woken] {
            schedule.on(event, true, 0.0);
        }
        assert_eq!(schedule.on(Event::Read(false), true, 0.0), SOON);
    }
}
