//! Registers the service worker, which shows the shop's offline page when there is no network.

use leptos::{nonce::use_nonce, prelude::*};

/// Registers the service worker once the page has loaded. Does nothing in browsers without service
/// workers or on plain HTTP.
const REGISTER_SCRIPT: &str = "addEventListener('load',function(){if(navigator.serviceWorker)\
     navigator.serviceWorker.register('/offline.js').catch(function(){})})";

/// The script that registers the service worker, which caches only `/offline`.
pub(crate) fn register_worker() -> impl IntoView {
    view! { <script nonce=use_nonce()>{REGISTER_SCRIPT}</script> }
}
