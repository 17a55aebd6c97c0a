//! The context that the server provides to every request: the store, the shop's settings, and
//! the files that pages load.

use std::{collections::HashSet, sync::Arc, time::Duration};

use leptos::context::use_context;
use shop::{Quantity, Slug};
use store::Store;

/// The store, as the server provides it to every request's context.
#[derive(Clone)]
pub struct StoreContext(pub Arc<dyn Store>);

/// What the world calls this shop, and what its owner has set that pages say.
#[derive(Clone)]
pub struct ShopSettings {
    /// Scheme and authority, nothing behind.
    pub url: Arc<str>,
    /// The most copies of a book that one shopper may have, where the book says nothing else.
    pub limit_per_shopper: u32,
    /// The longest wait of a long poll.
    pub longest_wait: Duration,
}

/// The addresses of the files that every page loads.
#[derive(Debug, Clone)]
pub struct Files {
    /// All styles.
    pub style: String,
    /// The module that brings the islands to life.
    pub script: String,
    /// What that module loads.
    pub wasm: String,
}

/// The books whose covers there are as PNG too, for readers that show no SVG.
#[derive(Debug, Clone, Default)]
pub struct Pictures(pub Arc<HashSet<String>>);

/// The shop's data.
///
/// # Panics
/// When the server did not provide a [`StoreContext`]: then no page would work at all.
#[must_use]
pub fn current_store() -> Arc<dyn Store> {
    use_context::<StoreContext>()
        .expect("the server provides the store to every request")
        .0
}

/// What the world calls this shop.
pub(crate) fn shop_url() -> String {
    use_context::<ShopSettings>().map_or_else(String::new, |shop| shop.url.as_ref().to_owned())
}

/// The longest wait of a long poll.
pub(crate) fn longest_wait() -> Duration {
    use_context::<ShopSettings>().map_or(Duration::ZERO, |shop| shop.longest_wait)
}

/// The most copies that one shopper may have of a book that says nothing else.
pub(crate) fn limit_per_shopper() -> u32 {
    use_context::<ShopSettings>().map_or(Quantity::MOST, |shop| shop.limit_per_shopper)
}

/// Whether a book's cover is there as PNG.
pub(crate) fn has_picture(book: &Slug) -> bool {
    use_context::<Pictures>().is_some_and(|pictures| pictures.0.contains(book.as_str()))
}
