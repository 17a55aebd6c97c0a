//! The language switch: a plain form, and the server function that it calls.

#[cfg(feature = "ssr")]
pub(crate) mod form;

use leptos::prelude::*;
use protocol::ShopError;
use shop::Language;

/// Stores the chosen language in a cookie for a year.
///
/// # Errors
/// [`ShopError::BadInput`].
#[server(endpoint = "set_language")]
pub async fn set_language(
    /// The language.
    language: Language,
) -> Result<(), ShopError> {
    crate::server::set_language_cookie(language);
    Ok(())
}
