//! The side of [`Live`] that shows how the page is connected.

use leptos::prelude::*;

use super::Live;
use crate::live::Connection;

impl Live {
    /// Makes the calling effect run again when the set of followed topics changes.
    pub(in crate::live) fn track_topics(self) {
        self.topics_changed.track();
    }

    /// Shows how the page is connected, and no round-trip time until it is measured again.
    pub(in crate::live) fn show(self, connection: Connection) {
        self.connection.try_set(connection);
        self.show_round_trip(None);
    }

    /// Shows the round-trip time in milliseconds.
    pub(in crate::live) fn show_round_trip(self, round_trip: Option<u32>) {
        if self.round_trip.try_get_untracked() != Some(round_trip) {
            self.round_trip.try_set(round_trip);
        }
    }
}
