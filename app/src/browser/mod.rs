//! The part of the browser that islands use: requests, sockets, forms, the page, the time, and
//! hydration.

#[cfg(any(feature = "ssr", feature = "desk"))]
mod answer;
mod changing_text;
mod clock;
#[cfg(any(feature = "ssr", feature = "browser"))]
mod effect;
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
mod refused;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod sender;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
mod shop_clock;
#[cfg(any(feature = "browser", test))]
pub(crate) mod stopwatch;

#[cfg(any(feature = "ssr", feature = "desk"))]
pub(crate) use answer::Answer;
pub(crate) use changing_text::changing_text;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) use changing_text::{changing_html, html_text};
pub(crate) use clock::Moment;
#[cfg(any(feature = "ssr", feature = "browser"))]
pub(crate) use effect::effect;
pub(crate) use island::islands;
pub(crate) use platform::page;
#[cfg(feature = "desk")]
pub(crate) use platform::post;
#[cfg(feature = "hydrate")]
pub(crate) use platform::set_page_title;
#[cfg(any(feature = "ssr", feature = "desk"))]
pub(crate) use platform::{fetch, replace_page};
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) use platform::{http, move_focus, restore_focus, set_notice_in_title};
#[cfg(feature = "browser")]
pub(crate) use platform::{request, socket};
pub(crate) use props::NoProps;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) use refused::Refused;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) use sender::{Sender, Then};
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) use shop_clock::ShopClock;
