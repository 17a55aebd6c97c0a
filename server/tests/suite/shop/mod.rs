//! The shop over HTTP, as programs and browsers use it, on a real store.
//!
//! * Buying: `cart`, `orders`, `waits` (the waitlist and sales that open), `race` (the last
//!   copies), `linearizable` (histories of concurrent shoppers), `limits` (per address).
//! * Looking: `pages`, `catalogue` (search, sitemap, what a page tells machines), `languages`,
//!   `caching` (who may keep the answer of each route: a route that is not in its list fails),
//!   `buzz`, `people` (error pages).
//! * `/live`: `live_now_and_wait`, `live_stream`, `live_handshake`, `live_protocol` (every kind
//!   of WebSocket frame), `live_conformance` (random conversations with an independent client),
//!   `news` (announcements), `caps` (how many connections), `herd` (how clients return),
//!   `convergence` (thousands of pages come to show the true level).
//! * `check`: the connection check.
//! * `desk`: every route of the desk refuses whoever may not use it, and what is done there;
//!   `glance`: its first page; `activity`: the ledger, live and as a file.
//! * Trouble: `away` (the database cannot be reached), `closing` and `drain` (the shop closes).
//! * Support: `helpers`, `raw` and `frames` (sockets by hand); `altered`, `careless` and
//!   `counted` (stores without a guard, or that count their calls).

mod activity;
// A broken store is made in the same way as for the store's own contract.
#[path = "../../../../store/tests/suite/contract/altered.rs"]
mod altered;
mod away;
mod buzz;
mod caching;
mod caps;
mod careless;
mod cart;
mod catalogue;
mod connection_check;
mod convergence;
mod counted;
mod dashboard;
mod desk;
mod drain;
mod error_pages;
mod frames;
mod helpers;
mod herd;
mod languages;
mod limits;
mod linearizable;
mod live_conformance;
mod live_handshake;
mod live_now_and_wait;
mod live_protocol;
mod live_stream;
mod news;
mod orders;
mod pages;
mod race;
mod raw;
mod shutdown;
mod waits;
