//! Commands of the staff on stock, price and sale.

use std::num::NonZeroI32;

use super::world::{BookState, Cause, World};
use crate::{Delta, Done, MovementKind, Price, Reason, Refusal, Sale, Slug};

impl World {
    /// Adds copies or corrects the stock, never below what is held and allocated.
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
        Ok(Done::StockChanged(stock.level(book.clone())))
    }

    /// Sets the copies in the shop to a count, never below what is held and allocated.
    ///
    /// A count without a difference is recorded too, so that no older count overrules it.
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
        Ok(Done::StockChanged(stock.level(book.clone())))
    }

    /// Changes a book's price. No copy moves, and copies in carts keep their price.
    pub(super) fn set_price(&mut self, book: &Slug, price: Price) -> Result<Done, Refusal> {
        let shelf = self.on_shelf(book)?;
        if shelf.price != price {
            self.changes.prices.insert(book.clone(), price);
            self.books
                .insert(book.clone(), BookState { price, ..shelf });
            // Imports in this batch read the price from `catalogue`, or have written it to
            // `changes.books`.
            let described = [&mut self.catalogue, &mut self.changes.books];
            for described in described.into_iter().filter_map(|all| all.get_mut(book)) {
                described.price = price;
            }
        }
        Ok(Done::StockChanged(shelf.stock.level(book.clone())))
    }

    /// Withdraws a book from sale, or puts it back on sale.
    ///
    /// Withdrawing removes the available copies from the stock; copies in carts and orders stay.
    /// Putting it back adds no copies: they must be counted or restocked.
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
                .insert(book.clone(), BookState { withdrawn, ..shelf });
            let available = shelf.stock.available();
            if withdrawn && available > 0 {
                let delta = Delta {
                    on_hand: -i64::from(available),
                    ..Delta::default()
                };
                let cause = Cause {
                    reason: Some(reason.to_string()),
                    ..Cause::default()
                };
                self.move_copies(book, MovementKind::Adjusted, delta, cause)?;
            }
        }
        Ok(Done::StockChanged(
            self.on_shelf(book)?.stock.level(book.clone()),
        ))
    }

    /// Sets a book's terms of sale. No copy moves, and carts keep what they have.
    pub(super) fn set_sale(&mut self, book: &Slug, sale: Sale) -> Result<Done, Refusal> {
        let shelf = self.on_shelf(book)?;
        if shelf.sale != sale {
            self.changes.sales.insert(book.clone(), sale);
            self.books.insert(book.clone(), BookState { sale, ..shelf });
        }
        Ok(Done::StockChanged(shelf.stock.level(book.clone())))
    }
}
