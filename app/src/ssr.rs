//! What a page or a server function finds around it on the server: the store
//! and the shopper. The one place where the app meets the store.

use std::sync::Arc;

use http::request::Parts;
use leptos::context::use_context;
use shop::ShopperId;
use store::{Store, StoreError};

use crate::ShopError;

/// The store, as the server provides it to every request's context.
#[derive(Clone)]
pub struct StoreContext(pub Arc<dyn Store>);

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

/// Whose request this is.
///
/// # Errors
/// [`ShopError::UnknownShopper`] when the request has no valid cookie; the
/// server gives one to every new browser before a request gets here.
pub fn current_shopper() -> Result<ShopperId, ShopError> {
    use_context::<Parts>()
        .and_then(|request| request.extensions.get::<ShopperId>().copied())
        .ok_or(ShopError::UnknownShopper)
}

impl From<StoreError> for ShopError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoSuchBook(_) => Self::NoSuchBook,
            StoreError::SoldOut(_) => Self::SoldOut,
            StoreError::Busy => Self::Busy,
            StoreError::Failed(_) | StoreError::Inconsistent(_) => {
                // The boundary: the log gets the cause, the shopper a sentence.
                tracing::error!(error = &error as &dyn std::error::Error, "the store failed");
                Self::Busy
            }
        }
    }
}
