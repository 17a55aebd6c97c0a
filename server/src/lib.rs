//! The bookshop's server.
//!
//! * [`config`]: the settings, from flags and environment.
//! * [`inspect`]: what can be done to a shop without serving it.
//! * [`run`]: serves a shop on a listener until it is told to stop.
//! * `router`: the whole HTTP surface, in one list.
//! * `live`: `GET /live`: what is now, waiting for it, and the stream.
//! * `check`: `GET /connection`: whether any of that gets through from here.
//! * `api`: server functions, for hydrated pages, plain forms and programs.
//! * `mail`: what the shop writes to people, and the task that sends it.
//! * `glance`: what the desk sees at a glance; `refusals`: how often the shop said no.
//! * `collect`: an order for a calendar; `guesses`: how often one may look for one.
//! * `pages`: rendering; `people`: pages where the app has none; `site`: the files beside the pages.
//! * [`staff`]: who works there, on the command line.
//! * [`desk`]: the shop from behind the counter.
//! * `search`: the best few books while somebody types; `sitemap`: what search engines read.
//! * `shopper`: who is asking; `client`: from where; `door`: who comes in at all;
//!   `limits`: how often, and `claim`: what counts; `security`: what a browser may do
//!   with our pages.

#![recursion_limit = "256"]

mod address;
mod api;
pub mod buzz;
mod check;
mod claim;
mod client;
mod closing;
mod collect;
pub mod config;
mod cover;
pub mod desk;
mod door;
mod glance;
mod guesses;
mod import;
pub mod inspect;
mod language;
mod limits;
mod live;
pub mod mail;
mod metrics;
mod origin;
mod pages;
mod people;
pub mod place;
mod refusals;
mod router;
mod search;
mod security;
mod serve;
mod shop_state;
mod shopper;
mod site;
mod sitemap;
pub mod staff;

pub use serve::run;
pub use shop_state::Shop;
pub use site::{Site, SiteNotFound};
