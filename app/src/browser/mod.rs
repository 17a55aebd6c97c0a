//! The part of the browser that islands use: requests, sockets, forms, the page, the time, and
//! hydration.

#[cfg(any(feature = "ssr", feature = "desk"))]
pub(crate) mod answer;
pub(crate) mod changing_text;
mod clock;
#[cfg(any(feature = "ssr", feature = "browser"))]
pub(crate) mod effect;
/// An island is a function from its props to a view. On the server, a page calls it and gets the
/// view in a `<leptos-island>` element, with the props as JSON. In the browser, the page's script
/// calls the exported function of the same name, which makes the same view from the same props and
/// hydrates the elements. Leptos' own `#[island]` reads props with serde, which weighs more than
/// all islands together (`docs/decisions/0011-islands.md`).
///
/// To add an island, write a function that makes a view from props that are `Serialize` and
/// `FromJson`, and list it in the `islands!` of its feature. Islands do not contain islands, and
/// use neither `AnyView` nor serde's deserialization.
pub(crate) mod island;
#[cfg(feature = "browser")]
#[path = "in_browser/mod.rs"]
pub(crate) mod platform;
#[cfg(not(feature = "browser"))]
#[path = "on_server/mod.rs"]
pub(crate) mod platform;
mod props;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) mod refused;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) mod sender;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) mod shop_clock;
#[cfg(any(feature = "browser", test))]
pub(crate) mod stopwatch;

pub(crate) use clock::Moment;
pub(crate) use island::islands;
pub(crate) use platform::page;
pub(crate) use props::NoProps;
