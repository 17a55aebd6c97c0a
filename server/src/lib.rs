//! The bookshop's server.
//!
//! From the bottom up, each folder standing on those before it:
//!
//! * [`config`]: settings, commands, and where the data is.
//! * `http`: what every answer is made with: language, refusals, error pages, headers, files.
//! * `admission`: who comes in, and how often.
//! * `state`: what every handler is given.
//! * `storefront`: what shoppers, their browsers and search engines ask for.
//! * `live`: `GET /live`, which pushes counts to open pages; the connection check.
//! * `jobs`: what goes on in the background: mail, imports, samples.
//! * [`desk`]: the shop from behind the counter.
//! * [`ops`]: the owner's commands, metrics, readiness.
//! * `server`: all of it put together. `router`: the whole HTTP surface, in one list.
//! * [`run`]: serves a shop on a listener until it is told to stop.

#![recursion_limit = "256"]

mod admission;
pub mod config;
pub mod desk;
mod http;
mod jobs;
mod live;
mod metric;
pub mod ops;
mod router;
mod serve;
mod server;
mod state;
mod storefront;

pub use http::site::{Site, SiteNotFound};
pub use serve::run;
pub use server::Server;
