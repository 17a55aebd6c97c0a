//! The language of a text from the data, for screen readers.

use shop::Language;

use super::current_language;

/// The `lang` attribute of a text from the data. `None` if it is in the page's language.
///
/// The language is guessed from the text's script. Han characters alone count as Chinese, and
/// plain Latin letters as English, like most of a catalogue. An empty attribute means “unknown”:
/// screen readers then decide for themselves.
pub(crate) fn lang_attribute(page: Language, text: &str) -> Option<&'static str> {
    let has = |is: fn(char) -> bool| text.contains(is);
    // Excludes the middle dot and the long vowel mark, which also occur in names in Chinese.
    let kana = |c| matches!(c, '\u{3040}'..='\u{30fa}' | '\u{30fd}'..='\u{30ff}');
    let hangul = |c| matches!(c, '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7a3}');
    let han = |c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    // Scripts above Latin and its diacritics, and below the punctuation that all languages share.
    let other = |c| matches!(c, '\u{370}'..='\u{10ff}' | '\u{1200}'..='\u{1dff}');
    let diacritic = |c: char| matches!(c, '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
    let language = if has(kana) {
        return Some("ja");
    } else if has(hangul) {
        return Some("ko");
    } else if has(han) {
        Language::Chinese
    } else if has(other) || (page != Language::English && has(diacritic)) {
        return Some("");
    } else {
        Language::English
    };
    (language != page).then(|| language.tag())
}

/// The `lang` attribute for the HTML tag around a text, with a space before it. Empty if the text
/// is in the page's language.
pub(crate) fn lang_in_html(text: &str) -> String {
    match lang_attribute(current_language(), text) {
        Some(lang) => [" lang=\"", lang, "\""].concat(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_marked_with_the_language_that_its_script_shows() {
        let english = |text| lang_attribute(Language::English, text);
        let chinese = |text| lang_attribute(Language::Chinese, text);
        assert_eq!(english("Small Hours – “again”"), None);
        assert_eq!(chinese("Small Hours – “again”"), Some("en"));
        assert_eq!(english("红楼梦"), Some("zh-Hans"));
        assert_eq!(chinese("红楼梦"), None);
        assert_eq!(chinese("加西亚・马尔克斯"), None);
        for (text, marked) in [
            ("ノルウェイの森", "ja"),
            ("채식주의자", "ko"),
            ("Война и мир", ""),
            ("Ἰλιάς", ""),
        ] {
            assert_eq!(
                (english(text), chinese(text)),
                (Some(marked), Some(marked)),
                "{text}"
            );
        }
        // This may be French. On an English page, an accent alone is not enough to mark a title.
        assert_eq!(english("L’Étranger"), None);
        assert_eq!(chinese("L’Étranger"), Some(""));
    }
}
