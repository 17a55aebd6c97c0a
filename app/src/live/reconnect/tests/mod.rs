//! Tests of the connection's state machine, with a clock that the tests move.

mod lost_connections;
mod socket_or_poll;

use super::*;

/// A machine with a clock. Every random number is 0.5.
pub(super) struct Page {
    pub(super) machine: Machine,
    pub(super) now: Millis,
    pub(super) shown: Vec<Connection>,
}

impl Page {
    /// A visible page that follows a book, and its first effects.
    pub(super) fn open() -> (Self, Vec<Effect>) {
        let mut page = Self {
            machine: Machine::new(1_000_000),
            now: 1_000_000,
            shown: Vec::new(),
        };
        let effects = page.on(Event::Following(true));
        (page, effects)
    }

    /// A page with socket number 1, which has received a message.
    pub(super) fn live() -> Self {
        let (mut page, _) = Self::open();
        page.on(Event::Heard(1));
        page
    }

    /// A page whose socket is blocked, with poll number 2 pending.
    pub(super) fn polling() -> Self {
        let (mut page, _) = Self::open();
        page.on(Event::Closed(1));
        page.on(Event::PollWaits(2));
        page
    }

    pub(super) fn on(&mut self, event: Event) -> Vec<Effect> {
        let effects = self.machine.on(event, self.now, 0.5);
        self.shown
            .extend(effects.iter().filter_map(|effect| match effect {
                Effect::Show(connection) => Some(*connection),
                _ => None,
            }));
        effects
            .into_iter()
            .filter(|effect| !matches!(effect, Effect::Show(_)))
            .collect()
    }

    /// Lets time pass, and wakes the machine at its deadlines.
    pub(super) fn after(&mut self, wait: Millis) -> Vec<Effect> {
        let end = self.now + wait;
        let mut effects = Vec::new();
        while let Some(at) = self.machine.deadline().filter(|&at| at <= end) {
            self.now = at.max(self.now);
            effects.extend(self.on(Event::Woken));
        }
        self.now = end;
        effects
    }

    /// Lets the clock jump ahead, as when a laptop sleeps.
    pub(super) fn asleep(&mut self, wait: Millis) -> Vec<Effect> {
        self.now += wait;
        self.on(Event::Woken)
    }
}
