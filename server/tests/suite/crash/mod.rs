//! The real binary is killed, or its disk fails, at random moments. Afterwards every acknowledged
//! change is there, exactly once.

/// A sync fails while old rows are deleted.
mod cleanup;
/// The load: many shoppers.
mod crowd;
mod disk;
/// A disk without room.
mod full_disk;
/// `kill -9` under load. Shoppers remember every answer, and repeat unanswered requests with the
/// same key. Then carts, orders, levels and the audit must match the answers, and every movement of
/// the ledger must have been requested.
///
/// `CRASH_CYCLES` is the number of kills (twelve by default); `CRASH_SEED` repeats a run's choices,
/// not its timing: `CRASH_CYCLES=200 cargo test --release -p burts-books --test suite --
/// crash::kill:: --nocapture`.
mod kill;
mod ledger;
/// The load: one shopper.
mod shopper;
/// What must be true after the answers.
mod shopper_model;
mod strace;
/// `strace` makes syncs fail, kills the shop at the Nth of them, or fakes them. A killed process
/// leaves its writes in the system's cache, so what was not synced is removed from the log first,
/// as in a power cut.
mod syncs;
