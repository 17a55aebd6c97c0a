//! The real binary, killed and failed at random moments: what it has promised is
//! there afterwards, and nothing is there twice.
//!
//! `kill` kills it under load, `syncs` takes the disk's syncs away from it (`tidying`
//! while it clears away), `full` its room. `CRASH_CYCLES` says how often `kill` kills it, `CRASH_SEED` repeats a
//! run's choices (not its timing). Two hundred are for a run by command:
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
