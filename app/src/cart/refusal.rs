//! A refusal on the cart's page, shown for as long as it is true.

use shop::{Language, Quantity, Slug};

use super::CartView;
use crate::browser::refused::Refused;

/// What a refusal may be about: the book and quantity of each line, and whether it is held.
type Lines = Vec<(Slug, Quantity, bool)>;

/// A refusal, with the cart as it was first read afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CartRefusal {
    refused: Refused,
    read: Option<Lines>,
}

impl CartRefusal {
    pub(crate) fn new(refused: Refused) -> Self {
        let read = None;
        Self { refused, read }
    }

    /// The refusal in the page's address, with the cart that the page was rendered with.
    pub(crate) fn in_address(refused: Refused, cart: &CartView) -> Self {
        let read = Some(lines(cart));
        Self { refused, read }
    }

    /// The refusal after the cart was read again, if it still applies.
    ///
    /// Once the cart can be read, the shop is no longer unreachable. Any other refusal applies to
    /// the lines of the next read, until they change.
    pub(crate) fn after(self, cart: &CartView) -> Option<Self> {
        let lines = lines(cart);
        let changed = self.read.as_ref().is_some_and(|read| *read != lines);
        (!self.refused.is_unreachable() && !changed).then_some(Self {
            refused: self.refused,
            read: Some(lines),
        })
    }

    /// Whether the shop may have carried out the form nevertheless.
    pub(crate) fn is_unknown(&self) -> bool {
        self.refused.is_unknown()
    }

    /// The message, with the titles of books in this cart that could not be ordered.
    pub(crate) fn message(&self, language: Language, cart: &CartView) -> String {
        // Anybody can make up an address, so only books in this cart are named.
        let gone = cart.lines.iter().filter(|line| !line.held);
        let gone = gone.filter(|line| self.refused.gone.contains(&line.book));
        let titles: Vec<&str> = gone.map(|line| line.title.as_str()).collect();
        let first = self.refused.error.clone();
        if titles.is_empty() {
            return first;
        }
        let titles = titles.join(say!(language, format.between_titles));
        let second = say!(language, cart.gone, titles);
        say!(language, format.sentences, first, second)
    }
}

fn lines(cart: &CartView) -> Lines {
    let lines = cart.lines.iter();
    let lines = lines.map(|line| (line.book.clone(), line.quantity, line.held));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use protocol::ShopError;
    use shop::{Level, Price, Timestamp};

    use super::*;
    use crate::cart::LineView;

    fn cart(copies: u32) -> CartView {
        let at = Timestamp::from_millis(1_000);
        let line = LineView {
            book: "drop".parse().unwrap(),
            level: Level {
                book: "drop".parse().unwrap(),
                available: 5,
                in_carts: true,
                price: Price::from_cents(1_000),
                page: 1,
                withdrawn: false,
                version: 1,
            },
            title: "Drop".to_owned(),
            quantity: Quantity::new(copies).unwrap(),
            price: Price::from_cents(1_000),
            price_now: None,
            expires_at: at,
            held: true,
            orderable: true,
            extendable: true,
            most: 5,
            offered: false,
            taken_back: false,
        };
        CartView {
            lines: vec![line],
            total: Price::from_cents(1_000),
            now: at,
            number: 1,
            order_key: "12345678".parse().unwrap(),
        }
    }

    fn refusal(code: &str) -> CartRefusal {
        CartRefusal::new(Refused {
            error: "Sorry.".to_owned(),
            code: code.to_owned(),
            gone: Vec::new(),
        })
    }

    #[test]
    fn a_refusal_is_shown_until_the_lines_change() {
        let limit = refusal("over_limit").after(&cart(2)).unwrap();
        let limit = limit.after(&cart(2)).expect("nothing has changed");
        assert_eq!(limit.after(&cart(3)), None);
        let refused = refusal("over_limit").refused;
        let in_address = CartRefusal::in_address(refused, &cart(2));
        assert_eq!(in_address.after(&cart(3)), None, "the lines have changed");
    }

    #[test]
    fn a_shop_that_answers_is_not_unreachable() {
        let lost = refusal(ShopError::Unreachable.code());
        assert_eq!(lost.after(&cart(2)), None);
    }
}
