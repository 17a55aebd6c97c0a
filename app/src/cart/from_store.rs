//! Makes the view of the cart's page from the store's data.

use shop::{HoldState, Price};
use store::Cart;

use super::{CartView, LineView};
use crate::server::new_key;

impl From<Cart> for CartView {
    fn from(cart: Cart) -> Self {
        let lines: Vec<LineView> = cart
            .lines
            .into_iter()
            .map(|line| LineView {
                price_now: (line.book.price != line.price).then_some(line.book.price),
                book: line.book.slug,
                title: line.book.title,
                quantity: line.quantity,
                price: line.price,
                expires_at: line.expires_at,
                held: line.state == HoldState::Active,
                offered: line.offered,
                taken_back: line.taken_back,
            })
            .collect();
        let held = lines.iter().filter(|line| line.held && !line.offered);
        Self {
            total: Price::total(held.map(|line| (line.price, line.quantity))),
            lines,
            now: cart.now,
            number: cart.number,
            order_key: new_key(),
        }
    }
}
