//! The shop's profile, as its owner has set it, and the day on which it is shown.

use std::{sync::Arc, time::SystemTime};

use leptos::context::use_context;
use shop::Timestamp;
use store::SettingsDocument;

use super::StoreContext;

/// The owner's settings, which the store keeps in memory. The defaults while the route list is
/// made at start-up.
pub(crate) fn current_settings() -> Arc<SettingsDocument> {
    let store = use_context::<StoreContext>();
    store.map_or_else(Arc::default, |StoreContext(store)| {
        store.owner_settings().current()
    })
}

/// The current time by this machine's clock, for what depends on the day only.
pub(crate) fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::default() + since.unwrap_or_default()
}
