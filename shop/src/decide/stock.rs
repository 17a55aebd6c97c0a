//! What the shop itself does to its stock.

use std::num::NonZeroI32;

use super::world::{Cause, OnShelf, World};
use crate::{Delta, Done, MovementKind, Price, Reason, Refusal, Sale, Slug};

impl World {
    /// Copies come in, or the count is corrected; never below what is promised.
    pub(super) fn restock(
        &mut self,
        book: &Slug,
        change: NonZeroI32,
        reason: &Reason,
    ) -> Result<Done, Refusal> {
        let shelf = self.on_shelf(book)?;
        if shelf.withdrawn && change.get() > 0 {
            return Err(Refusal::Withdrawn);
        }
        let before = shelf.stock;
        let more = change.get() > 0;
        let kind = if more {
            MovementKind::Restocked
        } else {
            MovementKind::Adjusted
        };
        let delta = Delta {
            on_hand: i64::from(change.get()),
            ..Delta::default()
        };
        let cause = Cause {
            reason: Some(reason.to_string()),
            ..Cause::default()
        };
        let stock =
            self.move_copies(book, kind, delta, cause)
                .map_err(|refusal| match refusal {
                    Refusal::SoldOut { .. } if more => Refusal::TooManyCopies,
                    Refusal::SoldOut { .. } => Refusal::Promised {
                        promised: before.held + before.allocated,
                    },
                    other => other,
                })?;
        Ok(Done::Stocked(stock.level(book.clone())))
    }

    /// The copies in the shop were counted at this moment, those included that are set
    /// aside: never fewer than are promised. That there are as many as was thought is noted
    /// too: an older count does not overrule it.
    pub(super) fn count(
        &mut self,
        book: &Slug,
        on_hand: u32,
        reason: &Reason,
    ) -> Result<Done, Refusal> {
        let shelf = self.on_shelf(book)?;
        let before = shelf.stock;
        if shelf.withdrawn && on_hand > before.on_hand {
            return Err(Refusal::Withdrawn);
        }
        let delta = Delta {
            on_hand: i64::from(on_hand) - i64::from(before.on_hand),
            ..Delta::default()
        };
        let cause = Cause {
            reason: Some(reason.to_string()),
            counted_at: Some(self.now),
            ..Cause::default()
        };
        let moved = self.move_copies(book, MovementKind::Adjusted, delta, cause);
        let stock = moved.map_err(|refusal| match refusal {
            Refusal::SoldOut { .. } if on_hand > before.on_hand => Refusal::TooManyCopies,
            Refusal::SoldOut { .. } => Refusal::Promised {
                promised: before.held + before.allocated,
            },
            other => other,
        })?;
        Ok(Done::Stocked(stock.level(book.clone())))
    }

    /// What a book costs from now on. No copy moves, and what is in carts keeps its price.
    pub(super) fn set_price(&mut self, book: &Slug, price: Price) -> Result<Done, Refusal> {
        let shelf = self.on_shelf(book)?;
        if shelf.price != price {
            self.changes.prices.insert(book.clone(), price);
            self.books.insert(book.clone(), OnShelf { price, ..shelf });
            // A delivery of the same batch goes on from here, or was here before.
            let described = [&mut self.catalogue, &mut self.changes.books];
            for described in described.into_iter().filter_map(|all| all.get_mut(book)) {
                described.price = price;
            }
        }
        Ok(Done::Stocked(shelf.stock.level(book.clone())))
    }

    /// Takes a book out of sale, and what is free of it off the shelf; or puts it back, and then
    /// its copies are to be counted in. What is in carts and orders stays promised.
    pub(super) fn withdraw(
        &mut self,
        book: &Slug,
        withdrawn: bool,
        reason: &Reason,
    ) -> Result<Done, Refusal> {
        let shelf = self.on_shelf(book)?;
        if shelf.withdrawn != withdrawn {
            self.changes.withdrawn.insert(book.clone(), withdrawn);
            self.books
                .insert(book.clone(), OnShelf { withdrawn, ..shelf });
            let free = shelf.stock.available();
            if withdrawn && free > 0 {
                let delta = Delta {
                    on_hand: -i64::from(free),
                    ..Delta::default()
                };
                let cause = Cause {
                    reason: Some(reason.to_string()),
                    ..Cause::default()
                };
                self.move_copies(book, MovementKind::Adjusted, delta, cause)?;
            }
        }
        Ok(Done::Stocked(
            self.on_shelf(book)?.stock.level(book.clone()),
        ))
    }

    /// Sets from when on a book is sold, and how many copies to each. What is in carts
    /// stays there, and no copy moves.
    pub(super) fn set_sale(&mut self, book: &Slug, sale: Sale) -> Result<Done, Refusal> {
        let shelf = self.on_shelf(book)?;
        if shelf.sale != sale {
            self.changes.sales.insert(book.clone(), sale);
            self.books.insert(book.clone(), OnShelf { sale, ..shelf });
        }
        Ok(Done::Stocked(shelf.stock.level(book.clone())))
    }
}
