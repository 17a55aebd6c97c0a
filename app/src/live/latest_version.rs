//! The latest known version of a topic.

use leptos::prelude::*;

use protocol::replaces;

/// The latest known version of a topic, for as long as the component that follows it is on the
/// page.
#[derive(Clone, Copy)]
pub struct LatestVersion(StoredValue<ArcRwSignal<u64>>);

impl LatestVersion {
    pub(super) fn new(number: ArcRwSignal<u64>) -> Self {
        Self(StoredValue::new(number))
    }

    /// Makes the calling effect run again when the version changes.
    pub(crate) fn track(self) {
        if let Some(number) = self.0.try_get_value() {
            number.track();
        }
    }

    /// The latest version. `None` once the component is gone.
    pub(crate) fn newest(self) -> Option<u64> {
        self.0.try_get_value().map(|number| number.get_untracked())
    }

    /// Takes in a version from elsewhere than the live feed.
    pub(crate) fn hear(self, heard: u64) {
        if let Some(number) = self.0.try_get_value() {
            take(&number, heard, false);
        }
    }
}

/// Takes in a version. A lower one counts only if the data has gone back (`rewound`).
pub(super) fn take(number: &ArcRwSignal<u64>, heard: u64, rewound: bool) {
    number.maybe_update(|number| {
        let changes = replaces(*number, heard, rewound) && heard != *number;
        if changes {
            *number = heard;
        }
        changes
    });
}
