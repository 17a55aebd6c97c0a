//! Who the shop is: its name, where to find it, when it is open, and how it writes times and prices.

#[cfg(feature = "ssr")]
mod field;
#[cfg(feature = "ssr")]
pub(crate) mod page;
#[cfg(feature = "ssr")]
mod price_choice;
#[cfg(feature = "ssr")]
pub mod unsaved;
#[cfg(feature = "ssr")]
pub(in crate::desk) mod words;
mod zone_proposal;
