//! The part of the browser that islands use: requests, JSON, the page, the time, and hydration.
//!
//! An island is a function from its props to a view. On the server, a page calls it and gets the
//! view in a `<leptos-island>` element, with the props as JSON. In the browser, the page's script
//! calls the exported function of the same name, which makes the same view from the same props and
//! hydrates the elements. Leptos' own `#[island]` reads props with serde, which weighs more than
//! all islands together (`docs/decisions/0011-islands.md`).
//!
//! To add an island, write a function that makes a view from props that are `Serialize` and
//! [`FromJson`](json::FromJson), and list it in the `islands!` of its feature. Islands do not
//! contain islands, and use neither `AnyView` nor serde's deserialization.

mod clock;
mod decode;
pub(crate) mod json;
#[cfg(test)]
pub(crate) mod json_round_trip;
#[cfg(feature = "hydrate")]
#[path = "in_browser/mod.rs"]
pub(crate) mod platform;
#[cfg(not(feature = "hydrate"))]
#[path = "on_server/mod.rs"]
pub(crate) mod platform;
mod props;
mod refused;
mod shop_clock;
#[cfg(any(feature = "hydrate", test))]
pub(crate) mod stopwatch;

pub(crate) use clock::Moment;
pub(crate) use platform::{http, island::islands, json::Json, page};
pub(crate) use props::NoProps;
pub(crate) use refused::Refused;
pub(crate) use shop_clock::ShopClock;
