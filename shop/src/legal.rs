//! The texts that a shop must publish about itself: imprint, privacy policy and terms, in Markdown.

use crate::Language;

/// A page with such a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegalPage {
    /// Who runs the shop.
    Imprint,
    /// What becomes of a shopper's data.
    Privacy,
    /// The terms of sale.
    Terms,
}

impl LegalPage {
    /// Every page.
    pub const ALL: [Self; 3] = [Self::Imprint, Self::Privacy, Self::Terms];

    /// The page's name in addresses and in the data.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Imprint => "imprint",
            Self::Privacy => "privacy",
            Self::Terms => "terms",
        }
    }
}

/// One text: a page in a language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LegalText {
    /// The page.
    pub page: LegalPage,
    /// The language.
    pub language: Language,
}

impl LegalText {
    /// Every text, page by page.
    pub const ALL: [Self; 6] = [
        Self::of(LegalPage::Imprint, Language::English),
        Self::of(LegalPage::Imprint, Language::Chinese),
        Self::of(LegalPage::Privacy, Language::English),
        Self::of(LegalPage::Privacy, Language::Chinese),
        Self::of(LegalPage::Terms, Language::English),
        Self::of(LegalPage::Terms, Language::Chinese),
    ];

    const fn of(page: LegalPage, language: Language) -> Self {
        Self { page, language }
    }

    /// The text's name in forms and in the data, such as `terms.en`.
    #[must_use]
    pub fn name(self) -> String {
        format!("{}.{}", self.page.as_str(), self.language)
    }

    /// The text with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// Why a text cannot be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLegalText {
    /// It has a control character, or one that changes the direction of text.
    #[error("has a character that cannot be used")]
    OddCharacter,
    /// It is too long.
    #[error("at most {} characters", LegalTexts::MAX_CHARS)]
    TooLong,
}

/// All texts. One that is empty is not published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LegalTexts([String; LegalText::ALL.len()]);

impl LegalTexts {
    /// The most characters of one text.
    pub const MAX_CHARS: usize = 50_000;

    /// Parses texts as they were typed. Those that are not named are empty.
    ///
    /// # Errors
    /// The texts that are invalid, each with the reason.
    pub fn parse(
        typed: &[(LegalText, String)],
    ) -> Result<Self, Vec<(LegalText, InvalidLegalText)>> {
        let mut texts = Self::default();
        let mut problems = Vec::new();
        for (which, text) in typed {
            if let Err(why) = texts.set(*which, text) {
                problems.push((*which, why));
            }
        }
        match problems.is_empty() {
            true => Ok(texts),
            false => Err(problems),
        }
    }

    /// Sets one text, without the empty lines around it. The first line keeps its indentation, which
    /// Markdown reads.
    ///
    /// # Errors
    /// [`InvalidLegalText`], with nothing changed.
    pub fn set(&mut self, which: LegalText, text: &str) -> Result<(), InvalidLegalText> {
        // Browsers send `\r\n`.
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let text = text.trim_end().trim_start_matches('\n');
        let is_odd = |c: char| {
            (c.is_control() && !matches!(c, '\n' | '\t'))
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        if text.contains(is_odd) {
            return Err(InvalidLegalText::OddCharacter);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(InvalidLegalText::TooLong);
        }
        let place = LegalText::ALL.iter().position(|one| *one == which);
        if let Some(place) = place {
            self.0[place] = text.to_owned();
        }
        Ok(())
    }

    /// One text in Markdown, or nothing.
    #[must_use]
    pub fn text(&self, which: LegalText) -> &str {
        let mut texts = LegalText::ALL.iter().zip(&self.0);
        texts
            .find(|(one, _)| **one == which)
            .map_or("", |(_, text)| text)
    }

    /// What a page shows to a reader of this language: the text in it, or else in another. `None` if
    /// the page has no text.
    #[must_use]
    pub fn shown(&self, page: LegalPage, language: Language) -> Option<(Language, &str)> {
        let others = Language::ALL.into_iter().filter(|other| *other != language);
        std::iter::once(language)
            .chain(others)
            .map(|language| (language, self.text(LegalText { page, language })))
            .find(|(_, text)| !text.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: LegalText = LegalText::of(LegalPage::Terms, Language::English);

    #[test]
    fn a_text_is_found_by_its_name() {
        for text in LegalText::ALL {
            assert_eq!(LegalText::named(&text.name()), Some(text));
        }
        assert_eq!(TERMS.name(), "terms.en");
        assert_eq!(LegalText::named("terms.fr"), None);
    }

    #[test]
    fn a_text_is_kept_without_the_white_space_around_it() {
        let mut texts = LegalTexts::default();
        texts
            .set(TERMS, "\r\n# Terms\r\n\r\nPay\twell. \n")
            .unwrap();
        assert_eq!(texts.text(TERMS), "# Terms\n\nPay\twell.");
        texts.set(TERMS, " \n").unwrap();
        assert_eq!(texts, LegalTexts::default());
    }

    #[test]
    fn an_invalid_text_is_refused_with_the_reason() {
        let longest = "字".repeat(LegalTexts::MAX_CHARS);
        let mut texts = LegalTexts::default();
        texts.set(TERMS, &longest).unwrap();
        let too_long = format!("{longest}字");
        for (text, why) in [
            (too_long.as_str(), InvalidLegalText::TooLong),
            ("a\0b", InvalidLegalText::OddCharacter),
            ("a\u{202e}b", InvalidLegalText::OddCharacter),
        ] {
            assert_eq!(texts.set(TERMS, text), Err(why));
            let parsed = LegalTexts::parse(&[(TERMS, text.to_owned())]);
            assert_eq!(parsed, Err(vec![(TERMS, why)]));
        }
        assert_eq!(texts.text(TERMS), longest, "nothing was changed");
    }

    #[test]
    fn an_empty_text_falls_back_to_the_other_language() {
        let (english, chinese) = (Language::English, Language::Chinese);
        let mut texts = LegalTexts::default();
        assert_eq!(texts.shown(LegalPage::Terms, english), None);
        texts.set(TERMS, "Terms").unwrap();
        for language in Language::ALL {
            let shown = texts.shown(LegalPage::Terms, language);
            assert_eq!(shown, Some((english, "Terms")));
        }
        let in_chinese = LegalText::of(LegalPage::Terms, chinese);
        texts.set(in_chinese, "条款").unwrap();
        let shown = texts.shown(LegalPage::Terms, chinese);
        assert_eq!(shown, Some((chinese, "条款")));
        assert_eq!(texts.shown(LegalPage::Privacy, chinese), None);
    }
}
