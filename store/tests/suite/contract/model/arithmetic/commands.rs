//! The expected result of each command.

use std::collections::BTreeMap;

use shop::{Basket, Closing, Command, OrderCode, Quantity, Refusal, Sale, Slug, Terms, Wait};

use super::{Hold, Made, Model, Order};

impl Model {
    /// The expected result of a command that may have been sent before.
    pub fn submit(
        &mut self,
        command: &Command,
        shopper: u8,
        now: u64,
        terms: &Terms,
    ) -> Result<Made, Refusal> {
        self.pass_time(now);
        self.offer(now, terms);
        let Some((_, key)) = command.submission() else {
            return self.execute_and_offer(command, shopper, now, terms);
        };
        let submission = (shopper, key.clone());
        match self.submitted.get(&submission) {
            Some(before) if *before == command.fingerprint() => Ok(Made::AsBefore),
            Some(_) => Err(Refusal::KeyReused),
            None => {
                let made = self.execute_and_offer(command, shopper, now, terms)?;
                self.submitted.insert(submission, command.fingerprint());
                Ok(made)
            }
        }
    }

    /// Executes a command, offers the copies that it frees, and then returns the result.
    fn execute_and_offer(
        &mut self,
        command: &Command,
        shopper: u8,
        now: u64,
        terms: &Terms,
    ) -> Result<Made, Refusal> {
        let mut made = self.execute(command, shopper, now, terms)?;
        self.offer(now, terms);
        let left = command.book().map(|book| self.available(book));
        let own = command.book().map(|book| (shopper, book.clone()));
        match (&mut made, left) {
            (Made::Line(_, _, shown) | Made::Stocked(shown), Some(left)) => *shown = left,
            (Made::Waiting(_, offered, shown), Some(left)) => {
                let hold = own.and_then(|own| self.holds.get(&own));
                (*offered, *shown) = (hold.map(|hold| hold.ends), left);
            }
            _ => {}
        }
        Ok(made)
    }

    fn execute(
        &mut self,
        command: &Command,
        shopper: u8,
        now: u64,
        terms: &Terms,
    ) -> Result<Made, Refusal> {
        let hold_ms = u64::try_from(terms.hold.as_millis()).unwrap();
        match command.without_author() {
            Command::Add { book, quantity, .. } => {
                let had = self.holds.get(&(shopper, book.clone()));
                let had = had.filter(|hold| !hold.offered);
                let wanted = had.map_or(0, |hold| hold.copies) + quantity.get();
                self.set(shopper, book, wanted, now, terms)
            }
            Command::SetQuantity { book, quantity, .. } => {
                let wanted = quantity.map_or(0, Quantity::get);
                self.set(shopper, book, wanted, now, terms)
            }
            Command::Extend { book, .. } => {
                let hold = self.holds.get_mut(&(shopper, book.clone()));
                let hold = hold.ok_or(Refusal::NotInCart)?;
                let cap = hold.began + 12 * hold_ms;
                if hold.ends == cap && !hold.offered {
                    return Err(Refusal::HeldLongEnough);
                }
                hold.ends = (now + hold_ms).min(cap).max(hold.ends);
                hold.offered = false;
                let (copies, ends) = (hold.copies, hold.ends);
                Ok(Made::Line(copies, Some(ends), self.available(book)))
            }
            Command::Accept { book, .. } => {
                let hold = self.holds.get_mut(&(shopper, book.clone()));
                let hold = hold.ok_or(Refusal::NoOffer)?;
                if hold.offered {
                    hold.offered = false;
                    hold.ends = hold.ends.max(now + hold_ms);
                }
                Ok(Made::Line(hold.copies, Some(hold.ends), 0))
            }
            Command::Wait { book, live, .. } => self.wait(shopper, book, *live, now, terms),
            Command::Leave { book, .. } => {
                self.leave_waitlist(shopper, book);
                let own = (shopper, book.clone());
                if self.holds.get(&own).is_some_and(|hold| hold.offered) {
                    self.holds.remove(&own);
                }
                let kept = self.holds.get(&own);
                let (copies, ends) = (kept.map_or(0, |hold| hold.copies), kept.map(|h| h.ends));
                Ok(Made::Line(copies, ends, 0))
            }
            // The model offers all available copies after every command.
            Command::OfferAvailable { .. } => Ok(Made::Offered),
            Command::SetSale { book, sale, .. } => {
                let Sale { opens_at, limit } = *sale;
                let opens_at = opens_at.map(|at| at.millis() - self.began);
                self.sales.insert(book.clone(), (opens_at, limit));
                Ok(Made::Stocked(0))
            }
            Command::PlaceOrder { code, .. } => self.order(shopper, *code, now, terms),
            Command::CloseOrder { code, closing } => {
                if let Some(order) = self.orders.remove(code) {
                    if *closing == Closing::Collected {
                        for (book, copies) in order.lines {
                            *self.on_hand.get_mut(&book).unwrap() -= copies;
                        }
                    }
                    self.closed.insert(*code, Some(*closing));
                    return Ok(Made::Closed);
                }
                match self.closed.get(code) {
                    Some(how) if *how == Some(*closing) => Ok(Made::Closed),
                    Some(_) => Err(Refusal::OrderClosed),
                    None => Err(Refusal::NoSuchOrder(*code)),
                }
            }
            Command::ReadyOrder { code } => match self.orders.contains_key(code) {
                true => Ok(Made::Ready),
                false if self.closed.contains_key(code) => Err(Refusal::OrderClosed),
                false => Err(Refusal::NoSuchOrder(*code)),
            },
            Command::TakeBack { book, .. } => {
                if let Some(hold) = self.holds.remove(&(shopper, book.clone()))
                    && !hold.offered
                {
                    let lapsed = (hold.copies, now);
                    self.lapsed.insert((shopper, book.clone()), lapsed);
                }
                Ok(Made::Stocked(self.available(book)))
            }
            // The model never withdraws a book; the contract's `desk` and `withdrawals` cover that.
            Command::Withdraw { .. } => unreachable!("the model withdraws no book"),
            Command::SetPrice { book, .. } => Ok(Made::Stocked(self.available(book))),
            Command::Restock { book, change, .. } => {
                let left = i64::from(self.available(book)) + i64::from(change.get());
                let promised = self.promised(book);
                let left = u32::try_from(left).map_err(|_| Refusal::Promised { promised })?;
                self.on_hand.insert(book.clone(), left + promised);
                Ok(Made::Stocked(left))
            }
            Command::Count { book, on_hand, .. } => {
                let promised = self.promised(book);
                let left = on_hand.checked_sub(promised);
                let left = left.ok_or(Refusal::Promised { promised })?;
                self.on_hand.insert(book.clone(), *on_hand);
                Ok(Made::Stocked(left))
            }
            Command::SellAtCounter { basket, .. } => self.sell(basket, now),
            Command::TakeReturn {
                book,
                quantity,
                damaged,
                ..
            } => {
                if !damaged {
                    *self.on_hand.get_mut(book).unwrap() += quantity.get();
                }
                Ok(Made::Receipt)
            }
            Command::ConfirmationFailed { .. }
            | Command::OfferFailed { .. }
            | Command::SendMailAgain { .. } => {
                unreachable!("the model sends no mail")
            }
            Command::NotReadyOrder { .. } | Command::EraseContact { .. } => {
                unreachable!("the model only marks orders as ready")
            }
            Command::AddBook { .. } | Command::EditBook(_) | Command::TakeFilePrice { .. } => {
                unreachable!("the model has no descriptions")
            }
            Command::ImportLines(_) => unreachable!("the model imports nothing"),
            Command::ByStaff(_) => unreachable!("the author was removed"),
        }
    }

    fn sell(&mut self, basket: &Basket, now: u64) -> Result<Made, Refusal> {
        for line in basket.lines() {
            self.check_sale_is_open(&line.book, now)?;
            let (available, copies) = (self.available(&line.book), line.quantity.get());
            if copies > self.on_hand[&line.book] {
                return Err(Refusal::SoldOut { available });
            }
            if copies > available {
                let promised = self.promised(&line.book);
                return Err(Refusal::Promised { promised });
            }
        }
        for line in basket.lines() {
            *self.on_hand.get_mut(&line.book).unwrap() -= line.quantity.get();
        }
        Ok(Made::Receipt)
    }

    fn order(
        &mut self,
        shopper: u8,
        code: OrderCode,
        now: u64,
        terms: &Terms,
    ) -> Result<Made, Refusal> {
        let mut cart = self.cart(shopper);
        cart.retain(|(.., offered)| !offered);
        if cart.is_empty() {
            return Err(Refusal::EmptyCart);
        }
        let (mut lines, mut gone) = (BTreeMap::new(), Vec::new());
        for (book, copies, _, held, _) in cart {
            let again = self.available(&book) >= copies
                && self.check_sale_is_open(&book, now).is_ok()
                && self.ordered(shopper, &book) + copies <= self.limit(&book, terms);
            if held || again {
                lines.insert(book, copies);
            } else {
                gone.push(book);
            }
        }
        if lines.is_empty() {
            return Err(Refusal::NothingToOrder { gone });
        }
        self.holds
            .retain(|(who, _), hold| *who != shopper || hold.offered);
        self.lapsed.retain(|(who, _), _| *who != shopper);
        let order = Order {
            owner: shopper,
            lines: lines.clone(),
            collect_by: now + u64::try_from(terms.collect_within.as_millis()).unwrap(),
        };
        self.orders.insert(code, order);
        Ok(Made::Order(lines, gone))
    }

    fn wait(
        &mut self,
        shopper: u8,
        book: &Slug,
        live: bool,
        now: u64,
        terms: &Terms,
    ) -> Result<Made, Refusal> {
        self.check_sale_is_open(book, now)?;
        if let Some(hold) = self.holds.get(&(shopper, book.clone())) {
            return match hold.offered {
                true => Ok(Made::Waiting(hold.ends, None, 0)),
                false => Err(Refusal::InCart),
            };
        }
        let limit = self.limit(book, terms);
        if self.ordered(shopper, book) >= limit {
            return Err(Refusal::OverLimit { limit });
        }
        self.lapsed.remove(&(shopper, book.clone()));
        let millis = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap();
        let seen = if live {
            now + millis(Wait::PRESENCE_TTL)
        } else {
            0
        };
        let waitlist = self.waits.entry(book.clone()).or_default();
        if !waitlist.iter().any(|(who, ..)| *who == shopper) {
            waitlist.push((shopper, 0, now + millis(Wait::DURATION)));
        }
        let own = waitlist
            .iter_mut()
            .find(|(who, ..)| *who == shopper)
            .unwrap();
        own.1 = own.1.max(seen);
        Ok(Made::Waiting(own.2, None, 0))
    }

    fn set(
        &mut self,
        shopper: u8,
        book: &Slug,
        wanted: u32,
        now: u64,
        terms: &Terms,
    ) -> Result<Made, Refusal> {
        let key = (shopper, book.clone());
        let had = self.holds.get(&key).copied();
        let in_cart = had.map_or(0, |hold| hold.copies);
        if wanted > in_cart {
            self.check_sale_is_open(book, now)?;
            let (limit, available) = (self.limit(book, terms), self.available(book));
            if wanted + self.ordered(shopper, book) > limit {
                return Err(Refusal::OverLimit { limit });
            }
            if wanted - in_cart > available {
                return Err(Refusal::SoldOut { available });
            }
        }
        self.lapsed.remove(&key);
        if wanted > in_cart {
            self.leave_waitlist(shopper, book);
        }
        let hold_ms = u64::try_from(terms.hold.as_millis()).unwrap();
        let Hold {
            ends,
            began,
            offered,
            ..
        } = had.unwrap_or(Hold {
            copies: 0,
            ends: now + hold_ms,
            began: now,
            offered: false,
        });
        let longer = (now + hold_ms).min(began + 12 * hold_ms).max(ends);
        let hold = Hold {
            copies: wanted,
            ends: if wanted > in_cart || offered {
                longer
            } else {
                ends
            },
            began,
            offered: false,
        };
        if wanted == 0 {
            self.holds.remove(&key);
        } else {
            self.holds.insert(key, hold);
        }
        let until = (wanted > 0).then_some(hold.ends);
        Ok(Made::Line(wanted, until, self.available(book)))
    }
}
