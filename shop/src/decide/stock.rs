//! Commands of the staff on stock, price and sale.

use std::num::NonZeroI32;

use super::world::{BookState, Cause, World};
use crate::{Delta, Done, Movement, MovementKind, Price, Reason, Refusal, Sale, Slug};

impl World {
    /// Adds copies or corrects the stock, never below the held and allocated copies.
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
        self.move_copies(book, kind, delta, cause)
            .map_err(|refusal| match refusal {
                Refusal::SoldOut { .. } if more => Refusal::TooManyCopies,
                Refusal::SoldOut { .. } => Refusal::Promised {
                    promised: before.held + before.allocated,
                },
                other => other,
            })?;
        self.stock_changed(book)
    }

    /// Sets the copies in the shop to a count, never below the held and allocated copies.
    ///
    /// A count that changes nothing is recorded too, so that no older count overrides it.
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
        moved.map_err(|refusal| match refusal {
            Refusal::SoldOut { .. } if on_hand > before.on_hand => Refusal::TooManyCopies,
            Refusal::SoldOut { .. } => Refusal::Promised {
                promised: before.held + before.allocated,
            },
            other => other,
        })?;
        self.stock_changed(book)
    }

    /// Changes a book's price. No copy moves, and copies in carts keep their price.
    pub(super) fn set_price(&mut self, book: &Slug, price: Price) -> Result<Done, Refusal> {
        let shelf = self.on_shelf(book)?;
        if shelf.price != price {
            self.change_price(book, shelf, price)?;
            self.keep_price_from_imports(book, shelf.price);
        }
        self.stock_changed(book)
    }

    /// Records a price, even if it is the same as before.
    pub(super) fn change_price(
        &mut self,
        book: &Slug,
        shelf: BookState,
        price: Price,
    ) -> Result<(), Refusal> {
        self.record_change(book, BookState { price, ..shelf }, Movement::PRICE)?;
        self.changes.prices.insert(book.clone(), price);
        // Later imports in this batch read the price from `catalogue`; earlier ones may have
        // written it to `changes.books`.
        let catalogues = [&mut self.catalogue, &mut self.changes.books];
        for entry in catalogues.into_iter().filter_map(|all| all.get_mut(book)) {
            entry.price = price;
        }
        Ok(())
    }

    /// Withdraws a book from sale, or puts it back on sale.
    ///
    /// Withdrawing removes the available copies from the stock; copies in carts and orders stay.
    /// The waits for the book end. Putting it back on sale adds no copies: they must be counted or
    /// restocked.
    pub(super) fn withdraw(
        &mut self,
        book: &Slug,
        withdrawn: bool,
        reason: &Reason,
    ) -> Result<Done, Refusal> {
        let shelf = self.on_shelf(book)?;
        if shelf.withdrawn != withdrawn {
            let available = if withdrawn {
                shelf.stock.available()
            } else {
                0
            };
            let delta = Delta {
                on_hand: -i64::from(available),
                ..Delta::default()
            };
            // A movement is recorded even if no copies move, so that every open page is updated.
            let after = BookState { withdrawn, ..shelf };
            self.change_book(book, after, delta, &reason.to_string())?;
            self.changes.withdrawn.insert(book.clone(), withdrawn);
        }
        self.stock_changed(book)
    }

    /// Sets a book's terms of sale. No copy moves, and carts keep their copies.
    ///
    /// Terms that the sender has not seen are not overwritten, unless the new ones are the same.
    pub(super) fn set_sale(
        &mut self,
        book: &Slug,
        sale: Sale,
        seen: Option<Sale>,
    ) -> Result<Done, Refusal> {
        let shelf = self.on_shelf(book)?;
        if shelf.sale != sale {
            if seen.is_some_and(|seen| seen != shelf.sale) {
                return Err(Refusal::SaleChanged);
            }
            let after = BookState { sale, ..shelf }.with_new_page();
            self.record_change(book, after, Movement::PAGE)?;
            self.changes.sales.insert(book.clone(), sale);
        }
        self.stock_changed(book)
    }

    /// Changes a book without moving copies. The change is recorded as a movement, so that every
    /// open page of the book is updated.
    pub(super) fn record_change(
        &mut self,
        book: &Slug,
        after: BookState,
        reason: &str,
    ) -> Result<(), Refusal> {
        self.change_book(book, after, Delta::default(), reason)
    }

    /// Changes a book and its copies in one movement, or changes nothing.
    pub(super) fn change_book(
        &mut self,
        book: &Slug,
        after: BookState,
        delta: Delta,
        reason: &str,
    ) -> Result<(), Refusal> {
        let before = self.books.insert(book.clone(), after);
        let cause = Cause {
            reason: Some(reason.to_owned()),
            ..Cause::default()
        };
        let moved = self.move_copies(book, MovementKind::Adjusted, delta, cause);
        if let (Err(_), Some(before)) = (&moved, before) {
            self.books.insert(book.clone(), before);
        }
        moved.map(drop)
    }

    /// The answer that describes a book's level.
    pub(super) fn stock_changed(&self, book: &Slug) -> Result<Done, Refusal> {
        Ok(Done::StockChanged(self.on_shelf(book)?.level(book.clone())))
    }
}
