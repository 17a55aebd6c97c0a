//! The bookshop's server.

#![recursion_limit = "256"]

// Each of these modules uses only those before it: `config`, `random`, `markup`, `http`,
// `websocket`, `admission`, `state`, `storefront`, `live`, `jobs`, `desk`, `ops`, `server`,
// `router`, `serve`.

/// Limits on connections and requests, and the shopper's identity.
mod admission;
pub mod config;
pub mod desk;
/// Building blocks of every answer: language, refusals, error pages, headers, files.
mod http;
/// Background work: mail, imports, samples.
mod jobs;
/// `GET /live`, which pushes changes to open pages, and the connection check.
mod live;
/// Text in HTML and XML.
mod markup;
mod metric;
pub mod ops;
/// Random bytes.
mod random;
/// All routes, in one list.
mod router;
/// Serves a shop on a listener until shutdown.
mod serve;
/// The server's state, built from the settings.
mod server;
/// The state shared by all handlers.
mod state;
/// What shoppers, their browsers and search engines request.
mod storefront;
/// The handshake and the frames of every socket.
mod websocket;

pub use http::site::{Site, SiteNotFound};
pub use router::counted_paths;
pub use serve::{THREADS_WITHIN, run};
pub use server::Server;
