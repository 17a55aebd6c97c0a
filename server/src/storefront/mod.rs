//! What shoppers, their browsers and search engines request.
//!
//! * `pages`: renders pages. `actions`: the server functions, for hydrated pages, plain forms and
//!   programs.
//! * `search`: suggestions while a shopper types; `buzz`: how often a title is mentioned.
//! * `covers`: a book's cover; `calendar`: an order as a calendar file.
//! * `sitemap`: what search engines read.

pub(crate) mod actions;
pub(crate) mod buzz;
pub(crate) mod calendar;
pub(crate) mod covers;
mod html;
pub(crate) mod pages;
pub(crate) mod search;
pub(crate) mod sitemap;
