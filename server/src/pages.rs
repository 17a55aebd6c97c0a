//! Rendering: what surrounds every page on the server.

use axum::http::{HeaderValue, header};
use leptos::{
    context::{provide_context, use_context},
    nonce::use_nonce,
};
use leptos_axum::ResponseOptions;

use crate::{Shop, security};

/// Provides a page, before it is rendered, with the store and its headers.
pub(crate) fn context(shop: &Shop) -> impl Fn() + Clone + Send + Sync + 'static {
    let store = shop.store_context();
    move || {
        provide_context(store.clone());
        if let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) {
            response.insert_header(
                header::CONTENT_SECURITY_POLICY,
                security::page_policy(&nonce),
            );
            // A page shows this shopper's cart: it is nobody else's, and asked for anew each time.
            response.insert_header(
                header::CACHE_CONTROL,
                HeaderValue::from_static("private, no-cache"),
            );
        }
    }
}
