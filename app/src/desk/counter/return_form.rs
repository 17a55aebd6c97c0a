//! The form for a return, as it is sent and as the address of its page carries it.

use std::borrow::Cow;

use shop::Key;

use super::query::start_of;
use crate::layout::query::to_query;

/// The address of the page with the form.
const ADDRESS: &str = "/desk/counter/return";
/// The most characters that are kept of what was typed into a field.
const LONGEST: usize = 250;

/// What a clerk has typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReturnForm {
    /// The book: an ISBN or a slug.
    pub book: String,
    /// The number of copies.
    pub copies: String,
    /// The refund for one copy; empty for the current price.
    pub refund: String,
    /// The reason.
    pub reason: String,
    /// Whether the copies are damaged.
    pub damaged: bool,
    /// The key of this return.
    pub key: Option<Key>,
}

impl ReturnForm {
    /// Reads the fields of the form, or the parameters of an address. Anything unknown is ignored.
    #[must_use]
    pub fn parse<'a>(parts: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Self {
        let mut form = Self::default();
        for (name, value) in parts {
            let text = start_of(value.trim(), LONGEST);
            match &*name {
                "book" => form.book = text,
                "copies" => form.copies = text,
                "refund" => form.refund = text,
                "reason" => form.reason = text,
                "damaged" => form.damaged = text == "yes",
                "key" => form.key = text.parse().ok(),
                _ => {}
            }
        }
        form
    }

    /// The address of the page with what was typed.
    #[must_use]
    pub fn address(&self) -> String {
        let key = self.key.iter().map(|key| ("key", key.to_string()));
        let damaged = self.damaged.then(|| ("damaged", "yes".to_owned()));
        let typed = [
            ("book", self.book.clone()),
            ("copies", self.copies.clone()),
            ("refund", self.refund.clone()),
            ("reason", self.reason.clone()),
        ];
        let typed = typed.into_iter().filter(|(_, text)| !text.is_empty());
        let pairs: Vec<_> = key.chain(typed).chain(damaged).collect();
        match pairs.is_empty() {
            true => ADDRESS.to_owned(),
            false => format!("{ADDRESS}?{}", to_query(pairs)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_carries_what_was_typed() {
        let query = "key=a-key-of-a-form&book=small-hours&copies=1&reason=wrong%20book&damaged=yes";
        let form = ReturnForm::parse(form_urlencoded::parse(query.as_bytes()));
        assert_eq!((&*form.reason, form.damaged), ("wrong book", true));
        assert_eq!(form.address(), format!("{ADDRESS}?{query}"));
        assert_eq!(ReturnForm::default().address(), ADDRESS);
    }
}
