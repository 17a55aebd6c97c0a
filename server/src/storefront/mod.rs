//! What shoppers, their browsers and search engines request.

/// The server functions, for hydrated pages, plain forms and programs.
pub(crate) mod actions;
/// How often a title is mentioned.
pub(crate) mod buzz;
/// An order as a calendar file.
pub(crate) mod calendar;
/// A book's cover.
pub(crate) mod covers;
mod html;
/// Orders that are found again.
pub(crate) mod orders;
/// Renders pages.
pub(crate) mod pages;
/// Suggestions while a shopper types.
pub(crate) mod search;
/// What search engines read.
pub(crate) mod sitemap;
