//! The bookshop's server.
//!
//! Each module uses only those listed before it:
//!
//! * [`config`]: settings, commands, and where the data is.
//! * `random`: random bytes. `markup`: text in HTML and XML.
//! * `http`: building blocks of every answer: language, refusals, error pages, headers, files.
//! * `websocket`: the handshake and the frames of every socket.
//! * `admission`: limits on connections and requests, and the shopper's identity.
//! * `state`: the state shared by all handlers.
//! * `storefront`: what shoppers, their browsers and search engines request.
//! * `live`: `GET /live`, which pushes changes to open pages, and the connection check.
//! * `jobs`: background work: mail, imports, samples.
//! * [`desk`]: the part of the shop for its staff.
//! * [`ops`]: the owner's commands, metrics, readiness.
//! * `server`: the server's state, built from the settings. `router`: all routes, in one list.
//! * [`run`]: serves a shop on a listener until shutdown.

#![recursion_limit = "256"]

mod admission;
pub mod config;
pub mod desk;
mod http;
mod jobs;
mod live;
mod markup;
mod metric;
pub mod ops;
mod random;
mod router;
mod serve;
mod server;
mod state;
mod storefront;
mod websocket;

pub use http::site::{Site, SiteNotFound};
pub use router::counted_paths;
pub use serve::{THREADS_WITHIN, run};
pub use server::Server;
