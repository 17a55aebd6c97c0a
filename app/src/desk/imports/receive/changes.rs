//! How an upload changes what its area shows.

use leptos::prelude::Set;

use super::screen::Screen;

impl Screen {
    /// Shows a message that the user should read at once.
    pub(super) fn tell(self, sentence: impl Into<String>) {
        self.told.set(Some(sentence.into()));
    }

    /// Begins an upload of this many bytes.
    pub(super) fn begin(self, size: u64) {
        self.acked.set(0);
        self.paused.set(false);
        self.size.set(Some(size));
    }

    /// Ends an upload and shows why. A file can then be chosen again.
    pub(super) fn stop(self, why: impl Into<String>) {
        self.size.set(None);
        self.lost.set(false);
        self.words.set(None);
        self.tell(why);
    }
}
