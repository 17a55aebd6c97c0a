//! The shop's pages: rendered on the server, with islands that come alive in the browser.
//!
//! * A folder for each feature holds its server functions, the views that they return, its page
//!   and its islands: [`shelf`], [`book`], [`cart`], [`order`], [`waitlist`], [`search`],
//!   [`announcements`], `buzz`, `connection`. `desk` is the same for those who work in the
//!   shop, a file or folder per page.
//! * `layout` is what pages have around them and in common; `routes` says which page an address
//!   shows.
//! * [`live`] keeps open pages up to date. `browser` is what islands use of the browser.
//! * [`i18n`] has the shop's languages: messages, dates, prices.
//! * `server` is the context that the server provides to each request, with the store in it.
//!
//! Pages exist on the server only. Islands, and what they use, are also sent to browsers.

// The type of a whole island's view is deep: it is not erased.
#![recursion_limit = "256"]

/// A sentence, in a language: `say!(language, cart.held, minutes = 3)`. One without parts is a
/// `&'static str`, one with parts a `String`. Which there are is said in `locales`.
#[macro_export]
macro_rules! say {
    ($language:expr, $($sentence:tt)+) => {
        leptos_i18n::td_string!($crate::i18n::locale($language), $($sentence)+)
    };
}

pub mod announcements;
pub mod book;
mod browser;
#[cfg(feature = "ssr")]
pub mod buzz;
pub mod cart;
pub mod connection;
#[cfg(feature = "ssr")]
pub mod desk;
pub mod i18n;
mod layout;
pub mod live;
pub mod order;
#[cfg(feature = "ssr")]
pub mod routes;
pub mod search;
#[cfg(feature = "ssr")]
pub mod server;
pub mod shelf;
pub mod waitlist;
