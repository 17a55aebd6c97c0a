//! A sale in progress, as its form sends it and as the address of its page carries it.

use std::borrow::Cow;

use shop::{Basket, BasketLine, Key, Price, Quantity, ReceiptCode, Slug};

use super::ADDRESS;
use crate::layout::query::encode;

/// The most characters that are kept of what was typed into a field.
const LONGEST: usize = 300;
/// The most characters that are kept of a number of copies.
const LONGEST_NUMBER: usize = 8;

/// What a clerk has scanned and typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CounterQuery {
    /// The lines so far, each of another book.
    pub lines: Vec<TypedLine>,
    /// What was scanned or typed in order to add a book.
    pub scan: String,
    /// The book that is taken off the list.
    pub removed: Option<Slug>,
    /// The key of this sale. It stays the same until the sale is made.
    pub key: Option<Key>,
    /// The receipt of the sale before.
    pub receipt: Option<ReceiptCode>,
}

/// A line of the list, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedLine {
    /// The book.
    pub book: Slug,
    /// The number of copies.
    pub copies: String,
    /// The price that the page has shown.
    pub shown: Option<Price>,
}

/// Why a scanned book is not added to the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FullList {
    /// The list has as many books as it can have.
    Books,
    /// The line has as many copies as it can have.
    Copies,
}

impl TypedLine {
    /// The number of copies. `None` if what was typed is not one.
    #[must_use]
    pub fn quantity(&self) -> Option<Quantity> {
        self.copies.trim().parse().ok()
    }
}

impl CounterQuery {
    /// Reads the fields of the form, or the parameters of an address. Anything unknown is ignored.
    #[must_use]
    pub fn parse<'a>(parts: impl IntoIterator<Item = (Cow<'a, str>, Cow<'a, str>)>) -> Self {
        let mut query = Self::default();
        for (name, value) in parts {
            let value = &*value;
            match name.split_once('.') {
                Some(("copies", book)) => {
                    if let Some(line) = query.line(book) {
                        line.copies = start_of(value, LONGEST_NUMBER);
                    }
                }
                Some(("price", book)) => {
                    if let Some(line) = query.line(book) {
                        line.shown = value.parse().ok().map(Price::from_cents);
                    }
                }
                _ => match &*name {
                    "scan" => query.scan = start_of(value.trim(), LONGEST),
                    "remove" => query.removed = value.parse().ok(),
                    "key" => query.key = value.parse().ok(),
                    "receipt" => query.receipt = value.parse().ok(),
                    _ => {}
                },
            }
        }
        query
    }

    /// The line of a book, which is added if it is missing. `None` if this is not a book's name, or
    /// if the list is full.
    fn line(&mut self, book: &str) -> Option<&mut TypedLine> {
        let book: Slug = book.parse().ok()?;
        let at = self.lines.iter().position(|line| line.book == book);
        let at = at.unwrap_or(self.lines.len());
        if at == self.lines.len() {
            if at >= Basket::MAX_LINES {
                return None;
            }
            self.lines.push(TypedLine {
                book,
                copies: String::new(),
                shown: None,
            });
        }
        self.lines.get_mut(at)
    }

    /// Adds a copy of a book.
    ///
    /// # Errors
    /// [`FullList`]. Nothing was added.
    pub fn add(&mut self, book: &Slug) -> Result<(), FullList> {
        let line = self.line(book.as_str()).ok_or(FullList::Books)?;
        // A line without a number, which is also a new one, begins with one copy.
        let copies = line.quantity().map_or(0, Quantity::get) + 1;
        let copies = Quantity::new(copies).map_err(|_| FullList::Copies)?;
        line.copies = copies.to_string();
        Ok(())
    }

    /// Takes off the removed line, and lines of no copies. Returns whether there were any.
    pub fn take_off(&mut self) -> bool {
        let before = self.lines.len();
        let removed = self.removed.take();
        self.lines
            .retain(|line| Some(&line.book) != removed.as_ref() && line.copies.trim() != "0");
        self.lines.len() < before
    }

    /// The basket to be sold. `None` if a line has no valid number of copies.
    #[must_use]
    pub fn basket(&self) -> Option<Basket> {
        let mut basket = Basket::default();
        for line in &self.lines {
            let added = BasketLine {
                book: line.book.clone(),
                quantity: line.quantity()?,
                shown: line.shown,
            };
            basket.add(added).ok()?;
        }
        Some(basket)
    }

    /// The address of the page with this list. The page shows current prices, so they are left out.
    #[must_use]
    pub fn address(&self) -> String {
        let key = self.key.iter().map(|key| format!("key={key}"));
        let lines = self.lines.iter();
        let lines = lines.map(|line| format!("copies.{}={}", line.book, encode(&line.copies)));
        let scan = (!self.scan.is_empty()).then(|| format!("scan={}", encode(&self.scan)));
        let parts: Vec<String> = key.chain(lines).chain(scan).collect();
        match parts.is_empty() {
            true => ADDRESS.to_owned(),
            false => format!("{ADDRESS}?{}", parts.join("&")),
        }
    }
}

/// The first characters of a text.
pub(super) fn start_of(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> CounterQuery {
        CounterQuery::parse(form_urlencoded::parse(query.as_bytes()))
    }

    fn slug(text: &str) -> Slug {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_carries_the_list() {
        let query = parse("copies.drop=2&price.drop=2000&copies.small-hours=x&key=a-key-of-a-form");
        assert_eq!(query.lines[0].quantity(), Quantity::new(2).ok());
        assert_eq!(query.lines[0].shown, Some(Price::from_cents(2_000)));
        assert_eq!(query.lines[1].quantity(), None);
        assert_eq!(query.basket(), None);
        let address = "/desk/counter?key=a-key-of-a-form&copies.drop=2&copies.small-hours=x";
        assert_eq!(query.address(), address);
        assert_eq!(parse("").address(), "/desk/counter");
        let odd = parse("copies.No+Slug=1&price.=1&copies=3&unknown=4&key=short");
        assert_eq!(odd, CounterQuery::default());
    }

    #[test]
    fn a_book_that_is_scanned_again_has_one_copy_more() {
        let mut query = parse("copies.drop=2&copies.small-hours=");
        for book in ["drop", "small-hours", "new-here"] {
            query.add(&slug(book)).unwrap();
        }
        assert_eq!(
            query.address(),
            "/desk/counter?copies.drop=3&copies.small-hours=1&copies.new-here=1"
        );
        let mut query = parse("copies.drop=1000");
        assert_eq!(query.add(&slug("drop")), Err(FullList::Copies));
        let mut query = CounterQuery::default();
        for number in 0..Basket::MAX_LINES {
            query.add(&slug(&format!("book-{number}"))).unwrap();
        }
        assert_eq!(query.add(&slug("drop")), Err(FullList::Books));
        assert_eq!(query.basket().unwrap().lines().len(), Basket::MAX_LINES);
    }

    #[test]
    fn a_line_is_taken_off_by_its_button_or_by_a_zero() {
        let mut query = parse("copies.drop=2&copies.small-hours=0&copies.other=1&remove=drop");
        assert!(query.take_off());
        assert_eq!(query.address(), "/desk/counter?copies.other=1");
        assert!(!query.take_off());
    }
}
