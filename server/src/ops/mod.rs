//! Operations: what the owner and the monitoring use.

pub mod commands;
pub(crate) mod console;
pub mod log;
/// `GET /metrics`.
pub(crate) mod metrics;
/// `GET /readyz`.
pub(crate) mod readiness;
