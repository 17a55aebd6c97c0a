//! The shop's profile and legal pages, as its owner has set them, and the day on which it is shown.

use std::{sync::Arc, time::SystemTime};

use leptos::context::use_context;
use shop::Timestamp;
use store::{LegalDocument, SettingsDocument};

use super::StoreContext;

/// The owner's settings, which the store keeps in memory. The defaults while the route list is
/// made at start-up.
pub(crate) fn current_settings() -> Arc<SettingsDocument> {
    let store = use_context::<StoreContext>();
    store.map_or_else(Arc::default, |StoreContext(store)| {
        store.owner_settings().current()
    })
}

/// The texts of the legal pages, which the store keeps in memory. None while the route list is made at
/// start-up.
pub(crate) fn current_legal_texts() -> Arc<LegalDocument> {
    let store = use_context::<StoreContext>();
    store.map_or_else(Arc::default, |StoreContext(store)| {
        store.legal_pages().current()
    })
}

/// The current time by this machine's clock, for what depends on the day only.
pub(crate) fn wall_clock() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    Timestamp::default() + since.unwrap_or_default()
}
