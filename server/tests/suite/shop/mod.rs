//! The shop as programs and browsers meet it: over HTTP, on a real store.

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
