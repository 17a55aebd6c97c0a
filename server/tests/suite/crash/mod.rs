//! The real binary is killed, or its disk fails, at random moments.
//!
//! Afterwards everything that was acknowledged is there, and nothing is there twice.
//!
//! * `kill`: `kill -9` under load. Shoppers remember what they were told and send again, with the
//!   same key, what was not answered. Then carts, orders, levels and the audit must agree with
//!   them, and every movement of the ledger must be one that somebody asked for.
//! * `syncs`: `strace` makes syncs fail, kills the shop at the Nth of them, or fakes them. A killed
//!   process leaves its writes in the system's cache, so what was not synced is wiped from the
//!   log first, as a power cut would.
//! * `tidying`: a sync fails while old rows are cleared away. `full`: a disk without room.
//!
//! `CRASH_CYCLES` is the number of kills (twelve unless it is set); `CRASH_SEED` repeats a run's
//! choices, not its timing:
//! `CRASH_CYCLES=200 cargo test --release -p burts-books --test suite -- crash::kill:: --nocapture`.

mod crowd;
mod disk;
mod full;
mod kill;
mod ledger;
mod shopper;
mod strace;
mod syncs;
mod tidying;
mod told;
