//! An edit of a book that was sent and not saved, so that the page shows again what was typed.

use protocol::ShopError;
use shop::{BookField, InvalidBookText, Slug};

/// An edit that was not saved, as an extension of the request that shows the page again.
#[derive(Debug, Clone)]
pub struct UnsavedBook {
    /// The version of the description that was edited.
    pub made_from: u64,
    /// Whether the form was already shown beside what somebody else had saved.
    pub compares: bool,
    /// The text of every field, as it was typed.
    pub typed: Vec<(BookField, String)>,
    /// The text of every field before it was typed over, as the page showed it.
    pub was: Vec<(BookField, String)>,
    /// The fields for which the catalogue file's text was to be taken again.
    pub from_file: Vec<BookField>,
    /// Why nothing was saved.
    pub why: WhyUnsaved,
}

/// Why an edit was not saved.
#[derive(Debug, Clone)]
pub enum WhyUnsaved {
    /// These fields are invalid.
    Invalid(Vec<(BookField, InvalidBookText)>),
    /// Another book has the ISBN.
    IsbnTaken(Slug),
    /// Somebody else has changed the book meanwhile.
    Outdated,
    /// The store failed.
    Failed(ShopError),
}

impl UnsavedBook {
    /// Whether the form is shown beside what somebody else has saved.
    pub(super) fn is_compared(&self) -> bool {
        self.compares || matches!(self.why, WhyUnsaved::Outdated)
    }

    /// The text of a field as it was typed.
    pub(super) fn typed_text(&self, field: BookField) -> Option<&str> {
        text_of(&self.typed, field)
    }

    /// The text of a field as the page showed it, if the form said so.
    pub(super) fn text_before(&self, field: BookField) -> Option<&str> {
        text_of(&self.was, field)
    }

    /// Whether the page showed this text for a field.
    pub(super) fn was_shown(&self, field: BookField, text: &str) -> bool {
        self.text_before(field)
            .is_some_and(|was| is_same_text(was, text))
    }

    /// Whether a field was sent as the page showed it.
    pub(super) fn is_untouched(&self, field: BookField) -> bool {
        match (self.text_before(field), self.typed_text(field)) {
            (Some(was), Some(typed)) => is_same_text(was, typed),
            _ => false,
        }
    }
}

fn text_of(texts: &[(BookField, String)], field: BookField) -> Option<&str> {
    let found = texts.iter().find(|(one, _)| *one == field);
    found.map(|(_, text)| text.as_str())
}

/// Whether two texts differ in nothing but line breaks, which browsers write in their own way, and
/// blanks around them, which are not saved.
fn is_same_text(one: &str, other: &str) -> bool {
    one.trim().lines().eq(other.trim().lines())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_that_is_sent_as_it_was_shown_is_untouched() {
        let text = |text: &str| (BookField::Description, text.to_owned());
        let sent = |was: Vec<_>, typed: &str| UnsavedBook {
            made_from: 0,
            compares: false,
            typed: vec![text(typed)],
            was,
            from_file: Vec::new(),
            why: WhyUnsaved::Outdated,
        };
        for (was, typed, is_untouched) in [
            ("One\nTwo", "One\r\nTwo\r\n", true),
            ("", "", true),
            ("One\nTwo", "One Two", false),
            ("One", "", false),
        ] {
            let sent = sent(vec![text(was)], typed);
            let found = sent.is_untouched(BookField::Description);
            assert_eq!(found, is_untouched, "{was:?} {typed:?}");
        }
        // A form that does not say what it showed.
        assert!(!sent(Vec::new(), "").is_untouched(BookField::Description));
    }
}
