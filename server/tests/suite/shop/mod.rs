//! The shop over HTTP, as programs and browsers use it, on a real store.
//!
//! * Buying: `cart`, `orders` and `order_codes`, `waitlist` (and sales that open), `race` (the last
//!   copies), `linearizable` (histories of concurrent shoppers), `hold_limits` (per network),
//!   `cookies` (for whom copies are held).
//! * Browsing: `pages`, `catalogue` (search, sitemap, linked data), `languages`, `caching` (the
//!   caching headers of every route), `buzz`, `error_pages`.
//! * `/live`: `live_poll`, `live_stream`, `live_handshake`, `live_protocol` and `live_close`
//!   (every kind of WebSocket frame), `live_conformance` (random conversations with an independent
//!   client),
//!   `announcements`, `connection_limits`, `reconnect_spread` (how clients return),
//!   `convergence` (thousands of pages come to show the true level).
//! * `connection_check`: the connection check.
//! * `desk`: every route of the desk refuses requests without the right session, and what is done
//!   there; `dashboard`: its first page; `activity`: the ledger, live and as a file.
//! * Trouble: `database_outage`, `shutdown`, and `drain` (shutdown behind a proxy).
//! * Support: `helpers`, `raw_socket` and `websocket_frames` (bytes by hand); `altered`,
//!   `broken_store` and `counting_store` (stores without a guard, or that count their reads).

mod activity;
// A broken store is made in the same way as for the store's own contract.
#[path = "../../../../store/tests/suite/contract/altered.rs"]
mod altered;
mod announcements;
mod broken_store;
mod buzz;
mod caching;
mod cart;
mod catalogue;
mod connection_check;
mod connection_limits;
mod convergence;
mod cookies;
mod counting_store;
mod dashboard;
mod database_outage;
mod desk;
mod drain;
mod epochs;
mod error_pages;
mod files;
mod headers;
pub(crate) mod helpers;
mod hold_limits;
mod languages;
mod linearizable;
mod live_close;
mod live_conformance;
mod live_handshake;
mod live_poll;
mod live_protocol;
mod live_stream;
mod malformed_requests;
mod order_codes;
mod orders;
mod origins;
mod pages;
mod race;
mod raw_socket;
mod reconnect_spread;
mod shutdown;
mod waitlist;
mod websocket_frames;
