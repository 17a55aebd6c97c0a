//! Commands on waitlists, and offers of copies that become available.

use super::world::{Cause, OfferMail, World};
use crate::{
    ChangedLine, Command, Delta, Done, Email, Hold, HoldState, Movement, MovementKind, Quantity,
    Refusal, ShopperId, Slug, Timestamp, Wait, WaitState,
};

impl World {
    /// Puts a shopper on a book's waitlist. If they are on it already, they keep their place.
    pub(super) fn wait(
        &mut self,
        shopper: ShopperId,
        book: &Slug,
        live: bool,
        email: Option<&Email>,
    ) -> Result<Done, Refusal> {
        let shelf = self.on_shelf(book)?;
        if shelf.withdrawn {
            return Err(Refusal::Withdrawn);
        }
        if let Some(opens_at) = shelf.sale.not_before(self.now) {
            return Err(Refusal::NotYet { opens_at });
        }
        if let Some(hold) = self.active_hold(shopper, book) {
            let until = hold.expires_at;
            return match hold.offered {
                true => Ok(self.wait_answer(shopper, book, until)),
                false => Err(Refusal::InCart),
            };
        }
        let limit = self.limit(book);
        if self.ordered(shopper, book) >= limit {
            return Err(Refusal::OverLimit { limit });
        }
        let before = self.wait_of(shopper, book).cloned();
        let mut wait = match before.clone() {
            Some(before) => before,
            None => self.new_wait(shopper, book)?,
        };
        if live {
            wait.reachable_until = wait.reachable_until.max(self.now + Wait::PRESENCE_TTL);
        }
        if email.is_some() {
            wait.email = email.cloned();
        }
        let until = wait.ends_at;
        if before.as_ref() != Some(&wait) {
            self.write_wait(wait);
        }
        self.dismiss_lapsed(shopper, book);
        Ok(self.wait_answer(shopper, book, until))
    }

    fn new_wait(&mut self, shopper: ShopperId, book: &Slug) -> Result<Wait, Refusal> {
        let waits = self.waits_of.entry(shopper).or_default();
        if *waits >= Wait::MAX_PER_SHOPPER {
            return Err(Refusal::TooManyWaits {
                limit: Wait::MAX_PER_SHOPPER,
            });
        }
        *waits += 1;
        let last = self.last_places.entry(book.clone()).or_default();
        *last += 1;
        Ok(Wait {
            shopper,
            book: book.clone(),
            place: *last,
            since: self.now,
            ends_at: self.now + Wait::DURATION,
            reachable_until: Timestamp::default(),
            email: None,
        })
    }

    /// Takes a shopper off a book's waitlist and ends the shopper's offer.
    ///
    /// Succeeds even if the shopper is not on the waitlist and has no offer.
    pub(super) fn leave(&mut self, shopper: ShopperId, book: &Slug) -> Result<Done, Refusal> {
        self.on_shelf(book)?;
        let offer = self.active_hold(shopper, book).filter(|hold| hold.offered);
        if let Some(offer) = offer.cloned() {
            // Only ending the offer can be refused, so it happens before anything else is written.
            self.end_offer(offer)?;
        }
        self.end_wait(shopper, book);
        Ok(self.cart_line(shopper, book))
    }

    /// Ends an offer whose mail cannot be sent.
    ///
    /// Does nothing if the offer has ended or was accepted.
    pub(super) fn offer_failed(
        &mut self,
        shopper: ShopperId,
        book: &Slug,
        until: Timestamp,
    ) -> Result<Done, Refusal> {
        self.on_shelf(book)?;
        let offer = self
            .active_hold(shopper, book)
            .filter(|hold| hold.offered && hold.expires_at == until);
        if let Some(offer) = offer.cloned() {
            self.end_offer(offer)?;
        }
        Ok(Done::MailFailureRecorded)
    }

    fn end_offer(&mut self, offer: Hold) -> Result<(), Refusal> {
        let delta = Delta {
            held: -i64::from(offer.quantity.get()),
            ..Delta::default()
        };
        let cause = Cause {
            hold: Some(offer.id),
            ..Cause::default()
        };
        self.move_copies(&offer.book, MovementKind::Released, delta, cause)?;
        self.write_hold(Hold {
            state: HoldState::Released,
            ..offer
        });
        Ok(())
    }

    /// Turns an offer into a normal cart line. Repeating it succeeds.
    pub(super) fn accept(&mut self, shopper: ShopperId, book: &Slug) -> Result<Done, Refusal> {
        self.on_shelf(book)?;
        let hold = self
            .active_hold(shopper, book)
            .cloned()
            .ok_or(Refusal::NoOffer)?;
        if hold.offered {
            // No copy moves, because the offer already holds it.
            self.write_hold(Hold {
                offered: false,
                expires_at: hold.extended(self.now, &self.terms),
                ..hold
            });
        }
        Ok(self.cart_line(shopper, book))
    }

    /// Ends every wait that has lasted its full time.
    pub(super) fn expire_waits(&mut self) {
        let waits = self.waits.values().flat_map(|list| list.values());
        let over: Vec<Wait> = waits
            .filter(|wait| wait.is_over(self.now))
            .cloned()
            .collect();
        for wait in over {
            self.end_wait(wait.shopper, &wait.book);
        }
    }

    /// Ends waits for withdrawn books, in order of place, and queues mails to those shoppers.
    ///
    /// Ends at most [`Wait::MAX_ENDED`], so that a popular book does not delay other commands.
    /// Later batches end the rest.
    pub(super) fn end_waits_for_withdrawn_books(&mut self) {
        let is_withdrawn = |book| self.books.get(book).is_some_and(|shelf| shelf.withdrawn);
        let lists = self.waits.iter().filter(|(book, _)| is_withdrawn(*book));
        let waits = lists.flat_map(|(_, list)| list.values());
        let ended: Vec<Wait> = waits.take(Wait::MAX_ENDED.into()).cloned().collect();
        for wait in ended {
            if let Some(email) = wait.email.filter(|_| self.terms.mail) {
                let key = (wait.book.clone(), wait.shopper);
                self.changes.withdrawal_mails.insert(key, email);
            }
            self.end_wait(wait.shopper, &wait.book);
        }
    }

    /// Offers the available copies of every book with a waitlist.
    pub(super) fn offer_all_available(&mut self) {
        let books: Vec<Slug> = self.waits.keys().cloned().collect();
        for book in books {
            self.offer(&book);
        }
    }

    /// Offers the copies that a command made available, and updates its result accordingly.
    ///
    /// This happens before the next command is executed, so no other shopper can take the copies,
    /// and they are never published as available.
    pub(super) fn offer_after(&mut self, command: &Command, done: &mut Done) {
        if self.waits.is_empty() {
            return;
        }
        match command.book() {
            Some(book) => self.offer(book),
            None => self.offer_all_available(),
        }
        let level = match done {
            Done::Line(ChangedLine { level, .. }) | Done::StockChanged(level) => level,
            Done::Waiting(waiting) => {
                let offer = command
                    .shopper()
                    .and_then(|shopper| self.active_hold(shopper, &waiting.level.book));
                waiting.offered_until = offer.map(|hold| hold.expires_at);
                &mut waiting.level
            }
            Done::Placed(_)
            | Done::Closed
            | Done::Ready
            | Done::Receipt(_)
            | Done::NotReady
            | Done::MailSentAgain
            | Done::NothingToSend
            | Done::ContactErased
            | Done::Offered
            | Done::MailFailureRecorded
            | Done::Imported(_) => {
                return;
            }
        };
        if let Some(shelf) = self.books.get(&level.book) {
            *level = shelf.level(level.book.clone());
        }
    }

    /// Offers a book's available copies to its waitlist, in order of place.
    ///
    /// A shopper who cannot be reached or is at the limit is skipped and keeps their place.
    fn offer(&mut self, book: &Slug) {
        let Ok(shelf) = self.on_shelf(book) else {
            return;
        };
        if shelf.sale.not_before(self.now).is_some() {
            return;
        }
        for _ in 0..shelf.stock.available() {
            let Some((shopper, mail)) = self.next_in_line(book) else {
                return;
            };
            let hold = Hold {
                id: self.new_hold_number(),
                shopper,
                book: book.clone(),
                quantity: Quantity::ONE,
                price: shelf.price,
                created_at: self.now,
                expires_at: self.now + self.terms.offer,
                state: HoldState::Active,
                offered: true,
                taken_back: false,
            };
            let delta = Delta {
                held: 1,
                ..Delta::default()
            };
            let cause = Cause {
                hold: Some(hold.id),
                reason: Some(Movement::OFFER.to_owned()),
                ..Cause::default()
            };
            if self
                .move_copies(book, MovementKind::Held, delta, cause)
                .is_err()
            {
                return;
            }
            if let Some(mail) = mail.filter(|_| self.terms.mail) {
                self.changes.offer_mails.insert(hold.id, mail);
            }
            self.end_wait(shopper, book);
            self.write_hold(hold);
        }
    }

    fn next_in_line(&self, book: &Slug) -> Option<(ShopperId, Option<OfferMail>)> {
        let limit = self.limit(book);
        let next = self.waits.get(book)?.values().find(|wait| {
            !wait.is_over(self.now)
                && wait.can_be_told(self.now, &self.terms)
                && self.ordered(wait.shopper, book) < limit
        });
        next.map(|wait| {
            let mail = wait.email.clone().map(|to| OfferMail {
                to,
                page_open: wait.reachable_until > self.now,
            });
            (wait.shopper, mail)
        })
    }

    fn wait_answer(&self, shopper: ShopperId, book: &Slug, until: Timestamp) -> Done {
        let shelf = self.books.get(book).copied().unwrap_or_default();
        let offer = self.active_hold(shopper, book);
        Done::Waiting(WaitState {
            until,
            offered_until: offer.map(|hold| hold.expires_at),
            level: shelf.level(book.clone()),
        })
    }

    fn wait_of(&self, shopper: ShopperId, book: &Slug) -> Option<&Wait> {
        let mut waits = self.waits.get(book)?.values();
        waits.find(|wait| wait.shopper == shopper)
    }

    fn write_wait(&mut self, wait: Wait) {
        let key = (wait.book.clone(), wait.shopper);
        self.changes.waits.insert(key, Some(wait.clone()));
        let list = self.waits.entry(wait.book.clone()).or_default();
        list.insert(wait.place, wait);
    }

    /// Takes a shopper off a book's waitlist, if they are on it.
    pub(super) fn end_wait(&mut self, shopper: ShopperId, book: &Slug) {
        let Some(wait) = self.wait_of(shopper, book) else {
            return;
        };
        let (place, key) = (wait.place, (book.clone(), shopper));
        // `waits_of` does not count waits that are over.
        let is_counted = !wait.is_over(self.now);
        if let Some(list) = self.waits.get_mut(book) {
            list.remove(&place);
        }
        if is_counted && let Some(waits) = self.waits_of.get_mut(&shopper) {
            *waits = waits.saturating_sub(1);
        }
        self.changes.waits.insert(key, None);
    }
}
