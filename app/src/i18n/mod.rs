//! The shop's languages: its messages, and how numbers, dates and prices are written.

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
mod money;
mod number;
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
pub use date::{day, moment};
pub use error_message::error_message;
pub use language::{Locale, locale};
pub(crate) use message_slot::{Slot, around_slot};
pub use money::{amount, price};
pub use number::{Number, number};
pub(crate) use plural_rules::PluralOperands;
