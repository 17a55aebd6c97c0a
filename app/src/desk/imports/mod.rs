//! The pages of the catalogue import.

mod follow;
#[cfg(feature = "ssr")]
pub(crate) mod import_page;
#[cfg(feature = "ssr")]
pub(crate) mod imports_page;
#[cfg(feature = "ssr")]
mod messages;
mod receive;
