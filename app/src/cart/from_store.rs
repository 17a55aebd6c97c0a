//! Makes the view of the cart's page from the store's data.

use std::time::Duration;

use shop::{HoldState, LapsedLine, Price, Timestamp};
use store::{Cart, CartLine};

use super::{CartView, LineView};
use crate::server::{limit_per_shopper, longest_hold, new_key};

impl From<Cart> for CartView {
    fn from(cart: Cart) -> Self {
        let now = cart.now;
        let lines = cart.lines.into_iter();
        let (most, longest) = (limit_per_shopper(), longest_hold());
        let lines = lines.map(|line| LineView::new(line, now, most, longest));
        let lines: Vec<LineView> = lines.collect();
        let ordered = lines.iter().filter(|line| line.orderable);
        Self {
            total: Price::total(ordered.map(|line| (line.price, line.quantity))),
            lines,
            now,
            number: cart.number,
            order_key: new_key(),
        }
    }
}

impl LineView {
    /// A line as of `now`. `most` is the shop's limit per shopper; no hold may exceed `longest`.
    fn new(line: CartLine, now: Timestamp, most: u32, longest: Duration) -> Self {
        let held = line.state == HoldState::Active;
        let lapsed = LapsedLine {
            quantity: line.quantity,
            available: line.level.available,
            ordered: line.ordered,
            shop_limit: most,
        };
        Self {
            price_now: (line.book.price != line.price).then_some(line.book.price),
            orderable: !line.offered && (held || line.sale.allows_lapsed(&lapsed, now)),
            extendable: held && line.expires_at < line.held_since + longest,
            most: line.sale.limit.unwrap_or(most),
            book: line.book.slug,
            level: line.level,
            title: line.book.title,
            quantity: line.quantity,
            price: line.price,
            expires_at: line.expires_at,
            held,
            offered: line.offered,
            taken_back: line.taken_back,
        }
    }
}

#[cfg(test)]
mod tests {
    use shop::{Book, Level, Quantity, Sale};

    use super::*;

    fn line(state: HoldState, copies: u32, available: u32, expires_at: u64) -> CartLine {
        let slug: shop::Slug = "drop".parse().unwrap();
        CartLine {
            book: Book {
                slug: slug.clone(),
                title: "Drop".to_owned(),
                author: "Ann".to_owned(),
                isbn: None,
                facts: shop::BookFacts::default(),
                description: String::new(),
                cover_alt: String::new(),
                price: Price::from_cents(1_000),
            },
            level: Level {
                book: slug,
                available,
                in_carts: true,
                price: Price::from_cents(1_000),
                page: 1,
                withdrawn: false,
                version: 1,
            },
            sale: Sale::default(),
            quantity: Quantity::new(copies).unwrap(),
            price: Price::from_cents(1_000),
            held_since: Timestamp::from_millis(1_000),
            expires_at: Timestamp::from_millis(expires_at),
            state,
            offered: false,
            taken_back: false,
            ordered: 0,
        }
    }

    #[test]
    fn a_line_can_be_ordered_while_it_is_held_or_enough_copies_are_left() {
        let orderable = |line| {
            let now = Timestamp::from_millis(9_000);
            LineView::new(line, now, 5, Duration::from_secs(60)).orderable
        };
        assert!(orderable(line(HoldState::Active, 2, 0, 10_000)));
        assert!(orderable(line(HoldState::Lapsed, 2, 2, 8_000)));
        assert!(!orderable(line(HoldState::Lapsed, 2, 1, 8_000)));
        let opens_at = Some(Timestamp::from_millis(9_001));
        assert!(!orderable(CartLine {
            sale: Sale {
                opens_at,
                ..Sale::default()
            },
            ..line(HoldState::Lapsed, 2, 2, 8_000)
        }));
        assert!(!orderable(CartLine {
            ordered: 4,
            ..line(HoldState::Lapsed, 2, 9, 8_000)
        }));
        assert!(!orderable(CartLine {
            offered: true,
            ..line(HoldState::Active, 1, 0, 10_000)
        }));
    }

    #[test]
    fn a_hold_can_be_extended_up_to_the_longest_hold() {
        let extendable = |line| {
            let now = Timestamp::from_millis(9_000);
            LineView::new(line, now, 5, Duration::from_secs(60)).extendable
        };
        assert!(extendable(line(HoldState::Active, 1, 0, 60_999)));
        assert!(!extendable(line(HoldState::Active, 1, 0, 61_000)));
        assert!(!extendable(line(HoldState::Lapsed, 1, 9, 8_000)));
    }
}
