//! The shop's languages: its messages, and how dates and prices are written.

#[cfg(feature = "hydrate")]
#[path = "current_language/in_browser.rs"]
mod current_language;
#[cfg(not(feature = "hydrate"))]
#[path = "current_language/on_server.rs"]
mod current_language;
mod date;
mod error_message;
mod language;
mod money;

pub use current_language::current_language;
pub use date::moment;
pub use error_message::error_message;
pub(crate) use language::lang_attribute;
pub use language::{Locale, locale};
pub use money::price;
