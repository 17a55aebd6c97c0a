//! The shop's languages: its messages, and how numbers, dates and prices are written.
//!
//! On the server, what depends on the shop's time zone or currency finds them in the context of the
//! request. Where there is none, as in mails, the functions that end in `_in` take them.

#[cfg(feature = "browser")]
#[path = "current_language/in_browser.rs"]
mod current_language;
#[cfg(not(feature = "browser"))]
#[path = "current_language/on_server.rs"]
mod current_language;
mod date;
mod error_message;
#[cfg(any(feature = "ssr", feature = "hydrate"))]
pub(crate) mod lang_attribute;
mod language;
pub(crate) mod library;
pub(crate) mod message_slot;
#[cfg(feature = "browser")]
#[path = "money/in_browser.rs"]
mod money;
#[cfg(not(feature = "browser"))]
#[path = "money/on_server.rs"]
mod money;
mod number;
#[cfg(feature = "ssr")]
mod of_shop;
#[cfg(feature = "browser")]
#[path = "plural_rules/in_browser.rs"]
mod plural_rules;
#[cfg(not(feature = "browser"))]
#[path = "plural_rules/on_server.rs"]
mod plural_rules;
#[cfg(feature = "ssr")]
pub(crate) mod rate;
#[cfg(feature = "ssr")]
pub mod shop_name;
#[cfg(feature = "ssr")]
pub(crate) mod weekday;

pub use current_language::current_language;
pub use date::{day_in, moment_in};
pub use error_message::error_message;
pub use language::{Locale, locale};
pub(crate) use message_slot::{Slot, around_slot};
pub use money::price;
#[cfg(feature = "ssr")]
pub use money::{amount, amount_in};
pub use number::{Number, number};
#[cfg(feature = "ssr")]
pub use of_shop::{day, moment};
pub(crate) use plural_rules::PluralOperands;
