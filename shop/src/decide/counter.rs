//! Sales and returns at the counter.

use super::world::{BookState, Cause, World};
use crate::{
    Basket, BasketLine, Delta, Done, MovementKind, OrderLine, Price, Quantity, Reason, Receipt,
    ReceiptCode, ReceiptKind, Refusal, Slug,
};

/// Copies that a customer brings back.
pub(super) struct Returned<'a> {
    pub(super) receipt: ReceiptCode,
    pub(super) book: &'a Slug,
    pub(super) quantity: Quantity,
    pub(super) refund: Option<Price>,
    pub(super) damaged: bool,
    pub(super) reason: &'a Reason,
}

impl World {
    /// Sells the copies in a basket at the current prices. If one line is refused, nothing is sold.
    ///
    /// Only available copies are sold: those in carts, offers and orders are promised to others. The
    /// limit per shopper does not apply, because nobody at the counter has a cookie.
    pub(super) fn sell_at_counter(
        &mut self,
        code: ReceiptCode,
        basket: &Basket,
    ) -> Result<Done, Refusal> {
        if basket.is_empty() {
            return Err(Refusal::EmptyCart);
        }
        let lines = basket.lines().iter();
        let lines: Vec<OrderLine> = lines
            .map(|line| {
                let shelf = self.on_shelf(&line.book)?;
                self.check_sale(line, &shelf)?;
                Ok(OrderLine {
                    book: line.book.clone(),
                    quantity: line.quantity,
                    price: shelf.price,
                })
            })
            .collect::<Result<_, Refusal>>()?;
        let mut sold = basket.lines().iter().zip(&lines);
        if sold.any(|(line, sold)| line.shown.is_some_and(|shown| shown != sold.price)) {
            let total = Price::total(lines.iter().map(|line| (line.price, line.quantity)));
            return Err(Refusal::PriceChanged { total });
        }
        for line in &lines {
            let delta = Delta {
                on_hand: -i64::from(line.quantity.get()),
                ..Delta::default()
            };
            let cause = Cause {
                receipt: Some(code),
                ..Cause::default()
            };
            self.move_copies(&line.book, MovementKind::Sold, delta, cause)?;
        }
        self.make_out(code, ReceiptKind::Sale, lines)
    }

    /// Checks that a line can be sold now.
    fn check_sale(&self, line: &BasketLine, shelf: &BookState) -> Result<(), Refusal> {
        if shelf.withdrawn {
            return Err(Refusal::Withdrawn);
        }
        if let Some(opens_at) = shelf.sale.not_before(self.now) {
            return Err(Refusal::NotYet { opens_at });
        }
        let (stock, wanted) = (shelf.stock, line.quantity.get());
        let available = stock.available();
        if wanted <= available {
            Ok(())
        } else if wanted <= stock.on_hand {
            Err(Refusal::Promised {
                promised: stock.held + stock.allocated,
            })
        } else {
            Err(Refusal::SoldOut { available })
        }
    }

    /// Takes back copies. Damaged ones are recorded, but do not go into stock.
    pub(super) fn take_return(&mut self, returned: Returned<'_>) -> Result<Done, Refusal> {
        let Returned {
            receipt,
            book,
            quantity,
            refund,
            damaged,
            reason,
        } = returned;
        let shelf = self.on_shelf(book)?;
        let (kind, copies) = match damaged {
            true => (ReceiptKind::DamagedReturn, 0),
            false => (ReceiptKind::Return, quantity.get()),
        };
        let delta = Delta {
            on_hand: copies.into(),
            ..Delta::default()
        };
        let cause = Cause {
            receipt: Some(receipt),
            reason: Some(reason.to_string()),
            ..Cause::default()
        };
        let moved = self.move_copies(book, MovementKind::Returned, delta, cause);
        moved.map_err(|refusal| match refusal {
            Refusal::SoldOut { .. } => Refusal::TooManyCopies,
            other => other,
        })?;
        let line = OrderLine {
            book: book.clone(),
            quantity,
            price: refund.unwrap_or(shelf.price),
        };
        self.make_out(receipt, kind, vec![line])
    }

    fn make_out(
        &mut self,
        code: ReceiptCode,
        kind: ReceiptKind,
        lines: Vec<OrderLine>,
    ) -> Result<Done, Refusal> {
        self.changes.receipts.push(Receipt {
            code,
            kind,
            lines,
            at: self.now,
        });
        Ok(Done::Receipt(code))
    }
}
