//! What the shop should do, in so few lines that they can be seen to be right.

use std::collections::BTreeMap;

use shop::{Closing, Command, OrderCode, Quantity, Slug, Terms};

/// The shop as a few lines of arithmetic: who holds how many until when.
#[derive(Default)]
pub struct Model {
    pub on_hand: BTreeMap<Slug, u32>,
    holds: BTreeMap<(u8, Slug), (u32, u64, u64)>,
    lapsed: BTreeMap<(u8, Slug), (u32, u64)>,
    pub orders: BTreeMap<OrderCode, (u8, BTreeMap<Slug, u32>, u64)>,
}

impl Model {
    /// Copies that nobody has a claim on.
    pub fn available(&self, book: &Slug) -> u32 {
        let held: u32 = self
            .holds
            .iter()
            .filter(|((_, b), _)| b == book)
            .map(|(_, (n, ..))| n)
            .sum();
        let allocated: u32 = self
            .orders
            .values()
            .filter_map(|(_, lines, _)| lines.get(book))
            .sum();
        self.on_hand[book]
            .checked_sub(held + allocated)
            .expect("the model does not oversell")
    }

    fn ordered(&self, shopper: u8, book: &Slug) -> u32 {
        let own = self.orders.values().filter(|(owner, ..)| *owner == shopper);
        own.filter_map(|(_, lines, _)| lines.get(book)).sum()
    }

    fn pass_time(&mut self, now: u64) {
        let over = self.holds.iter().filter(|(_, (_, ends, _))| *ends <= now);
        let over: Vec<_> = over
            .map(|(key, (n, ends, _))| (key.clone(), (*n, *ends)))
            .collect();
        for (key, lapsed) in over {
            self.holds.remove(&key);
            self.lapsed.insert(key, lapsed);
        }
        self.lapsed.retain(|_, (_, ended)| *ended + 3_600_000 > now);
        self.orders.retain(|_, (.., by)| *by > now);
    }

    /// Whether the shop must say yes, and if so does it.
    pub fn carry_out(&mut self, command: &Command, shopper: u8, now: u64, terms: &Terms) -> bool {
        self.pass_time(now);
        let hold_ms = u64::try_from(terms.hold.as_millis()).unwrap();
        match command {
            Command::Add { book, quantity, .. } => {
                let had = self
                    .holds
                    .get(&(shopper, book.clone()))
                    .map_or(0, |(n, ..)| *n);
                self.set(shopper, book, had + quantity.get(), now, hold_ms, terms)
            }
            Command::SetQuantity { book, quantity, .. } => {
                let wanted = quantity.map_or(0, Quantity::get);
                self.set(shopper, book, wanted, now, hold_ms, terms)
            }
            Command::Extend { book, .. } => {
                let Some((_, ends, began)) = self.holds.get_mut(&(shopper, book.clone())) else {
                    return false;
                };
                let cap = *began + 12 * hold_ms;
                let longer = (now + hold_ms).min(cap).max(*ends);
                let possible = !(longer == cap && *ends == cap);
                *ends = longer;
                possible
            }
            Command::PlaceOrder { code, .. } => {
                let mut lines = BTreeMap::new();
                let held: Vec<_> = self
                    .holds
                    .keys()
                    .filter(|(s, _)| *s == shopper)
                    .cloned()
                    .collect();
                let gone: Vec<_> = self
                    .lapsed
                    .keys()
                    .filter(|(s, _)| *s == shopper)
                    .cloned()
                    .collect();
                let again: Vec<_> = gone
                    .iter()
                    .filter(|key| {
                        let n = self.lapsed[key].0;
                        self.available(&key.1) >= n
                            && self.ordered(shopper, &key.1) + n <= terms.limit_per_shopper
                    })
                    .cloned()
                    .collect();
                if held.is_empty() && again.is_empty() {
                    return false;
                }
                for key in held {
                    lines.insert(key.1.clone(), self.holds.remove(&key).unwrap().0);
                }
                for key in again {
                    lines.insert(key.1.clone(), self.lapsed[&key].0);
                }
                gone.iter().for_each(|key| {
                    self.lapsed.remove(key);
                });
                let by = now + u64::try_from(terms.collect_within.as_millis()).unwrap();
                self.orders.insert(*code, (shopper, lines, by));
                true
            }
            Command::CloseOrder { code, closing } => {
                let Some((_, lines, _)) = self.orders.remove(code) else {
                    return false;
                };
                if *closing == Closing::Collected {
                    for (book, copies) in lines {
                        *self.on_hand.get_mut(&book).unwrap() -= copies;
                    }
                }
                true
            }
            Command::Restock { book, change, .. } => {
                let left = i64::from(self.available(book)) + i64::from(*change);
                if left < 0 {
                    return false;
                }
                let on_hand = self.on_hand.get_mut(book).unwrap();
                *on_hand = u32::try_from(i64::from(*on_hand) + i64::from(*change)).unwrap();
                true
            }
        }
    }

    fn set(
        &mut self,
        shopper: u8,
        book: &Slug,
        wanted: u32,
        now: u64,
        hold_ms: u64,
        terms: &Terms,
    ) -> bool {
        let key = (shopper, book.clone());
        let had = self.holds.get(&key).copied();
        let in_cart = had.map_or(0, |(n, ..)| n);
        if wanted > in_cart {
            let limit = wanted + self.ordered(shopper, book) <= terms.limit_per_shopper;
            if !limit || wanted - in_cart > self.available(book) {
                return false;
            }
        }
        self.lapsed.remove(&key);
        if wanted == 0 {
            self.holds.remove(&key);
        } else if wanted != in_cart {
            let (_, ends, began) = had.unwrap_or((0, now + hold_ms, now));
            let longer = (now + hold_ms).min(began + 12 * hold_ms).max(ends);
            let ends = if wanted > in_cart { longer } else { ends };
            self.holds.insert(key, (wanted, ends, began));
        }
        true
    }
}
