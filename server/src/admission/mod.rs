//! Admission: who comes in, and how often.
//!
//! * `client`: the network address that a limit counts for; `connection`: what each request
//!   knows of its connection.
//! * `connections`: a place for each connection, or a refusal.
//! * `concurrency`: how many of a thing one client may have open at once.
//! * `rate_limits`: how often one client may do a thing; `hold_limit`: which cart actions count.
//! * `code_guessing`: how often one may ask for an order that does not exist.
//! * `shopper`: the shopper's cookie.
//! * `refusals`: how often shoppers were refused, and why.

pub(crate) mod client;
pub(crate) mod code_guessing;
pub(crate) mod concurrency;
pub(crate) mod connection;
pub(crate) mod connections;
pub(crate) mod hold_limit;
pub(crate) mod rate_limits;
pub(crate) mod refusals;
pub(crate) mod shopper;
