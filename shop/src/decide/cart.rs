//! What happens in carts: copies come, go, stay longer, and run out.

use super::world::{Cause, World};
use crate::{
    Delta, Done, Hold, HoldId, HoldState, Inconsistency, Line, MovementKind, Quantity, Reason,
    Refusal, ShopperId, Slug, Terms,
};

impl World {
    /// Puts more copies into a cart. All of them are held anew from now, at the
    /// price of now. What is offered is the first of them.
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
        self.change_to(shopper, book, in_cart + more.get())
    }

    /// Makes a line have so many copies. Removing what is not there is fine.
    pub(super) fn set_quantity(
        &mut self,
        shopper: ShopperId,
        book: &Slug,
        quantity: Option<Quantity>,
    ) -> Result<Done, Refusal> {
        self.change_to(shopper, book, quantity.map_or(0, Quantity::get))
    }

    fn change_to(&mut self, shopper: ShopperId, book: &Slug, wanted: u32) -> Result<Done, Refusal> {
        let shelf = self.on_shelf(book)?;
        let before = self.active_hold(shopper, book).cloned();
        let in_cart = before.as_ref().map_or(0, |hold| hold.quantity.get());
        let offered = before.as_ref().is_some_and(|hold| hold.offered);
        let quantity = match Quantity::new(wanted) {
            // Fewer, or as many: nothing stands in the way.
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
            self.settle_lapsed(shopper, book);
            return match offered {
                true => self.accept(shopper, book),
                false => Ok(self.line(shopper, book)),
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
        // An older hold may have a higher number: instances take theirs in blocks.
        if hold.id.0 == self.next_hold {
            self.new_hold_number();
        }
        self.settle_lapsed(shopper, book);
        if wanted > in_cart {
            self.end_wait(shopper, book);
        }
        self.write_hold(hold);
        Ok(self.line(shopper, book))
    }

    /// What the shopper holds and has on order must stay within the limit.
    fn check_limit(&self, shopper: ShopperId, book: &Slug, held: u32) -> Result<(), Refusal> {
        let limit = self.limit(book);
        if held.saturating_add(self.ordered(shopper, book)) > limit {
            return Err(Refusal::OverLimit { limit });
        }
        Ok(())
    }

    /// Gives a line more time, up to the longest that a hold may last.
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
        // No copy moves: the level stays, and the ledger has nothing to say.
        self.write_hold(Hold { expires_at, ..hold });
        Ok(self.line(shopper, book))
    }

    /// The shop takes back what somebody holds, and the cart tells them so, as of a line
    /// whose time ran out. Where nothing is held any more there is nothing to do.
    pub(super) fn take_back(
        &mut self,
        shopper: ShopperId,
        book: &Slug,
        meant: Option<HoldId>,
        reason: &Reason,
    ) -> Result<Done, Refusal> {
        self.on_shelf(book)?;
        let active = self.active_hold(shopper, book).cloned();
        if meant.is_some() && meant != active.as_ref().map(|hold| hold.id) {
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
        Ok(Done::Stocked(
            self.on_shelf(book)?.stock.level(book.clone()),
        ))
    }

    /// Ends every hold whose time has come.
    pub(super) fn expire_holds(&mut self) {
        let over: Vec<Hold> = self
            .holds
            .values()
            .filter(|hold| hold.state == HoldState::Active && hold.is_over(self.now))
            .cloned()
            .collect();
        for hold in over {
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
            // After a long night nobody waits for it any more.
            let forgotten = self.now.since(hold.expires_at) >= Terms::LAPSED_FOR;
            // An offer was never in the cart, that it should tell of it.
            let state = if forgotten || hold.offered {
                HoldState::Expired
            } else {
                HoldState::Lapsed
            };
            self.write_hold(Hold { state, ..hold });
        }
    }

    /// The shopper has moved on from a line that had run out.
    pub(super) fn settle_lapsed(&mut self, shopper: ShopperId, book: &Slug) {
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

    pub(super) fn line(&self, shopper: ShopperId, book: &Slug) -> Done {
        let hold = self.active_hold(shopper, book);
        let shelf = self.books.get(book);
        let (price, stock) = (
            shelf.map(|shelf| shelf.price),
            shelf.map(|shelf| shelf.stock),
        );
        Done::Line(Line {
            quantity: hold.map_or(0, |hold| hold.quantity.get()),
            price: hold.map(|hold| hold.price).or(price).unwrap_or_default(),
            expires_at: hold.map(|hold| hold.expires_at),
            level: stock.unwrap_or_default().level(book.clone()),
        })
    }
}
