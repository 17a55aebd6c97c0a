//! The real binary is killed, or its disk fails, at random moments.
//!
//! Afterwards everything that was acknowledged is there, and nothing is there twice.
//!
//! * `kill`: `kill -9` under load. Shoppers remember every answer, and repeat unanswered requests
//!   with the same key. Then carts, orders, levels and the audit must match the answers, and every
//!   movement of the ledger must have been requested.
//! * `syncs`: `strace` makes syncs fail, kills the shop at the Nth of them, or fakes them. A killed
//!   process leaves its writes in the system's cache, so what was not synced is removed from the
//!   log first, as in a power cut.
//! * `cleanup`: a sync fails while old rows are deleted. `full_disk`: a disk without room.
//! * Support: `shopper` and `crowd` (the load), `shopper_model` (what must be true after the
//!   answers), `ledger`, `strace` and `disk`.
//!
//! `CRASH_CYCLES` is the number of kills (twelve by default); `CRASH_SEED` repeats a run's choices,
//! not its timing:
//! `CRASH_CYCLES=200 cargo test --release -p burts-books --test suite -- crash::kill:: --nocapture`.

mod cleanup;
mod crowd;
mod disk;
mod full_disk;
mod kill;
mod ledger;
mod shopper;
mod shopper_model;
mod strace;
mod syncs;
