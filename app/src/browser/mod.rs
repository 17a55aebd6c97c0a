//! What islands use of the browser: requests, JSON, the page, the time, and how they start.
//!
//! An island is a function from its props to a view. On the server its page calls it by its
//! name, and gets the view in a `<leptos-island>` element, with the props as JSON. In the
//! browser the page's script calls the exported function of the same name, which makes the same
//! view of the same props and takes over the elements. Leptos' own `#[island]` reads props with
//! serde, which weighs more than all islands together (`docs/decisions/0011-islands.md`).
//!
//! To add one, write a function from props that are `Serialize` and [`FromJson`](json::FromJson)
//! to a view, and name it in an `islands!` of its feature. Islands do not contain islands, and
//! nothing in them is `AnyView` or read by serde.

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
