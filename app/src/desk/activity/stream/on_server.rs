//! The server renders the page without opening the stream.

use leptos::prelude::RwSignal;

use super::queue::{Queue, Rows};

pub(super) fn follow(_filter: &str, _queue: RwSignal<Queue>, _rows: RwSignal<Rows>) {}
