//! Registers the service worker that shows a page of the shop's own when there is no network.

use leptos::{nonce::use_nonce, prelude::*};

/// Runs once the page has loaded. Browsers without service workers, or on plain HTTP, do without.
const REGISTERS: &str = "addEventListener('load',function(){if(navigator.serviceWorker)\
                         navigator.serviceWorker.register('/offline.js').catch(function(){})})";

/// The script that registers the worker, which keeps only `/offline`.
pub(crate) fn worker() -> impl IntoView {
    view! { <script nonce=use_nonce()>{REGISTERS}</script> }
}
