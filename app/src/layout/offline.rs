//! What lets a browser without a network show the shop's own page for it.

use leptos::{nonce::use_nonce, prelude::*};

/// Once the page is there and nothing waits for it. A browser that will not have it does
/// without; plain http on a LAN has none.
const REGISTERS: &str = "addEventListener('load',function(){if(navigator.serviceWorker)\
                         navigator.serviceWorker.register('/offline.js').catch(function(){})})";

/// Registers the worker that keeps `/offline`, and nothing else.
pub(crate) fn worker() -> impl IntoView {
    view! { <script nonce=use_nonce()>{REGISTERS}</script> }
}
