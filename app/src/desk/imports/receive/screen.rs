//! What the area for a file shows.

use from_json::FromJson;
use leptos::prelude::*;
use serde::Serialize;

/// The props of the island.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromJson)]
pub(crate) struct ReceiveProps {
    /// Whether the area takes a folder of covers. Otherwise it takes a list of books.
    pub(crate) covers: bool,
    /// The file whose upload is unfinished, if the area takes only that file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) unfinished: Option<UnfinishedFile>,
}

/// A file whose upload is unfinished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromJson)]
pub(crate) struct UnfinishedFile {
    /// Its name.
    pub(crate) name: String,
    /// Its size in bytes.
    pub(crate) size: u64,
}

/// What the area shows. Clones share its signals.
#[derive(Clone, Copy)]
pub(super) struct Screen {
    /// The size of the file that is being uploaded. `None` while a file can be chosen.
    pub(super) size: RwSignal<Option<u64>>,
    /// How much of the file the shop has.
    pub(super) acked: RwSignal<u64>,
    pub(super) paused: RwSignal<bool>,
    pub(super) lost: RwSignal<bool>,
    /// The progress in words.
    pub(super) words: RwSignal<Option<String>>,
    /// A message that the user should read at once. Screen readers read it out, unlike the
    /// progress, which changes with each piece.
    pub(super) told: RwSignal<Option<String>>,
}

impl Screen {
    pub(super) fn new() -> Self {
        Self {
            size: RwSignal::new(None),
            acked: RwSignal::new(0),
            paused: RwSignal::new(false),
            lost: RwSignal::new(false),
            words: RwSignal::new(None),
            told: RwSignal::new(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn props_are_read_as_they_are_written() {
        for unfinished in [None, Some(("list \"one\".csv", 192 << 20))] {
            let props = ReceiveProps {
                covers: unfinished.is_none(),
                unfinished: unfinished.map(|(name, size)| UnfinishedFile {
                    name: name.to_owned(),
                    size,
                }),
            };
            let written = serde_json::to_string(&props).unwrap();
            assert_eq!(ReceiveProps::from_text(&written), Some(props));
        }
    }
}
