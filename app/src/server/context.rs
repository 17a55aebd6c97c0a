//! The context that the server provides to every request: the store, the shop's settings, and
//! the files that pages load.

use std::{collections::HashSet, sync::Arc, time::Duration};

use leptos::context::use_context;
use shop::{Quantity, Slug};
use store::Store;

/// The store, as the server provides it to every request's context.
#[derive(Clone)]
pub struct StoreContext(pub Arc<dyn Store>);

/// The settings of the shop that pages show.
#[derive(Clone)]
pub struct ShopSettings {
    /// The public URL: scheme and authority only.
    pub url: Arc<str>,
    /// The most copies of a book that one shopper may have, unless the book has a limit of its own.
    pub limit_per_shopper: u32,
    /// The longest time that a hold lasts, with all its extensions.
    pub longest_hold: Duration,
    /// The longest wait of a long poll.
    pub longest_wait: Duration,
}

/// The addresses of the files that every page loads.
#[derive(Debug, Clone)]
pub struct Files {
    /// The style sheet of every page; the desk's pages load one more.
    pub style: String,
    /// The module that starts the islands.
    pub script: String,
    /// The WASM that this module loads.
    pub wasm: String,
    /// The module that starts the desk's islands.
    pub desk_script: String,
    /// The WASM that this module loads.
    pub desk_wasm: String,
}

/// The books whose covers exist as PNG too, for services that show no SVG.
#[derive(Debug, Clone, Default)]
pub struct Pictures(pub Arc<HashSet<String>>);

/// The shop's data.
///
/// # Panics
/// When the server did not provide a [`StoreContext`].
#[must_use]
pub fn current_store() -> Arc<dyn Store> {
    use_context::<StoreContext>()
        .expect("the server provides the store to every request")
        .0
}

/// The epoch of the shop's data.
pub(crate) fn data_epoch() -> Option<String> {
    use_context::<StoreContext>().map(|StoreContext(store)| store.feed().epoch().into())
}

/// The public URL of the shop.
pub(crate) fn shop_url() -> String {
    use_context::<ShopSettings>().map_or_else(String::new, |shop| shop.url.as_ref().to_owned())
}

/// The longest wait of a long poll.
pub(crate) fn longest_wait() -> Duration {
    use_context::<ShopSettings>().map_or(Duration::ZERO, |shop| shop.longest_wait)
}

/// The longest time that a hold lasts, with all its extensions.
pub(crate) fn longest_hold() -> Duration {
    use_context::<ShopSettings>().map_or(Duration::MAX, |shop| shop.longest_hold)
}

/// The most copies of a book that one shopper may have, unless the book has a limit of its own.
pub(crate) fn limit_per_shopper() -> u32 {
    use_context::<ShopSettings>().map_or(Quantity::MAX, |shop| shop.limit_per_shopper)
}

/// Whether a book's cover exists as PNG.
pub(crate) fn has_picture(book: &Slug) -> bool {
    use_context::<Pictures>().is_some_and(|pictures| pictures.0.contains(book.as_str()))
}
