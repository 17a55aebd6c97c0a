//! What one shopper has requested, the answers, and what must be true after them.

use std::collections::BTreeMap;

use rand::{RngExt, rngs::StdRng};
use shop::{ChangedLine, OrderCode, OrderState, PlacedOrder, Slug};
use store::opening_catalogue;

/// The number of copies of each book.
pub type Copies = BTreeMap<Slug, u32>;

/// A request. With a key it has one effect, however often it is sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    Add {
        book: Slug,
        copies: u32,
        key: String,
    },
    /// Zero copies remove the line.
    Set {
        book: Slug,
        copies: u32,
    },
    Order {
        key: String,
    },
    Cancel {
        code: OrderCode,
    },
}

/// An answer of the shop.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    Line(ChangedLine),
    Placed(PlacedOrder),
    Closed,
    /// The code of a refusal.
    Refused(String),
    /// 503: it is unknown whether the request was carried out.
    Unsure,
}

/// A movement that the ledger must have exactly once.
#[derive(Debug, Clone)]
pub struct Moved {
    pub book: Slug,
    /// The version, if the answer had one.
    pub version: Option<u64>,
    pub held: i64,
    pub allocated: i64,
}

#[derive(Debug, Clone)]
pub struct Order {
    pub lines: Copies,
    pub state: OrderState,
}

#[derive(Debug, Clone, Default)]
pub struct ShopperModel {
    pub cart: Copies,
    pub orders: BTreeMap<OrderCode, Order>,
    pub moved: Vec<Moved>,
}

impl ShopperModel {
    /// A random request that this shopper could make next.
    pub fn next_action(&self, rng: &mut StdRng, key: String) -> Action {
        let open = self
            .orders
            .iter()
            .filter(|(_, order)| order.state == OrderState::Placed);
        let catalogue = opening_catalogue();
        let book = catalogue[rng.random_range(0..catalogue.len())].slug;
        let book = Slug::parse(book).unwrap();
        match rng.random_range(0..20) {
            0..3 if !self.cart.is_empty() => Action::Order { key },
            3..7 if open.clone().count() > 0 => {
                let (code, _) = open.clone().next().unwrap();
                Action::Cancel { code: *code }
            }
            7..10 => {
                let copies = rng.random_range(0..4);
                Action::Set { book, copies }
            }
            10..14 if !self.cart.is_empty() => {
                let book = self.cart.keys().next().unwrap().clone();
                Action::Set { book, copies: 0 }
            }
            _ => {
                let copies = rng.random_range(1..3);
                Action::Add { book, copies, key }
            }
        }
    }

    /// The cart after this request was carried out.
    pub fn cart_after(&self, action: &Action) -> Copies {
        let mut cart = self.cart.clone();
        match action {
            Action::Add { book, copies, .. } => *cart.entry(book.clone()).or_default() += copies,
            Action::Set { book, copies: 0 } => _ = cart.remove(book),
            Action::Set { book, copies } => _ = cart.insert(book.clone(), *copies),
            Action::Order { .. } => cart.clear(),
            Action::Cancel { .. } => {}
        }
        cart
    }

    /// Records an answer. `found` says that the shop showed the request as carried out before it
    /// was sent again.
    ///
    /// # Errors
    /// If the answer contradicts the earlier ones.
    pub fn record(&mut self, action: &Action, answer: Answer, found: bool) -> Result<(), String> {
        let after = self.cart_after(action);
        match (action, &answer) {
            (Action::Add { book, .. } | Action::Set { book, .. }, Answer::Line(line)) => {
                let (before, now) = (self.in_cart(book), after.get(book).copied().unwrap_or(0));
                if line.quantity != now {
                    return Err(format!("{action:?} leaves {now} copies, not {answer:?}"));
                }
                if now != before {
                    // A repeated key gets the first answer again; without a key, the answer has the
                    // current version.
                    let version_known = matches!(action, Action::Add { .. }) || !found;
                    self.moved.push(Moved {
                        book: book.clone(),
                        version: version_known.then_some(line.level.version),
                        held: i64::from(now) - i64::from(before),
                        allocated: 0,
                    });
                }
            }
            (Action::Order { .. }, Answer::Placed(placed)) => {
                let lines = placed.lines.iter();
                let lines: Copies = lines
                    .map(|line| (line.book.clone(), line.quantity.get()))
                    .collect();
                if lines != self.cart || !placed.gone.is_empty() {
                    return Err(format!("{:?} was ordered, not {placed:?}", self.cart));
                }
                self.move_all(&lines, -1, 1);
                let state = OrderState::Placed;
                self.orders.insert(placed.code, Order { lines, state });
            }
            (Action::Cancel { code }, Answer::Closed) => {
                let order = self.orders.get_mut(code).unwrap();
                order.state = OrderState::Cancelled;
                let lines = order.lines.clone();
                self.move_all(&lines, 0, -1);
            }
            (Action::Add { .. } | Action::Set { .. }, Answer::Refused(why))
                if !found && matches!(&**why, "sold_out" | "too_few" | "over_limit") =>
            {
                return Ok(());
            }
            _ => return Err(format!("{action:?} (found: {found}) cannot be {answer:?}")),
        }
        self.cart = after;
        Ok(())
    }

    fn in_cart(&self, book: &Slug) -> u32 {
        self.cart.get(book).copied().unwrap_or(0)
    }

    fn move_all(&mut self, lines: &Copies, held: i64, allocated: i64) {
        self.moved.extend(lines.iter().map(|(book, copies)| Moved {
            book: book.clone(),
            version: None,
            held: held * i64::from(*copies),
            allocated: allocated * i64::from(*copies),
        }));
    }
}
