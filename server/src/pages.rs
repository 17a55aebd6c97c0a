//! Rendering: what surrounds every page on the server.

use axum::{
    extract::{Request, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use leptos::{
    context::{provide_context, use_context},
    nonce::use_nonce,
};
use leptos_axum::ResponseOptions;

use crate::{Shop, security};

/// Renders the page that the address names, whole; its status and headers are
/// known before its first byte.
pub(crate) async fn render(State(shop): State<Shop>, request: Request) -> Response {
    let options = shop.0.site.leptos_options();
    let render = leptos_axum::render_app_async_with_context(context(&shop), move || {
        app::shell(options.clone())
    });
    render(request).await.into_response()
}

/// Provides a page, before it is rendered, with the store and its headers.
fn context(shop: &Shop) -> impl Fn() + Clone + Send + Sync + 'static {
    let (store, reload_port) = (shop.store_context(), shop.0.site.reload_port);
    let name = shop.name_context();
    move || {
        provide_context(store.clone());
        provide_context(name.clone());
        if let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce()) {
            response.insert_header(
                header::CONTENT_SECURITY_POLICY,
                security::page_policy(&nonce, reload_port),
            );
            // A page shows this shopper's cart: it is nobody else's, and asked for anew each time.
            response.insert_header(
                header::CACHE_CONTROL,
                HeaderValue::from_static("private, no-cache"),
            );
        }
    }
}
