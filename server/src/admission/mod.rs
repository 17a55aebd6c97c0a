//! Admission: limits on connections and requests, and the shopper's identity.
//!
//! * `client`: the client that a limit applies to; `connection`: the connection of a request.
//! * `connections`: admits or refuses each connection.
//! * `concurrency`: how many of a thing one client may have open at once.
//! * `rate_limits`: how often one client may do a thing; `hold_limit`: which cart actions count.
//! * `code_guessing`: how often one client may ask for orders that do not exist.
//! * `origin`: whether a request comes from our own pages.
//! * `shopper`: the shopper's cookie.
//! * `refusals`: counts refused actions by reason.

pub(crate) mod client;
pub(crate) mod code_guessing;
pub(crate) mod concurrency;
pub(crate) mod connection;
pub(crate) mod connections;
pub(crate) mod hold_limit;
pub(crate) mod origin;
pub(crate) mod rate_limits;
pub(crate) mod refusals;
pub(crate) mod shopper;
