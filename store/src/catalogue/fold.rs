//! Splits titles and queries into words and folds their spelling.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The most letters of a word; longer words are truncated.
const LONGEST_WORD: usize = 40;

/// Removes case and accents from a text. Folding is idempotent.
///
/// Titles and queries are folded alike, so that case, accents, width and apostrophes make no
/// difference. Scripts are not transliterated: a query in another script finds nothing.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd()
        .flat_map(char::to_lowercase)
        // Some letters, such as `İ`, have a lower case only as a combining sequence.
        .nfkd()
        .filter(|c| !is_accent(*c))
        .flat_map(base_letters)
        .flatten()
        // Recompose the marks that are not accents, as in Hangul and kana.
        .nfc()
        .collect()
}

/// Whether this is a combining diacritical mark of Latin, Greek or Cyrillic. Vowel signs of other
/// scripts are kept.
fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Replaces a letter that has no Unicode decomposition by its usual substitute, such as `ss` for
/// `ß`.
fn base_letters(c: char) -> [Option<char>; 2] {
    let (first, second) = match c {
        'ß' => ('s', Some('s')),
        'æ' => ('a', Some('e')),
        'œ' => ('o', Some('e')),
        'þ' => ('t', Some('h')),
        'ø' => ('o', None),
        'ł' => ('l', None),
        'đ' | 'ð' => ('d', None),
        'ħ' => ('h', None),
        'ŧ' => ('t', None),
        'ŋ' => ('n', None),
        'ı' => ('i', None),
        'ς' => ('σ', None),
        c => (c, None),
    };
    [Some(first), second]
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// A word between spaces or punctuation.
    Word(String),
    /// Characters of a script without spaces between words, such as Chinese or Japanese.
    Run(Vec<char>),
}

/// Splits a text into its parts, folded.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let (mut word, mut run) = (String::new(), Vec::new());
    let mut letters = 0;
    let folded = fold(text);
    // The space at the end closes the last part.
    for c in folded.chars().chain([' ']) {
        let in_run = is_ideograph(c);
        if !in_run && !run.is_empty() {
            parts.push(Part::Run(std::mem::take(&mut run)));
        }
        if in_run {
            run.push(c);
        } else if c.is_alphanumeric() || (!word.is_empty() && is_combining_mark(c)) {
            if letters < LONGEST_WORD {
                word.push(c);
            }
            letters += 1;
            continue;
        } else if is_apostrophe(c) {
            // “Keeper’s” is the same word as “keepers”.
            continue;
        }
        if !word.is_empty() {
            // A word ends where a script without spaces begins.
            parts.push(Part::Word(std::mem::take(&mut word)));
        }
        letters = 0;
    }
    parts
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{2bc}' | '\u{2b9}')
}

/// Whether this is a Han or kana character.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3005}' | '\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

/// The terms that index a text: its words, and the single characters and pairs of each run.
pub(super) fn index_terms(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in parts(text) {
        match part {
            Part::Word(word) => words.push(word),
            Part::Run(run) => {
                words.extend(run.iter().map(char::to_string));
                words.extend(run.windows(2).map(|pair| pair.iter().collect()));
            }
        }
    }
    words
}

/// The terms that a query must match: its words, and the pairs of each run.
pub(super) fn query_terms(query: &str, most: usize) -> Vec<String> {
    let mut words = Vec::new();
    for part in parts(query) {
        match part {
            Part::Word(word) => words.push(word),
            Part::Run(run) if run.len() == 1 => words.push(run[0].to_string()),
            Part::Run(run) => words.extend(run.windows(2).map(|pair| pair.iter().collect())),
        }
    }
    words.truncate(most);
    words
}

/// The sort key of a title: its words without a leading article.
pub(super) fn title_key(title: &str) -> String {
    let key = joined_words(title);
    let rest = ["the ", "a ", "an "]
        .iter()
        .find_map(|article| key.strip_prefix(article));
    rest.map_or(key.clone(), str::to_owned)
}

/// The sort key of an author: the last name first.
pub(super) fn author_key(author: &str) -> String {
    let words = joined_words(author);
    match words.rsplit_once(' ') {
        Some((before, last)) => format!("{last} {before}"),
        None => words,
    }
}

fn joined_words(text: &str) -> String {
    let parts = parts(text).into_iter().map(|part| match part {
        Part::Word(word) => word,
        Part::Run(run) => run.into_iter().collect(),
    });
    parts.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accents_case_and_width_are_folded() {
        for (one, other) in [
            ("Café", "CAFE"),
            ("cafe\u{301}", "café"),
            ("Müller", "muller"),
            ("Straße", "STRASSE"),
            ("Ørsted", "orsted"),
            ("Łódź", "lodz"),
            ("Œuvre", "oeuvre"),
            ("Ἀθῆναι", "αθηναι"),
            ("ΣΊΣΥΦΟΣ", "σισυφος"),
            ("Ёлка", "елка"),
            ("Ｔｅａ", "tea"),
            ("ﬁre", "fire"),
            ("İstanbul", "istanbul"),
            ("Kæmpe ŋð", "kaempe nd"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("한국"), fold("하국"), "Hangul keeps its letters");
    }

    #[test]
    fn a_text_is_split_into_words() {
        assert_eq!(
            index_terms("The Keeper’s well-known “Tea”!"),
            ["the", "keepers", "well", "known", "tea"]
        );
        assert_eq!(index_terms("हिन्दी कथा"), ["हिन्दी", "कथा"]);
        assert_eq!(
            index_terms("红楼梦 2nd"),
            ["红", "楼", "梦", "红楼", "楼梦", "2nd"]
        );
        assert_eq!(index_terms("C++读本"), ["c", "读", "本", "读本"]);
        assert_eq!(index_terms("iPad书"), ["ipad", "书"]);
        assert_eq!(query_terms("红楼梦", 16), ["红楼", "楼梦"]);
        assert_eq!(query_terms("梦", 16), ["梦"]);
        assert!(query_terms("🦊 ** \" ( ' -- ;", 16).is_empty());
        assert_eq!(query_terms(&"a ".repeat(100), 16).len(), 16);
        assert_eq!(index_terms(&"x".repeat(10_000)), ["x".repeat(40)]);
    }

    #[test]
    fn titles_sort_without_their_article_and_authors_by_their_last_name() {
        assert_eq!(title_key("The Night Train"), "night train");
        assert_eq!(title_key("A"), "a");
        assert_eq!(title_key("Anthem"), "anthem");
        assert_eq!(author_key("Ines Calloway"), "calloway ines");
        assert_eq!(author_key("Anonymous"), "anonymous");
        assert_eq!(author_key("曹雪芹"), "曹雪芹");
    }

    proptest! {
        #[test]
        fn folding_is_idempotent(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn case_and_composition_make_no_difference(text in "[a-zA-ZÀ-ÖØ-öø-žА-Яа-я ]{0,40}") {
            let words = index_terms(&text);
            prop_assert_eq!(&index_terms(&text.to_uppercase()), &words);
            prop_assert_eq!(&index_terms(&text.nfd().collect::<String>()), &words);
        }

        #[test]
        fn any_text_is_split_into_words_without_spaces(text in any::<String>()) {
            for word in index_terms(&text).iter().chain(&query_terms(&text, 16)) {
                prop_assert!(!word.is_empty() && !word.contains(' '));
            }
            let _ = (title_key(&text), author_key(&text));
        }

        #[test]
        fn the_query_terms_of_a_text_are_among_its_index_terms(text in any::<String>()) {
            let index_terms = index_terms(&text);
            for word in query_terms(&text, 16) {
                prop_assert!(index_terms.contains(&word), "{}", word);
            }
        }
    }
}
