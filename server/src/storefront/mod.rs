//! What shoppers, their browsers and search engines ask for.
//!
//! * `pages`: rendering. `actions`: the server functions, for hydrated pages, plain forms and
//!   programs.
//! * `search`: suggestions while somebody types; `buzz`: how often a title is talked about.
//! * `covers`: a book's cover; `calendar`: an order as a calendar file.
//! * `sitemap`: what search engines read.

pub(crate) mod actions;
pub(crate) mod buzz;
pub(crate) mod calendar;
pub(crate) mod covers;
pub(crate) mod pages;
pub(crate) mod search;
pub(crate) mod sitemap;
