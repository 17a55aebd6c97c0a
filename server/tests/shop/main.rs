//! The shop as programs and browsers meet it: over HTTP, on a real store.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod careless;
mod cart;
mod closing;
mod helpers;
mod linearizable;
mod live_now_and_wait;
mod live_stream;
mod orders;
mod pages;
mod race;
