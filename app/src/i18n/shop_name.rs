//! The shop's name inside a sentence, in plain text and in HTML.

use shop::Language;

use super::lang_attribute::lang_attribute;

/// The shop's name in a sentence of plain text.
///
/// In Chinese, a Latin name is set apart by spaces, and has a typewriter's apostrophe: Chinese fonts
/// make the typographic one as wide as a character.
#[must_use]
pub fn in_text(language: Language, name: &str) -> String {
    match (language, lang_attribute(language, name)) {
        (Language::Chinese, Some(_)) => format!(" {} ", name.replace('’', "'")),
        _ => name.to_owned(),
    }
}

/// The shop's name in a sentence of HTML, with its language. `escaped` is the name in HTML.
#[must_use]
pub fn in_html(language: Language, name: &str, escaped: &str) -> String {
    match lang_attribute(language, name) {
        Some(lang) if language == Language::Chinese => {
            format!(" <span lang=\"{lang}\">{escaped}</span> ")
        }
        Some(lang) => format!("<span lang=\"{lang}\">{escaped}</span>"),
        None => escaped.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_latin_name_is_set_apart_in_chinese() {
        let plain = |name| {
            say!(
                Language::Chinese,
                order.collect,
                shop = in_text(Language::Chinese, name)
            )
        };
        assert_eq!(plain("Burt’s Books"), "到 Burt's Books 取书");
        assert_eq!(plain("猫头鹰书店"), "到猫头鹰书店取书");
        let html = |language, name| in_html(language, name, name);
        let marked = " <span lang=\"en\">Owl</span> ";
        assert_eq!(html(Language::Chinese, "Owl"), marked);
        assert_eq!(html(Language::Chinese, "猫头鹰书店"), "猫头鹰书店");
        assert_eq!(html(Language::English, "Owl"), "Owl");
        let marked = "<span lang=\"zh-Hans\">猫头鹰书店</span>";
        assert_eq!(html(Language::English, "猫头鹰书店"), marked);
    }
}
