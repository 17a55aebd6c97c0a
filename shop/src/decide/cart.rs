//! Commands on carts: adding, removing and extending holds, and their expiry.

use super::world::{Cause, World};
use crate::{
    ChangedLine, Delta, Done, Hold, HoldId, HoldState, Inconsistency, MovementKind, Quantity,
    Reason, Refusal, ShopperId, Slug, Terms,
};

impl World {
    /// Adds copies to a cart. Extends the line's hold, and sets its price to the current one.
    ///
    /// An offer to the shopper counts as the first of the copies.
    pub(super) fn add(
        &mut self,
        shopper: ShopperId,
        book: &Slug,
        more: Quantity,
    ) -> Result<Done, Refusal> {
        let in_cart = self
            .active_hold(shopper, book)
            .filter(|hold| !hold.offered)
            .map_or(0, |hold| hold.quantity.get());
        self.set_copies(shopper, book, in_cart + more.get())
    }

    /// Sets the copies of a line. Removing a line that does not exist succeeds.
    pub(super) fn set_quantity(
        &mut self,
        shopper: ShopperId,
        book: &Slug,
        quantity: Option<Quantity>,
    ) -> Result<Done, Refusal> {
        self.set_copies(shopper, book, quantity.map_or(0, Quantity::get))
    }

    fn set_copies(
        &mut self,
        shopper: ShopperId,
        book: &Slug,
        wanted: u32,
    ) -> Result<Done, Refusal> {
        let shelf = self.on_shelf(book)?;
        let before = self.active_hold(shopper, book).cloned();
        let in_cart = before.as_ref().map_or(0, |hold| hold.quantity.get());
        let offered = before.as_ref().is_some_and(|hold| hold.offered);
        let quantity = match Quantity::new(wanted) {
            // Keeping or lowering the number of copies is always allowed.
            _ if wanted <= in_cart => Quantity::new(wanted).ok(),
            Ok(quantity) => {
                if let Some(opens_at) = shelf.sale.not_before(self.now) {
                    return Err(Refusal::NotYet { opens_at });
                }
                self.check_limit(shopper, book, wanted)?;
                Some(quantity)
            }
            Err(_) => {
                return Err(Refusal::OverLimit {
                    limit: self.limit(book),
                });
            }
        };
        if wanted == in_cart {
            self.dismiss_lapsed(shopper, book);
            return match offered {
                true => self.accept(shopper, book),
                false => Ok(self.cart_line(shopper, book)),
            };
        }
        let hold = match before {
            Some(before) if wanted > in_cart => Hold {
                quantity: quantity.unwrap_or(before.quantity),
                price: shelf.price,
                expires_at: before.extended(self.now, &self.terms),
                offered: false,
                ..before
            },
            Some(before) => Hold {
                state: if quantity.is_some() {
                    HoldState::Active
                } else {
                    HoldState::Released
                },
                quantity: quantity.unwrap_or(before.quantity),
                ..before
            },
            None => Hold {
                id: HoldId(self.next_hold),
                shopper,
                book: book.clone(),
                quantity: quantity.unwrap_or(Quantity::ONE),
                price: shelf.price,
                created_at: self.now,
                expires_at: self.now + self.terms.hold,
                state: HoldState::Active,
                offered: false,
                taken_back: false,
            },
        };
        let kind = if wanted > in_cart {
            MovementKind::Held
        } else {
            MovementKind::Released
        };
        let delta = Delta {
            held: i64::from(wanted) - i64::from(in_cart),
            ..Delta::default()
        };
        let cause = Cause {
            hold: Some(hold.id),
            ..Cause::default()
        };
        self.move_copies(book, kind, delta, cause)?;
        // Only a new hold uses up `next_hold`. An older hold may have a higher number, because
        // instances reserve numbers in blocks.
        if hold.id.0 == self.next_hold {
            self.new_hold_number();
        }
        self.dismiss_lapsed(shopper, book);
        if wanted > in_cart {
            self.end_wait(shopper, book);
        }
        self.write_hold(hold);
        Ok(self.cart_line(shopper, book))
    }

    /// Checks that the shopper's held and ordered copies stay within the limit.
    fn check_limit(&self, shopper: ShopperId, book: &Slug, held: u32) -> Result<(), Refusal> {
        let limit = self.limit(book);
        if held.saturating_add(self.ordered(shopper, book)) > limit {
            return Err(Refusal::OverLimit { limit });
        }
        Ok(())
    }

    /// Extends a line's hold, up to the longest time that a hold can last.
    pub(super) fn extend(&mut self, shopper: ShopperId, book: &Slug) -> Result<Done, Refusal> {
        self.on_shelf(book)?;
        let hold = self
            .active_hold(shopper, book)
            .cloned()
            .ok_or(Refusal::NotInCart)?;
        if hold.offered {
            return self.accept(shopper, book);
        }
        let expires_at = hold.extended(self.now, &self.terms);
        if expires_at == hold.created_at + self.terms.longest_hold()
            && expires_at == hold.expires_at
        {
            return Err(Refusal::HeldLongEnough);
        }
        // No copy moves, so there is no movement and no new version.
        self.write_hold(Hold { expires_at, ..hold });
        Ok(self.cart_line(shopper, book))
    }

    /// Ends a shopper's hold on behalf of the shop.
    ///
    /// The cart shows the line as taken back. The command is refused if `expected` is given and is
    /// not the active hold. Otherwise, it does nothing if there is no active hold.
    pub(super) fn take_back(
        &mut self,
        shopper: ShopperId,
        book: &Slug,
        expected: Option<HoldId>,
        reason: &Reason,
    ) -> Result<Done, Refusal> {
        self.on_shelf(book)?;
        let active = self.active_hold(shopper, book).cloned();
        if expected.is_some() && expected != active.as_ref().map(|hold| hold.id) {
            return Err(Refusal::NotInCart);
        }
        if let Some(hold) = active {
            let delta = Delta {
                held: -i64::from(hold.quantity.get()),
                ..Delta::default()
            };
            let cause = Cause {
                hold: Some(hold.id),
                reason: Some(reason.to_string()),
                ..Cause::default()
            };
            self.move_copies(book, MovementKind::Released, delta, cause)?;
            let state = if hold.offered {
                HoldState::Expired
            } else {
                HoldState::Lapsed
            };
            self.write_hold(Hold {
                state,
                taken_back: true,
                expires_at: self.now,
                ..hold
            });
        }
        self.stock_changed(book)
    }

    /// Ends every hold that has expired.
    pub(super) fn expire_holds(&mut self) {
        let expired: Vec<Hold> = self
            .holds
            .values()
            .filter(|hold| hold.state == HoldState::Active && hold.is_over(self.now))
            .cloned()
            .collect();
        for hold in expired {
            let delta = Delta {
                held: -i64::from(hold.quantity.get()),
                ..Delta::default()
            };
            let cause = Cause {
                hold: Some(hold.id),
                ..Cause::default()
            };
            let moved = self.move_copies(&hold.book, MovementKind::Expired, delta, cause);
            if moved.is_err() {
                self.changes.inconsistencies.push(Inconsistency::Hold {
                    hold: hold.id,
                    book: hold.book.clone(),
                    copies: hold.quantity,
                });
            }
            // The cart does not show a hold that expired this long ago, for example while the shop
            // was down overnight.
            let is_too_old = self.now.since(hold.expires_at) >= Terms::LAPSED_FOR;
            // An offer was never in the cart, so the cart does not show its end.
            let state = if is_too_old || hold.offered {
                HoldState::Expired
            } else {
                HoldState::Lapsed
            };
            self.write_hold(Hold { state, ..hold });
        }
    }

    /// Removes the lapsed line of a book from the cart.
    pub(super) fn dismiss_lapsed(&mut self, shopper: ShopperId, book: &Slug) {
        let lapsed: Vec<Hold> = self
            .holds_of(shopper)
            .filter(|hold| hold.state == HoldState::Lapsed && hold.book == *book)
            .cloned()
            .collect();
        for hold in lapsed {
            self.write_hold(Hold {
                state: HoldState::Expired,
                ..hold
            });
        }
    }

    /// The answer that describes the cart line of a book.
    pub(super) fn cart_line(&self, shopper: ShopperId, book: &Slug) -> Done {
        let hold = self.active_hold(shopper, book);
        let shelf = self.books.get(book).copied().unwrap_or_default();
        Done::Line(ChangedLine {
            quantity: hold.map_or(0, |hold| hold.quantity.get()),
            price: hold.map_or(shelf.price, |hold| hold.price),
            expires_at: hold.map(|hold| hold.expires_at),
            level: shelf.level(book.clone()),
        })
    }
}
