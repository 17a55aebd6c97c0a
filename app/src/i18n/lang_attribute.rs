//! The language of a text from the data, for screen readers.

use shop::Language;

/// The `lang` attribute of a text from the data. `None` if it is in the page's language.
///
/// A text with Chinese characters counts as Chinese, and any other as English, like most of a
/// catalogue.
pub(crate) fn lang_attribute(page: Language, text: &str) -> Option<&'static str> {
    let han = |c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    let language = match text.contains(han) {
        true => Language::Chinese,
        false => Language::English,
    };
    (language != page).then(|| language.tag())
}
