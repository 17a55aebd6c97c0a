//! The cookie that stores the chosen language.

use http::{HeaderValue, header};
use leptos::context::use_context;
use leptos_axum::ResponseOptions;
use shop::Language;

use super::shop_url;

/// The name of the cookie.
pub const LANGUAGE_COOKIE: &str = "lang";
/// A year, in seconds.
const MAX_AGE: u32 = 365 * 24 * 60 * 60;

/// Sets the cookie with the response.
pub(crate) fn set_language_cookie(language: Language) {
    let secure = match shop_url().starts_with("https:") {
        true => "; Secure",
        false => "",
    };
    let cookie = format!(
        "{LANGUAGE_COOKIE}={language}; Path=/; Max-Age={MAX_AGE}; SameSite=Lax; HttpOnly{secure}"
    );
    if let (Some(response), Ok(cookie)) = (
        use_context::<ResponseOptions>(),
        cookie.parse::<HeaderValue>(),
    ) {
        response.append_header(header::SET_COOKIE, cookie);
    }
}
