//! The choice of a language: a plain form, and the server function that it calls.

#[cfg(feature = "ssr")]
pub(crate) mod form;

use leptos::prelude::*;
use protocol::ShopError;
use shop::Language;

/// Makes this browser's choice last for a year.
///
/// # Errors
/// [`ShopError::BadInput`].
#[server(endpoint = "set_language")]
pub async fn set_language(
    /// Which language from now on.
    language: Language,
) -> Result<(), ShopError> {
    crate::server::set_language_cookie(language);
    Ok(())
}
