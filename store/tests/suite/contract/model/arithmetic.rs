//! A model of the shop, simple enough to be checked by reading it.

mod commands;

use std::collections::BTreeMap;

use shop::{Closing, Key, OrderCode, Refusal, Slug, Terms, Timestamp};

/// The state of the model.
#[derive(Default)]
pub struct Model {
    pub on_hand: BTreeMap<Slug, u32>,
    /// When the model began, by the shop's clock.
    pub began: u64,
    holds: BTreeMap<(u8, Slug), Hold>,
    /// The copies of each hold that has lapsed, and when it ended.
    lapsed: BTreeMap<(u8, Slug), (u32, u64)>,
    pub orders: BTreeMap<OrderCode, Order>,
    /// How each order that is no longer open ended; `None` if it became overdue.
    pub closed: BTreeMap<OrderCode, Option<Closing>>,
    /// The waitlist of each book: the shopper, and when their presence and their wait end.
    waits: BTreeMap<Slug, Vec<(u8, u64, u64)>>,
    /// When the sale of each book opens, and its limit.
    sales: BTreeMap<Slug, (Option<u64>, Option<u32>)>,
    /// The command of each executed submission, as text.
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
    collect_by: u64,
}

/// The expected result of a successful command.
#[derive(Debug, PartialEq, Eq)]
pub enum Made {
    /// Copies in the cart, the end of the hold, and the copies available to others.
    Line(u32, Option<u64>, u32),
    /// An order of these lines, and the books left out.
    Order(BTreeMap<Slug, u32>, Vec<Slug>),
    Closed,
    Ready,
    /// The end of the wait or of an earlier offer, the end of the offer if there is one, and the
    /// copies available to others.
    Waiting(u64, Option<u64>, u32),
    Offered,
    /// A receipt was made out at the counter.
    Receipt,
    /// The copies available.
    Stocked(u32),
    /// The same result as when the submission was first sent.
    AsBefore,
}

/// A cart line: book, copies, end, whether they are held, and whether they are only offered.
pub type CartLine = (Slug, u32, u64, bool, bool);

impl Model {
    /// The copies that are neither held nor ordered.
    pub fn available(&self, book: &Slug) -> u32 {
        self.on_hand[book]
            .checked_sub(self.promised(book))
            .expect("the model should never oversell")
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

    /// A shopper's cart, by book.
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
        let overdue = self
            .orders
            .extract_if(.., |_, order| order.collect_by <= now);
        self.closed.extend(overdue.map(|(code, _)| (code, None)));
        for waitlist in self.waits.values_mut() {
            waitlist.retain(|(_, _, ends)| *ends > now);
        }
    }

    fn limit(&self, book: &Slug, terms: &Terms) -> u32 {
        let own = self.sales.get(book).and_then(|(_, limit)| *limit);
        own.unwrap_or(terms.limit_per_shopper)
    }

    fn check_sale_is_open(&self, book: &Slug, now: u64) -> Result<(), Refusal> {
        match self.sales.get(book).and_then(|(opens, _)| *opens) {
            Some(opens) if opens > now => Err(Refusal::NotYet {
                opens_at: Timestamp::from_millis(self.began + opens),
            }),
            _ => Ok(()),
        }
    }

    /// The books that a shopper waits for.
    pub fn waits(&self, shopper: u8) -> Vec<Slug> {
        let lines = self.waits.iter();
        let lines = lines.filter(|(_, waitlist)| waitlist.iter().any(|(who, ..)| *who == shopper));
        lines.map(|(book, _)| book.clone()).collect()
    }

    /// Offers available copies to the first shoppers on the waitlist who can have one.
    fn offer(&mut self, now: u64, terms: &Terms) {
        let offer = u64::try_from(terms.offer.as_millis()).unwrap();
        for book in self.on_hand.keys().cloned().collect::<Vec<_>>() {
            while self.available(&book) > 0 && self.check_sale_is_open(&book, now).is_ok() {
                let limit = self.limit(&book, terms);
                let waitlist = self.waits.get(&book).map_or(&[][..], Vec::as_slice);
                let next = waitlist
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

    fn leave_waitlist(&mut self, shopper: u8, book: &Slug) {
        if let Some(waitlist) = self.waits.get_mut(book) {
            waitlist.retain(|(who, ..)| *who != shopper);
        }
    }
}
