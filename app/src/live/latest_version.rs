//! The latest known version of a topic.

use leptos::prelude::*;

use protocol::replaces;

/// A version of a topic. The same number means something else in another history of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) number: u64,
    /// The number of the history that it belongs to, as [`Live::history`](super::Live::history)
    /// counts it.
    pub(crate) history: u32,
}

/// The latest known version of a topic, for as long as the component that follows it is on the
/// page.
#[derive(Clone, Copy)]
pub struct LatestVersion(StoredValue<ArcRwSignal<Version>>);

impl LatestVersion {
    pub(super) fn new(number: ArcRwSignal<Version>) -> Self {
        Self(StoredValue::new(number))
    }

    /// Makes the calling effect run again when the version changes.
    pub(crate) fn track(self) {
        if let Some(number) = self.0.try_get_value() {
            number.track();
        }
    }

    /// The latest version. `None` once the component is gone.
    pub(crate) fn newest(self) -> Option<Version> {
        self.0.try_get_value().map(|number| number.get_untracked())
    }

    /// Takes in a version that did not come from the live feed.
    pub(crate) fn hear(self, heard: u64) {
        if let Some(number) = self.0.try_get_value() {
            take(&number, heard, false);
        }
    }
}

/// Takes in a version. A lower one counts only if the data has gone back (`rewound`).
pub(super) fn take(number: &ArcRwSignal<Version>, heard: u64, rewound: bool) {
    number.maybe_update(|version| {
        let changes = replaces(version.number, heard, rewound) && heard != version.number;
        if changes {
            version.number = heard;
        }
        changes
    });
}
