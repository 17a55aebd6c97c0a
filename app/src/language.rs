//! What the shop says, in each of its languages, and which of them is spoken.
//!
//! The sentences are in `locales`, a file for each subject in each language. [`say!`](crate::say)
//! says one; `build.rs` makes its keys. The server provides the language of each request to its
//! context, a browser finds it in the page (`lang` of `html`).

use leptos::prelude::*;
use shop::{Language, Price};

use crate::ShopError;

// Written by a program, and more than is used.
#[allow(
    missing_docs,
    unused,
    clippy::all,
    reason = "written by the library, and all of it whether or not it is used"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n.rs"));
}
pub use generated::i18n::Locale;

/// As [`say!`](crate::say) wants it.
#[must_use]
pub const fn locale(language: Language) -> Locale {
    match language {
        Language::English => Locale::en,
        Language::Chinese => Locale::zh_Hans,
    }
}

/// The name of the cookie that keeps somebody's choice.
pub const COOKIE: &str = "lang";
/// For how long: a year, in seconds.
#[cfg(feature = "ssr")]
const KEPT_FOR: u32 = 365 * 24 * 60 * 60;

/// The language of whoever sees this.
#[cfg(not(feature = "hydrate"))]
#[must_use]
pub fn spoken() -> Language {
    use_context().unwrap_or_default()
}

/// The language of whoever sees this.
#[cfg(feature = "hydrate")]
#[must_use]
pub fn spoken() -> Language {
    let page = document().document_element();
    let tag = page.and_then(|page| page.get_attribute("lang"));
    tag.and_then(|tag| tag.parse().ok()).unwrap_or_default()
}

/// An amount, as it is written in a language.
#[must_use]
pub fn price(language: Language, price: Price) -> String {
    say!(language, date.price, dollars = price.to_string())
}

/// The `lang` of somebody's own words, where they are not in the page's language: with
/// Chinese characters they are Chinese, and otherwise what most of a catalogue is in.
pub(crate) fn of_words(here: Language, words: &str) -> Option<&'static str> {
    let han = |c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    let language = match words.contains(han) {
        true => Language::Chinese,
        false => Language::English,
    };
    (language != here).then(|| language.tag())
}

/// Makes this browser's choice last for a year.
///
/// # Errors
/// [`ShopError::BadInput`].
#[server(endpoint = "set_language")]
pub async fn set_language(
    /// Which language from now on.
    language: Language,
) -> Result<(), ShopError> {
    let secure = match crate::ssr::shop_url().starts_with("https:") {
        true => "; Secure",
        false => "",
    };
    let cookie =
        format!("{COOKIE}={language}; Path=/; Max-Age={KEPT_FOR}; SameSite=Lax; HttpOnly{secure}");
    if let (Some(response), Ok(cookie)) = (
        use_context::<leptos_axum::ResponseOptions>(),
        cookie.parse::<http::HeaderValue>(),
    ) {
        response.append_header(http::header::SET_COOKIE, cookie);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_reads_as_each_language_writes_it() {
        let amount = Price::from_cents(123_456_700);
        assert_eq!(price(Language::English, amount), "$1,234,567.00");
        assert_eq!(price(Language::Chinese, amount), "US$1,234,567.00");
    }

    #[test]
    fn a_sentence_is_said_with_its_parts_and_white_space() {
        let said = |language| say!(language, cart.soon, minutes = 2);
        assert_eq!(
            said(Language::English),
            "Held for 2 more minutes: order it, or hold it longer."
        );
        assert_eq!(
            said(Language::Chinese),
            "还会保留 2 分钟：请下单，或延长保留。"
        );
        assert_eq!(say!(Language::English, book.few_before), "Only ");
        assert_eq!(say!(Language::Chinese, book.by_before), "");
    }
}
