//! Operations: what the owner and the monitoring use.
//!
//! * `commands`: the commands besides `serve`: audit, backup, staff, ….
//! * `metrics`: `/metrics`; `readiness`: `/readyz`.

pub mod commands;
pub(crate) mod console;
pub(crate) mod metrics;
pub(crate) mod readiness;
