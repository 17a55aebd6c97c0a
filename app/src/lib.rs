//! The shop's pages: rendered on the server, with islands that are hydrated in the browser.

// Views in islands are not erased to `AnyView`, so their types are deeply nested.
#![recursion_limit = "256"]

/// A message in a language: `say!(language, cart.held, count = 3)`. The messages are in `locales`.
///
/// It is a `String` if the message has arguments, and otherwise a `&'static str`.
#[macro_export]
macro_rules! say {
    ($language:expr, $($sentence:tt)+) => {
        leptos_i18n::td_string!($crate::i18n::locale($language), $($sentence)+)
    };
}

// Pages exist only on the server. Islands, and the code they use, are also sent to browsers.

#[cfg(feature = "ssr")]
pub mod about;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod announcements;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod book;
mod browser;
#[cfg(feature = "ssr")]
pub mod buzz;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod cart;
pub mod connection;
#[cfg(any(feature = "ssr", feature = "desk"))]
pub mod desk;
pub mod i18n;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod layout;
#[cfg(feature = "ssr")]
pub mod legal;
pub mod live;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod order;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod search;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod shelf;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub mod waitlist;
#[cfg(test)]
mod wire_tests;
