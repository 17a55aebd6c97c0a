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
