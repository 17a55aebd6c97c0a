//! The number of a cart or an order, which grows with every change.

use leptos::prelude::*;

use protocol::replaces;

/// The newest number that was heard, for as long as the page is open that asked for it.
#[derive(Clone, Copy)]
pub struct LatestVersion(StoredValue<ArcRwSignal<u64>>);

impl LatestVersion {
    pub(super) fn new(number: ArcRwSignal<u64>) -> Self {
        Self(StoredValue::new(number))
    }

    /// Runs the calling effect again when it changes.
    pub(crate) fn track(self) {
        if let Some(number) = self.0.try_get_value() {
            number.track();
        }
    }

    /// The newest. None when the page is gone.
    pub(crate) fn newest(self) -> Option<u64> {
        self.0.try_get_value().map(|number| number.get_untracked())
    }

    /// Takes in what was learnt otherwise than from the feed.
    pub(crate) fn hear(self, heard: u64) {
        if let Some(number) = self.0.try_get_value() {
            take(&number, heard, false);
        }
    }
}

/// Takes in a number. Only a newer one counts, unless the data has gone back.
pub(super) fn take(number: &ArcRwSignal<u64>, heard: u64, rewound: bool) {
    number.maybe_update(|number| {
        let changes = replaces(*number, heard, rewound) && heard != *number;
        if changes {
            *number = heard;
        }
        changes
    });
}
