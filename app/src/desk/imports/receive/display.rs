//! Shows the progress of an upload, and whether it is paused or disconnected.

use std::{cell::RefCell, time::Duration};

use leptos::prelude::*;

use super::{
    amounts::Amounts,
    screen::Screen,
    speed::{Speed, time_left},
};
use crate::i18n::current_language;

/// Shows one upload.
pub(super) struct Display {
    screen: Screen,
    /// The size of the file in bytes.
    size: u64,
    amounts: Amounts,
    speed: RefCell<Speed>,
}

impl Display {
    pub(super) fn new(screen: Screen, size: u64) -> Self {
        screen.begin(size);
        Self {
            screen,
            size,
            amounts: Amounts::new(current_language()),
            speed: RefCell::default(),
        }
    }

    /// Shows how much of the file the shop has.
    pub(super) fn show(&self, now: Duration, acked: u64) {
        let (language, amounts) = (current_language(), &self.amounts);
        let speed = self.speed.borrow_mut().measure(now, acked);
        let speed = speed.filter(|_| !self.is_paused());
        let (got, all) = (amounts.size(acked as f64), amounts.size(self.size as f64));
        let words = match speed {
            None => say!(language, import.of_bytes, got = got, all = all),
            Some(speed) => say!(
                language,
                import.of_bytes_at_speed,
                got = got,
                all = all,
                speed = amounts.size(speed),
                left = amounts.time(&time_left(self.size.saturating_sub(acked), speed))
            ),
        };
        self.screen.acked.set(acked);
        self.screen.words.set(Some(words));
    }

    pub(super) fn is_paused(&self) -> bool {
        self.screen.paused.get_untracked()
    }

    pub(super) fn set_paused(&self, paused: bool) {
        self.screen.paused.set(paused);
        self.changed();
    }

    /// Takes in that a connection was made.
    pub(super) fn connected(&self) {
        self.speed.borrow_mut().reset();
        self.set_lost(false);
    }

    /// Takes in that the connection was lost.
    pub(super) fn lost(&self) {
        self.set_lost(true);
    }

    /// Shows why the upload has stopped.
    pub(super) fn stop(&self, why: &str) {
        self.screen.stop(why);
    }

    fn set_lost(&self, lost: bool) {
        if lost != self.screen.lost.get_untracked() {
            self.screen.lost.set(lost);
            self.changed();
        }
    }

    /// Shows whether the upload is running, paused or disconnected.
    fn changed(&self) {
        self.speed.borrow_mut().reset();
        let language = current_language();
        let lost = self.screen.lost.get_untracked();
        self.screen.tell(match (lost, self.is_paused()) {
            (true, _) => say!(language, import.lost),
            (false, true) => say!(language, import.paused),
            (false, false) => say!(language, import.goes_on),
        });
    }
}
