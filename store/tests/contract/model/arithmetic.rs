//! What the shop should do, in so few lines that they can be seen to be right.

use std::collections::BTreeMap;

use shop::{
    Closing, Command, Key, OrderCode, Quantity, Refusal, Sale, Slug, Terms, Timestamp, Wait,
};

/// The shop as a few lines of arithmetic: who holds how many until when.
#[derive(Default)]
pub struct Model {
    pub on_hand: BTreeMap<Slug, u32>,
    /// When it began, by the shop's clock.
    pub began: u64,
    holds: BTreeMap<(u8, Slug), Hold>,
    lapsed: BTreeMap<(u8, Slug), (u32, u64)>,
    pub orders: BTreeMap<OrderCode, Order>,
    /// How each other order ended; one that nobody collected, in neither way.
    pub closed: BTreeMap<OrderCode, Option<Closing>>,
    /// Who waits for what, the first first, and until when each is known to be there and
    /// waits at all.
    waits: BTreeMap<Slug, Vec<(u8, u64, u64)>>,
    sales: BTreeMap<Slug, (Option<u64>, Option<u32>)>,
    /// What each submission was that was carried out.
    submitted: BTreeMap<(u8, Key), String>,
}

#[derive(Clone, Copy)]
struct Hold {
    copies: u32,
    ends: u64,
    began: u64,
    offered: bool,
}

pub struct Order {
    owner: u8,
    pub lines: BTreeMap<Slug, u32>,
    by: u64,
}

/// What a command must come to where it is carried out.
#[derive(Debug, PartialEq, Eq)]
pub enum Made {
    /// So many copies in the cart, until then, and so many left for others.
    Line(u32, Option<u64>, u32),
    /// An order of this, without that.
    Order(BTreeMap<Slug, u32>, Vec<Slug>),
    Closed,
    /// In line until then, or offered a copy until then; so many left for others.
    Waiting(u64, Option<u64>, u32),
    Attended,
    /// So many are available.
    Stocked(u32),
    /// The answer that was given to it before.
    AsBefore,
}

/// A line of a cart: so many copies until then, whether they are held, and only offered.
pub type CartLine = (Slug, u32, u64, bool, bool);

impl Model {
    /// Copies that nobody has a claim on.
    pub fn available(&self, book: &Slug) -> u32 {
        self.on_hand[book]
            .checked_sub(self.promised(book))
            .expect("the model does not oversell")
    }

    fn promised(&self, book: &Slug) -> u32 {
        let held = self.holds.iter().filter(|((_, of), _)| of == book);
        let held: u32 = held.map(|(_, hold)| hold.copies).sum();
        let orders = self.orders.values();
        held + orders
            .filter_map(|order| order.lines.get(book))
            .sum::<u32>()
    }

    fn ordered(&self, shopper: u8, book: &Slug) -> u32 {
        let own = self.orders.values().filter(|order| order.owner == shopper);
        own.filter_map(|order| order.lines.get(book)).sum()
    }

    /// What a shopper's cart shows, by book.
    pub fn cart(&self, shopper: u8) -> Vec<CartLine> {
        let held = self.holds.iter().filter(|((who, _), _)| *who == shopper);
        let held = held
            .map(|((_, book), hold)| (book.clone(), hold.copies, hold.ends, true, hold.offered));
        let over = self.lapsed.iter().filter(|((who, _), _)| *who == shopper);
        let over =
            over.map(|((_, book), (copies, ended))| (book.clone(), *copies, *ended, false, false));
        let mut lines: Vec<_> = held.chain(over).collect();
        lines.sort();
        lines
    }

    pub fn pass_time(&mut self, now: u64) {
        let over = self.holds.extract_if(.., |_, hold| hold.ends <= now);
        let over: Vec<_> = over
            .filter(|(_, hold)| !hold.offered)
            .map(|(key, hold)| (key, (hold.copies, hold.ends)))
            .collect();
        self.lapsed.extend(over);
        self.lapsed.retain(|_, (_, ended)| *ended + 3_600_000 > now);
        let overdue = self.orders.extract_if(.., |_, order| order.by <= now);
        self.closed.extend(overdue.map(|(code, _)| (code, None)));
        for line in self.waits.values_mut() {
            line.retain(|(_, _, ends)| *ends > now);
        }
    }

    fn limit(&self, book: &Slug, terms: &Terms) -> u32 {
        let own = self.sales.get(book).and_then(|(_, limit)| *limit);
        own.unwrap_or(terms.limit_per_shopper)
    }

    fn not_before(&self, book: &Slug, now: u64) -> Result<(), Refusal> {
        match self.sales.get(book).and_then(|(opens, _)| *opens) {
            Some(opens) if opens > now => Err(Refusal::NotYet {
                opens_at: Timestamp::from_millis(self.began + opens),
            }),
            _ => Ok(()),
        }
    }

    /// The books for which a shopper waits.
    pub fn waits(&self, shopper: u8) -> Vec<Slug> {
        let lines = self.waits.iter();
        let lines = lines.filter(|(_, line)| line.iter().any(|(who, ..)| *who == shopper));
        lines.map(|(book, _)| book.clone()).collect()
    }

    /// Gives what is free to those who wait for it and can have it.
    fn offer(&mut self, now: u64, terms: &Terms) {
        let offer = u64::try_from(terms.offer.as_millis()).unwrap();
        for book in self.on_hand.keys().cloned().collect::<Vec<_>>() {
            while self.available(&book) > 0 && self.not_before(&book, now).is_ok() {
                let limit = self.limit(&book, terms);
                let line = self.waits.get(&book).map_or(&[][..], Vec::as_slice);
                let next = line
                    .iter()
                    .position(|(who, seen, _)| *seen > now && self.ordered(*who, &book) < limit);
                let Some(next) = next else { break };
                let (who, ..) = self.waits.get_mut(&book).unwrap().remove(next);
                let hold = Hold {
                    copies: 1,
                    ends: now + offer,
                    began: now,
                    offered: true,
                };
                self.holds.insert((who, book.clone()), hold);
            }
        }
    }

    fn leave_line(&mut self, shopper: u8, book: &Slug) {
        if let Some(line) = self.waits.get_mut(book) {
            line.retain(|(who, ..)| *who != shopper);
        }
    }

    /// What a command that may have been sent before must come to.
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
            return self.then_offer(command, shopper, now, terms);
        };
        let submission = (shopper, key.clone());
        match self.submitted.get(&submission) {
            Some(before) if *before == command.fingerprint() => Ok(Made::AsBefore),
            Some(_) => Err(Refusal::KeyReused),
            None => {
                let made = self.then_offer(command, shopper, now, terms)?;
                self.submitted.insert(submission, command.fingerprint());
                Ok(made)
            }
        }
    }

    /// What is answered is as it is after what came back was offered.
    fn then_offer(
        &mut self,
        command: &Command,
        shopper: u8,
        now: u64,
        terms: &Terms,
    ) -> Result<Made, Refusal> {
        let mut made = self.carry_out(command, shopper, now, terms)?;
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

    fn carry_out(
        &mut self,
        command: &Command,
        shopper: u8,
        now: u64,
        terms: &Terms,
    ) -> Result<Made, Refusal> {
        let hold_ms = u64::try_from(terms.hold.as_millis()).unwrap();
        match command {
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
                self.leave_line(shopper, book);
                let own = (shopper, book.clone());
                if self.holds.get(&own).is_some_and(|hold| hold.offered) {
                    self.holds.remove(&own);
                }
                let kept = self.holds.get(&own);
                let (copies, ends) = (kept.map_or(0, |hold| hold.copies), kept.map(|h| h.ends));
                Ok(Made::Line(copies, ends, 0))
            }
            Command::Attend { shoppers } => {
                let seen = now + u64::try_from(Wait::SEEN_FOR.as_millis()).unwrap();
                for (who, until, _) in self.waits.values_mut().flatten() {
                    if shoppers.iter().any(|there| there.as_bytes()[0] == *who) {
                        *until = (*until).max(seen);
                    }
                }
                Ok(Made::Attended)
            }
            Command::SetSale { book, sale } => {
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
            Command::Restock { book, change, .. } => {
                let left = i64::from(self.available(book)) + i64::from(change.get());
                let promised = self.promised(book);
                let left = u32::try_from(left).map_err(|_| Refusal::Promised { promised })?;
                self.on_hand.insert(book.clone(), left + promised);
                Ok(Made::Stocked(left))
            }
        }
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
                && self.not_before(&book, now).is_ok()
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
            by: now + u64::try_from(terms.collect_within.as_millis()).unwrap(),
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
        self.not_before(book, now)?;
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
            now + millis(Wait::SEEN_FOR)
        } else {
            0
        };
        let line = self.waits.entry(book.clone()).or_default();
        if !line.iter().any(|(who, ..)| *who == shopper) {
            line.push((shopper, 0, now + millis(Wait::LASTS)));
        }
        let own = line.iter_mut().find(|(who, ..)| *who == shopper).unwrap();
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
            self.not_before(book, now)?;
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
            self.leave_line(shopper, book);
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
