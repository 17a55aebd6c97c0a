//! Commands on orders, and their expiry.

use std::collections::BTreeMap;

use super::world::{Cause, World};
use crate::{
    Closing, Contact, Delta, Done, Hold, HoldState, Inconsistency, LapsedLine, MovementKind, Order,
    OrderCode, OrderId, OrderLine, OrderMail, OrderState, PlacedOrder, Price, Refusal, ShopperId,
    Slug,
};

impl World {
    /// Turns a cart into an order.
    ///
    /// A lapsed line is ordered at its old price if its copies can still be ordered. Otherwise it
    /// is left out and reported as gone. If the total then differs from the one that the shopper
    /// was shown, the order is refused with the new total.
    pub(super) fn place_order(
        &mut self,
        shopper: ShopperId,
        code: OrderCode,
        contact: &Contact,
        shown: Option<Price>,
    ) -> Result<Done, Refusal> {
        let cart: Vec<Hold> = self
            .holds_of(shopper)
            // An offer that was not accepted is not part of the cart.
            .filter(|hold| matches!(hold.state, HoldState::Active | HoldState::Lapsed))
            .filter(|hold| !hold.offered)
            .cloned()
            .collect();
        if cart.is_empty() {
            return Err(Refusal::EmptyCart);
        }
        let gone: Vec<Slug> = cart
            .iter()
            .filter(|hold| !self.can_be_ordered(hold))
            .map(|hold| hold.book.clone())
            .collect();
        if gone.len() == cart.len() {
            return Err(Refusal::NothingToOrder { gone });
        }
        let lines = cart.iter().filter(|hold| !gone.contains(&hold.book));
        let total = Price::total(lines.clone().map(|hold| (hold.price, hold.quantity)));
        if shown.is_some_and(|shown| shown != total) {
            return Err(Refusal::PriceChanged { total });
        }
        self.check_stock(lines)?;

        let id = OrderId(self.next_order);
        let mut lines = Vec::with_capacity(cart.len());
        for hold in cart {
            let was_held = hold.state == HoldState::Active;
            if gone.contains(&hold.book) {
                self.write_hold(Hold {
                    state: HoldState::Expired,
                    ..hold
                });
                continue;
            }
            let cause = Cause {
                hold: Some(hold.id),
                order: Some(id),
                ..Cause::default()
            };
            let delta = order_delta(&hold);
            self.move_copies(&hold.book, MovementKind::Ordered, delta, cause)?;
            *self
                .allocated
                .entry((shopper, hold.book.clone()))
                .or_default() += hold.quantity.get();
            lines.push(OrderLine {
                book: hold.book.clone(),
                quantity: hold.quantity,
                price: hold.price,
            });
            // A lapsed hold had no copies left, and the order took available ones instead. So this
            // hold was never ordered: it expired.
            let state = if was_held {
                HoldState::Ordered
            } else {
                HoldState::Expired
            };
            self.write_hold(Hold { state, ..hold });
        }
        self.next_order += 1;
        let order = Order {
            id,
            code,
            shopper,
            contact: Some(contact.clone()),
            lines,
            placed_at: self.now,
            collect_by: self.now + self.terms.collect_within,
            state: OrderState::Placed,
            ready_at: None,
            closed_at: None,
            mail_failed: false,
            version: 1,
        };
        let placed = PlacedOrder {
            code,
            lines: order.lines.clone(),
            gone,
            collect_by: order.collect_by,
        };
        self.write_order(order);
        Ok(Done::Placed(placed))
    }

    /// Checks that the stock covers every line, before any copies are moved.
    ///
    /// Fails only if the data contradicts itself. The order is then refused as a whole.
    fn check_stock<'a>(&self, lines: impl Iterator<Item = &'a Hold>) -> Result<(), Refusal> {
        let mut stocks = BTreeMap::new();
        for hold in lines {
            let shelf = self.on_shelf(&hold.book)?;
            let stock = stocks.entry(&hold.book).or_insert(shelf.stock);
            let sold_out = Refusal::SoldOut {
                available: stock.available(),
            };
            *stock = stock.after(order_delta(hold)).ok_or(sold_out)?;
        }
        Ok(())
    }

    /// Whether a line's copies can be ordered, even if its hold has lapsed.
    fn can_be_ordered(&self, hold: &Hold) -> bool {
        let Some(shelf) = self.books.get(&hold.book) else {
            return false;
        };
        let line = LapsedLine {
            quantity: hold.quantity,
            available: shelf.stock.available(),
            ordered: self.ordered(hold.shopper, &hold.book),
            shop_limit: self.terms.limit_per_shopper,
        };
        hold.state == HoldState::Active || shelf.sale.allows_lapsed(&line, self.now)
    }

    /// Closes an order as collected or cancelled. Repeating it succeeds.
    pub(super) fn close_order(
        &mut self,
        code: OrderCode,
        closing: Closing,
    ) -> Result<Done, Refusal> {
        let order = self
            .orders
            .get(&code)
            .cloned()
            .ok_or(Refusal::NoSuchOrder(code))?;
        let (state, kind) = match closing {
            Closing::Collected => (OrderState::Collected, MovementKind::Collected),
            Closing::Cancelled => (OrderState::Cancelled, MovementKind::Cancelled),
        };
        if order.state == state {
            return Ok(Done::Closed);
        }
        if order.state != OrderState::Placed {
            return Err(Refusal::OrderClosed);
        }
        self.end_order(order, state, kind);
        Ok(Done::Closed)
    }

    /// Marks an order as ready for collection. Repeating it succeeds.
    pub(super) fn mark_ready(&mut self, code: OrderCode) -> Result<Done, Refusal> {
        let order = self
            .orders
            .get(&code)
            .cloned()
            .ok_or(Refusal::NoSuchOrder(code))?;
        if order.state != OrderState::Placed {
            return Err(Refusal::OrderClosed);
        }
        if order.ready_at.is_none() {
            self.changes.order_mails.insert((code, OrderMail::Ready));
            self.write_order(Order {
                ready_at: Some(self.now),
                version: order.version + 1,
                ..order
            });
        }
        Ok(Done::Ready)
    }

    /// Takes back that an order is ready. Repeating it succeeds.
    pub(super) fn mark_not_ready(&mut self, code: OrderCode) -> Result<Done, Refusal> {
        let order = self
            .orders
            .get(&code)
            .cloned()
            .ok_or(Refusal::NoSuchOrder(code))?;
        if order.state != OrderState::Placed {
            return Err(Refusal::OrderClosed);
        }
        if order.ready_at.is_some() {
            self.write_order(Order {
                ready_at: None,
                version: order.version + 1,
                ..order
            });
        }
        Ok(Done::NotReady)
    }

    /// Records that the order's confirmation cannot be sent. Repeating it succeeds.
    pub(super) fn record_confirmation_failure(&mut self, code: OrderCode) -> Result<Done, Refusal> {
        let order = self
            .orders
            .get(&code)
            .cloned()
            .ok_or(Refusal::NoSuchOrder(code))?;
        let may_be_mailed = order.state == OrderState::Placed && order.contact.is_some();
        if may_be_mailed && !order.mail_failed {
            self.write_order(Order {
                mail_failed: true,
                version: order.version + 1,
                ..order
            });
        }
        Ok(Done::MailFailureRecorded)
    }

    /// Ends every order that was not collected in time, unless the clock is in doubt.
    pub(super) fn expire_orders(&mut self) {
        if self.keep_overdue_orders {
            return;
        }
        let overdue: Vec<Order> = self
            .orders
            .values()
            .filter(|order| order.state == OrderState::Placed && order.collect_by <= self.now)
            .cloned()
            .collect();
        for order in overdue {
            let mail = (order.code, OrderMail::Overdue);
            self.changes.order_mails.insert(mail);
            self.end_order(order, OrderState::Overdue, MovementKind::Overdue);
        }
    }

    fn end_order(&mut self, order: Order, state: OrderState, kind: MovementKind) {
        for line in &order.lines {
            let copies = i64::from(line.quantity.get());
            let delta = Delta {
                on_hand: if state == OrderState::Collected {
                    -copies
                } else {
                    0
                },
                allocated: -copies,
                held: 0,
            };
            let cause = Cause {
                order: Some(order.id),
                ..Cause::default()
            };
            let moved = self.move_copies(&line.book, kind, delta, cause);
            if moved.is_err() {
                self.changes.inconsistencies.push(Inconsistency::Order {
                    order: order.id,
                    book: line.book.clone(),
                    copies: line.quantity,
                });
            }
            let allocated = self
                .allocated
                .entry((order.shopper, line.book.clone()))
                .or_default();
            *allocated = allocated.saturating_sub(line.quantity.get());
        }
        self.write_order(Order {
            state,
            closed_at: Some(self.now),
            version: order.version + 1,
            ..order
        });
    }
}

/// The change in a book's stock when a line is ordered.
///
/// An active hold gives its copies to the order. A lapsed hold has none, so its line takes
/// available copies.
fn order_delta(hold: &Hold) -> Delta {
    let copies = i64::from(hold.quantity.get());
    Delta {
        held: match hold.state {
            HoldState::Active => -copies,
            _ => 0,
        },
        allocated: copies,
        ..Delta::default()
    }
}
