//! Operations: what the owner and the monitoring use.
//!
//! * `commands`: the commands besides `serve`: audit, backup, staff, ….
//! * `log`: the lines on standard error.
//! * `metrics`: `/metrics`; `readiness`: `/readyz`.

pub mod commands;
pub(crate) mod console;
pub mod log;
pub(crate) mod metrics;
pub(crate) mod readiness;
