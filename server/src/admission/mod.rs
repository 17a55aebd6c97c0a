//! Admission: limits on connections and requests, and the shopper's identity.

/// The client that a limit applies to.
pub(crate) mod client;
/// How often one client may ask for orders that do not exist.
pub(crate) mod code_guessing;
/// How many connections, streams or connection checks one client may have open at once.
pub(crate) mod concurrency;
/// The connection that a request came by: its addresses, and the limits it counts against.
pub(crate) mod connection;
/// Decides whether a new connection is accepted, refused or dropped.
pub(crate) mod connections;
/// How often one may guess whose order it is.
pub(crate) mod contact_guessing;
/// How often one client may take copies.
pub(crate) mod hold_limit;
/// The cookie of a browser that has said whose order it is.
pub(crate) mod order_grant;
/// Whether a request comes from our own pages.
pub(crate) mod origin;
/// Rate limits for each client.
pub(crate) mod rate_limits;
/// Counts refused actions by reason.
pub(crate) mod refusals;
/// The shopper's cookie.
pub(crate) mod shopper;
