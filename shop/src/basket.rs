//! Baskets: what is sold at the counter in one act.

use crate::{Price, Quantity, Slug};

/// The books of a sale at the counter, each once, in the order in which they were added.
///
/// It may be empty while it is being filled. An empty one is not sold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Basket(Vec<BasketLine>);

/// Copies of one book in a basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasketLine {
    /// The book.
    pub book: Slug,
    /// The number of copies.
    pub quantity: Quantity,
    /// The price that the seller was shown, if known. At any other price nothing is sold.
    pub shown: Option<Price>,
}

/// Why copies cannot be added to a basket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FullBasket {
    /// It has as many different books as it can have.
    #[error("a basket has at most {} different books", Basket::MAX_LINES)]
    Books,
    /// It has as many copies of this book as it can have.
    #[error("a basket has at most {} copies of a book", Quantity::MAX)]
    Copies,
}

impl Basket {
    /// The most different books in a basket.
    pub const MAX_LINES: usize = 40;

    /// Adds copies of a book. If the book is there already, its line gets more copies.
    ///
    /// # Errors
    /// [`FullBasket`]. The basket is unchanged.
    pub fn add(&mut self, added: BasketLine) -> Result<(), FullBasket> {
        let Some(line) = self.0.iter_mut().find(|line| line.book == added.book) else {
            if self.0.len() >= Self::MAX_LINES {
                return Err(FullBasket::Books);
            }
            self.0.push(added);
            return Ok(());
        };
        let copies = line.quantity.get() + added.quantity.get();
        line.quantity = Quantity::new(copies).map_err(|_| FullBasket::Copies)?;
        line.shown = added.shown;
        Ok(())
    }

    /// The lines.
    #[must_use]
    pub fn lines(&self) -> &[BasketLine] {
        &self.0
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The number of copies of all books.
    #[must_use]
    pub fn copies(&self) -> u32 {
        self.0.iter().map(|line| line.quantity.get()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(book: &str, copies: u32) -> BasketLine {
        BasketLine {
            book: book.parse().unwrap(),
            quantity: Quantity::new(copies).unwrap(),
            shown: None,
        }
    }

    #[test]
    fn a_book_that_is_added_again_has_one_line() {
        let mut basket = Basket::default();
        assert!(basket.is_empty());
        for added in [line("drop", 1), line("small-hours", 2), line("drop", 1)] {
            basket.add(added).unwrap();
        }
        assert_eq!(basket.lines(), [line("drop", 2), line("small-hours", 2)]);
        assert_eq!(basket.copies(), 4);
    }

    #[test]
    fn a_basket_has_an_end() {
        let mut basket = Basket::default();
        basket.add(line("drop", Quantity::MAX)).unwrap();
        assert_eq!(basket.add(line("drop", 1)), Err(FullBasket::Copies));
        for number in 1..Basket::MAX_LINES {
            basket.add(line(&format!("book-{number}"), 1)).unwrap();
        }
        let before = basket.clone();
        assert_eq!(basket.add(line("one-more", 1)), Err(FullBasket::Books));
        assert_eq!(basket, before);
    }
}
