//! What the shop should do, in so few lines that they can be seen to be right.

use std::collections::BTreeMap;

use shop::{Closing, Command, Key, OrderCode, Quantity, Refusal, Slug, Terms};

/// The shop as a few lines of arithmetic: who holds how many until when.
#[derive(Default)]
pub struct Model {
    pub on_hand: BTreeMap<Slug, u32>,
    holds: BTreeMap<(u8, Slug), Hold>,
    lapsed: BTreeMap<(u8, Slug), (u32, u64)>,
    pub orders: BTreeMap<OrderCode, Order>,
    /// How each other order ended; one that nobody collected, in neither way.
    pub closed: BTreeMap<OrderCode, Option<Closing>>,
    /// What each submission was that was carried out.
    submitted: BTreeMap<(u8, Key), String>,
}

#[derive(Clone, Copy)]
struct Hold {
    copies: u32,
    ends: u64,
    began: u64,
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
    /// So many are available.
    Stocked(u32),
    /// The answer that was given to it before.
    AsBefore,
}

/// A line of a cart: so many copies until then, and whether they are held.
pub type CartLine = (Slug, u32, u64, bool);

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
        let held = held.map(|((_, book), hold)| (book.clone(), hold.copies, hold.ends, true));
        let over = self.lapsed.iter().filter(|((who, _), _)| *who == shopper);
        let over = over.map(|((_, book), (copies, ended))| (book.clone(), *copies, *ended, false));
        let mut lines: Vec<_> = held.chain(over).collect();
        lines.sort();
        lines
    }

    pub fn pass_time(&mut self, now: u64) {
        let over = self.holds.extract_if(.., |_, hold| hold.ends <= now);
        let over: Vec<_> = over
            .map(|(key, hold)| (key, (hold.copies, hold.ends)))
            .collect();
        self.lapsed.extend(over);
        self.lapsed.retain(|_, (_, ended)| *ended + 3_600_000 > now);
        let overdue = self.orders.extract_if(.., |_, order| order.by <= now);
        self.closed.extend(overdue.map(|(code, _)| (code, None)));
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
        let Some((_, key)) = command.submission() else {
            return self.carry_out(command, shopper, now, terms);
        };
        let submission = (shopper, key.clone());
        match self.submitted.get(&submission) {
            Some(before) if *before == command.fingerprint() => Ok(Made::AsBefore),
            Some(_) => Err(Refusal::KeyReused),
            None => {
                let made = self.carry_out(command, shopper, now, terms)?;
                self.submitted.insert(submission, command.fingerprint());
                Ok(made)
            }
        }
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
                if hold.ends == cap {
                    return Err(Refusal::HeldLongEnough);
                }
                hold.ends = (now + hold_ms).min(cap).max(hold.ends);
                let (copies, ends) = (hold.copies, hold.ends);
                Ok(Made::Line(copies, Some(ends), self.available(book)))
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
        let cart = self.cart(shopper);
        if cart.is_empty() {
            return Err(Refusal::EmptyCart);
        }
        let (mut lines, mut gone) = (BTreeMap::new(), Vec::new());
        for (book, copies, _, held) in cart {
            let again = self.available(&book) >= copies
                && self.ordered(shopper, &book) + copies <= terms.limit_per_shopper;
            if held || again {
                lines.insert(book, copies);
            } else {
                gone.push(book);
            }
        }
        if lines.is_empty() {
            return Err(Refusal::NothingToOrder { gone });
        }
        self.holds.retain(|(who, _), _| *who != shopper);
        self.lapsed.retain(|(who, _), _| *who != shopper);
        let order = Order {
            owner: shopper,
            lines: lines.clone(),
            by: now + u64::try_from(terms.collect_within.as_millis()).unwrap(),
        };
        self.orders.insert(code, order);
        Ok(Made::Order(lines, gone))
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
            let (limit, available) = (terms.limit_per_shopper, self.available(book));
            if wanted + self.ordered(shopper, book) > limit {
                return Err(Refusal::OverLimit { limit });
            }
            if wanted - in_cart > available {
                return Err(Refusal::SoldOut { available });
            }
        }
        self.lapsed.remove(&key);
        let hold_ms = u64::try_from(terms.hold.as_millis()).unwrap();
        let Hold { ends, began, .. } = had.unwrap_or(Hold {
            copies: 0,
            ends: now + hold_ms,
            began: now,
        });
        let longer = (now + hold_ms).min(began + 12 * hold_ms).max(ends);
        let hold = Hold {
            copies: wanted,
            ends: if wanted > in_cart { longer } else { ends },
            began,
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
