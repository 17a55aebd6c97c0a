//! The names of the legal texts, and what is wrong with one, in the reader's language.

use shop::{InvalidLegalText, Language, LegalText, LegalTexts};

use crate::{i18n::number, layout::legal_links::page_title};

/// The name of a text: its page and its language.
pub(super) fn text_name(language: Language, which: LegalText) -> String {
    let page = page_title(language, which.page);
    say!(
        language,
        legal.text,
        page = page,
        written_in = which.language.own_name()
    )
}

/// The names of these texts, as the journal keeps them. A text of a later release has no words here.
pub(in crate::desk) fn text_names(language: Language, texts: &[String]) -> String {
    let names: Vec<String> = texts
        .iter()
        .map(|name| match LegalText::named(name) {
            Some(which) => text_name(language, which),
            None => name.clone(),
        })
        .collect();
    names.join(say!(language, format.between))
}

/// What is wrong with a text, as a sentence that names it.
pub(super) fn problem(language: Language, which: LegalText, why: InvalidLegalText) -> String {
    let text = text_name(language, which);
    match why {
        InvalidLegalText::OddCharacter => say!(language, legal.odd_character, text = text),
        InvalidLegalText::TooLong => {
            let most = u32::try_from(LegalTexts::MAX_CHARS).unwrap_or(u32::MAX);
            let most = number(language, most);
            say!(language, legal.too_long, text = text, most = most)
        }
    }
}
