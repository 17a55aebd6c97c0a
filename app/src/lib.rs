//! The shop's pages: rendered on the server, and what is alive in them hydrated in the browser.
//!
//! * `document` is the HTML around every page and the table of routes, `pages` has a file
//!   per page, `components` what they are made of. All this is for the server only.
//! * `islands` is what lives on a page while it is open. They are rendered with the page,
//!   and they alone are sent to browsers as code, with what they use.
//! * [`cart`], [`catalogue`], [`orders`] and [`waits`] are the server functions and what they return;
//!   [`ShopError`] is how they fail.
//! * [`wire`] is what `/live` says; [`live`] is the client that listens to it. `asking` is
//!   how an island asks the shop for anything else, `told` how it reads what it is told.
//! * [`language`] has all sentences, in each of the shop's languages, and knows which is spoken.
//! * [`activity`]: what the desk asks of the ledger, and how it is told.
//! * [`buzz`] is how pages ask how often something is being talked about.
//! * `connection` is what a server sees of a request, for the page that shows it.
//! * `glance` is what the desk sees at a glance.
//! * `collecting` makes the order's view, `qr` its picture, `date` what it says of time.
//! * `desk` is what the pages of those who work in the shop say after a form.
//! * `ssr` is the only way from here to the store.

// The type of a whole island's view is deep: it is not erased.
#![recursion_limit = "256"]

/// A sentence, in a language: `say!(language, cart.held, minutes = 3)`. One without parts is a
/// `&'static str`, one with parts a `String`. Which there are is said in `locales`.
#[macro_export]
macro_rules! say {
    ($language:expr, $($sentence:tt)+) => {
        leptos_i18n::td_string!($crate::language::locale($language), $($sentence)+)
    };
}

#[cfg(feature = "ssr")]
pub mod activity;
mod asking;
#[cfg(feature = "ssr")]
pub mod buzz;
pub mod cart;
pub mod catalogue;
#[cfg(feature = "ssr")]
pub mod collecting;
mod components;
#[cfg(feature = "ssr")]
pub mod connection;
pub mod date;
#[cfg(feature = "ssr")]
pub mod desk;
#[cfg(feature = "ssr")]
mod document;
mod error;
#[cfg(feature = "ssr")]
pub mod glance;
#[cfg(feature = "ssr")]
mod http_status;
mod islands;
mod json;
pub mod language;
pub mod live;
mod misread;
#[cfg(feature = "ssr")]
mod offline;
pub mod orders;
#[cfg(feature = "ssr")]
mod page_title;
#[cfg(feature = "ssr")]
mod pages;
mod passing;
pub mod qr;
mod sentence;
#[cfg(feature = "ssr")]
mod shopper_mark;
#[cfg(feature = "ssr")]
pub mod ssr;
mod told;
pub mod waits;
pub mod wire;

#[cfg(feature = "ssr")]
pub use document::{App, shell};
pub use error::ShopError;
pub use misread::Misread;
