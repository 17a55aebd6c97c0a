//! Makes the views of a book's page from the store's data.

use shop::HoldState;
use store::{Cart, ShelfBook};

use super::{BookState, BookView};
use crate::{
    i18n::{current_language, moment},
    server::{limit_per_shopper, new_key},
};

impl BookView {
    /// A book as the shopper with this cart sees it.
    pub(crate) fn new(on_shelf: ShelfBook, cart: &Cart) -> Self {
        let line = cart
            .lines
            .iter()
            .find(|line| line.state == HoldState::Active && line.book.slug == on_shelf.book.slug);
        let (offered, in_cart) = match line {
            Some(line) if line.offered => (Some(line), None),
            line => (None, line),
        };
        let opens_at = on_shelf.sale.not_before(cart.now);
        Self {
            withdrawn: on_shelf.withdrawn,
            opens_at: on_shelf.sale.opens_at,
            opens: opens_at.map(|at| moment(current_language(), at)),
            limit: on_shelf.sale.limit,
            most: on_shelf.sale.limit.unwrap_or_else(limit_per_shopper),
            now: cart.now,
            waiting: cart.waits.contains(&on_shelf.book.slug),
            offered_until: offered.map(|line| line.expires_at),
            in_cart: in_cart.map_or(0, |line| line.quantity.get()),
            number: cart.number,
            book: on_shelf.book,
            level: on_shelf.level,
            key: new_key(),
            shop_url: String::new(),
            mails: false,
        }
    }
}

impl From<&BookView> for BookState {
    fn from(view: &BookView) -> Self {
        Self {
            level: view.level.clone(),
            opens_at: view.opens_at,
            opens: view.opens.clone(),
            most: view.most,
            now: view.now,
            waiting: view.waiting,
            offered_until: view.offered_until,
            in_cart: view.in_cart,
            number: view.number,
        }
    }
}
