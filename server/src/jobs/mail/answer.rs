//! The mail server's answer, as it may be kept and shown at the desk.

use std::fmt;

/// The most characters of an answer that are kept.
const MOST: usize = 160;

/// An answer that refuses a mail.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The server's own words. They often contain the address.
    pub(super) words: String,
}

impl fmt::Debug for Answer {
    /// Leaves the words out of logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({})", self.status)
    }
}

impl Answer {
    /// The status and the words on one line, shortened, and without anything that names the
    /// recipient or looks like an address.
    pub(super) fn without_address(&self, recipient: &str) -> String {
        let mailbox = recipient.split('@').next().unwrap_or_default();
        let names_somebody = |word: &str| {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            let mailbox = mailbox.trim_matches(|c: char| !c.is_alphanumeric());
            word.contains('@') || (!bare.is_empty() && bare.eq_ignore_ascii_case(mailbox))
        };
        let words = self
            .words
            .split_whitespace()
            .map(|word| match names_somebody(word) {
                true => "…".to_owned(),
                false => word.chars().filter(|c| !c.is_control()).collect(),
            });
        let line: Vec<String> = [self.status.to_string()].into_iter().chain(words).collect();
        let line = line.join(" ");
        match line.char_indices().nth(MOST) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(words: &str) -> Answer {
        Answer {
            status: 550,
            words: words.to_owned(),
        }
    }

    #[test]
    fn an_answer_is_kept_without_the_address() {
        for (words, kept) in [
            ("no such user", "550 no such user"),
            ("", "550"),
            (
                "5.1.1 <Ann@Example.org>: Recipient rejected",
                "550 5.1.1 … Recipient rejected",
            ),
            (
                "user \"ann\" unknown\r\nsee\thttps://mail.example",
                "550 user … unknown see https://mail.example",
            ),
            ("annual limit\u{1b}[31m", "550 annual limit[31m"),
        ] {
            assert_eq!(answer(words).without_address("ann@example.org"), kept);
        }
    }

    #[test]
    fn a_long_answer_is_shortened_and_the_log_has_only_its_status() {
        let long = answer(&"字".repeat(500));
        let kept = long.without_address("ann@example.org");
        assert_eq!(kept.chars().count(), MOST + 1);
        assert!(kept.ends_with("字…"), "{kept}");
        assert_eq!(format!("{long:?}"), "Answer(550)");
    }
}
