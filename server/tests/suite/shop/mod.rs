//! The shop over HTTP, as programs and browsers use it, on a real store.

/// The ledger, live and as a file.
mod activity;
// Shared with the tests of the store's contract.
#[path = "../../../../store/tests/suite/contract/altered.rs"]
mod altered;
mod announcements;
/// A store with a deliberate flaw.
mod broken_store;
mod buzz;
/// The caching headers of every route.
mod caching;
mod cart;
/// Search, sitemap, linked data.
mod catalogue;
mod connection_check;
mod connection_limits;
/// Thousands of pages converge to the true level.
mod convergence;
/// Copies are held only for browsers with a cookie.
mod cookies;
/// A store that counts its reads.
mod counting_store;
/// The desk's page of operations.
mod dashboard;
mod database_outage;
/// Who may use the desk, and what is done there.
mod desk;
/// Shutdown behind a proxy.
mod drain;
mod epochs;
mod error_pages;
mod files;
/// Orders that are found again.
mod found_orders;
mod headers;
pub(crate) mod helpers;
/// Limits for one network.
mod hold_limits;
mod languages;
/// Histories of concurrent shoppers.
mod linearizable;
/// Close frames.
mod live_close;
/// Random conversations with an independent client.
mod live_conformance;
mod live_handshake;
mod live_poll;
/// Every other kind of WebSocket frame.
mod live_protocol;
mod live_stream;
mod malformed_requests;
mod order_codes;
mod orders;
mod origins;
mod pages;
/// A race for the last copies.
mod race;
/// Connections on which a test writes every byte.
mod raw_socket;
/// How clients spread their reconnects.
mod reconnect_spread;
mod shutdown;
/// The waitlist, and sales that open.
mod waitlist;
/// Compares the answers to single WebSocket frames.
mod websocket_frames;
