//! The languages of the messages, and the `lang` of texts in another one.
//!
//! The messages are in `locales`, a file for each subject in each language; `build.rs` makes
//! their keys, and [`say!`](crate::say) writes one.

use shop::Language;

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

/// The `lang` of a text that somebody has written, where it is not the page's. With Chinese
/// characters it is Chinese, and otherwise English, as most of a catalogue.
pub(crate) fn lang_attribute(page: Language, text: &str) -> Option<&'static str> {
    let han = |c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    let language = match text.contains(han) {
        true => Language::Chinese,
        false => Language::English,
    };
    (language != page).then(|| language.tag())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_takes_the_form_that_its_language_has_for_it() {
        let held = |language, count: u64| say!(language, cart.held, count);
        for (count, english, chinese) in [
            (0, "Held for you for 0 more minutes.", "还为您保留 0 分钟。"),
            (1, "Held for you for 1 more minute.", "还为您保留 1 分钟。"),
            (2, "Held for you for 2 more minutes.", "还为您保留 2 分钟。"),
        ] {
            assert_eq!(held(Language::English, count), english);
            assert_eq!(held(Language::Chinese, count), chinese);
        }
    }
}
